"""Registers to amounts: exact, on integers."""
