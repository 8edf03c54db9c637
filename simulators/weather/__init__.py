"""Outdoor weather: temperature, humidity and sun, drawn around normals or read from a file."""
