"""What the embedded engine is made of: its file, its SQL, many meters at once."""
