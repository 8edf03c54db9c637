"""What stands where: houses that a scenario names, their meters and devices."""
