"""One file a kind of bad data; each offers DETECTOR."""
