"""One file an engine; each offers ENGINE."""
