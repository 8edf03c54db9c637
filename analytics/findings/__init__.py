"""Findings through their life: merged, priced, ended."""
