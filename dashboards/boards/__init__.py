"""One file a board; each offers BOARD."""
