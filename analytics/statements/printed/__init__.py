"""A sheet as people and other programs read it: entries, ratios, restatements, flat tables."""
