"""Tells what can be a reading of a meter, and what cannot."""
