"""What cannot be taken: kept with its reason, and read again when people mend that."""
