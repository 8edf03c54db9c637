"""One file a check of readings; each offers CHECK."""
