"""The raw log of what was shipped, and how it is given to a store again."""
