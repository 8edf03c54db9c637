"""From messages in hand to a commit."""
