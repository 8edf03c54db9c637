"""Sparkplug B: what a payload says, in both of its forms, and what births must be remembered."""
