"""The truth of a history as files, for machines and for people."""
