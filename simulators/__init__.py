"""A district that does not exist, with its truth: meets the platform on the line alone."""
