"""Frames of Chinese meters: what their bytes say, and the bytes that say it."""
