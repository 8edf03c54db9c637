"""Real readings as meters of a district."""
