"""The registry as files: read, judged as a whole, written; mistakes stay with their rows."""
