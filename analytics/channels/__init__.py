"""One file an alert channel; each offers CHANNEL."""
