"""One file a behaviour; each offers LOAD."""
