"""What a scenario asks of a registry."""
