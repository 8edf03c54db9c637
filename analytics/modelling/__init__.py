"""What baselines are made of: conditions, gates, temperature, intervals, models as JSON."""
