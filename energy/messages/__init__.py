"""What devices say: messages, and where values lie in them."""
