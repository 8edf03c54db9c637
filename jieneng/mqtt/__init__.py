"""The broker: its address, who may say what, whether it lets us in, and the demo's own."""
