"""The proof kit: every scenario through the whole platform, and what it says held to the truth."""
