"""Boards as source code: one definition, two faces."""
