"""One file a command; each offers COMMAND."""
