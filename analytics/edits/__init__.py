"""What people change among the readings: as newer versions, never in place."""
