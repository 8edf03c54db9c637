"""Tariffs in full: their terms, their rows, their faults, and the bill that they ask for."""
