"""Between collector and people: what it says of itself, and what they ask of it."""
