"""Meters as they are: what registers show, what is sent, and what goes wrong."""
