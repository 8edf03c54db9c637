"""How far around what is new readings are read. A collector asks, too: nothing large is loaded."""

from energy.span import HOUR_MS

_DAY_MS = 24 * HOUR_MS
REACHES_MS = (4 * _DAY_MS, 60 * _DAY_MS)
"""How far around what is new is read at first, and then; after that everything is."""
