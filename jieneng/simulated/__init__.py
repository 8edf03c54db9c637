"""Simulated histories and stories, to a broker or as files."""
