"""Readings and records at rest."""
