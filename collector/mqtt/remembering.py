"""What is worked out once for each topic, in bounded memory whatever topics come."""

from typing import TypeVar

MOST_TOPICS = 100_000
"""Topics remembered at once; chosen: a flood of topics must not fill the memory."""
LONGEST_TOPIC = 250
"""Longest topic that is remembered; chosen: MQTT allows 65,535 bytes, and no meter needs them."""

Topic = TypeVar("Topic", str, bytes)
What = TypeVar("What")


def remember(known: dict[Topic, What], topic: Topic, what: What) -> What:
    """Remember something of a topic, if there is room for it; return it."""
    if len(topic) > LONGEST_TOPIC:
        return what
    if len(known) >= MOST_TOPICS:
        known.clear()
    known[topic] = what
    return what
