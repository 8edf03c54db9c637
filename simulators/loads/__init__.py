"""Loads: one file a behaviour, each offering LOAD."""
