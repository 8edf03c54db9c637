"""Trees of meters: what a meter says beside those below it."""
