"""Scenarios as files: TOML in, all mistakes at once out."""
