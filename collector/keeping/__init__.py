"""What is on disk: the spool, and what the collector remembers."""
