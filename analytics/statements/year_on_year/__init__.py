"""What changed against the year before, and by what: effects that add up exactly."""
