"""Edits of readings at the command line: asked, done, told."""
