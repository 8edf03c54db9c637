"""The front door: command line, settings, wiring. Only here is the environment read."""
