"""One file a kind of waste or fault; each offers RULE."""
