"""What a meter would have used: one file a model, found by its name."""
