"""What must not be lost beside the readings: one file a noun, on SQLite or PostgreSQL."""
