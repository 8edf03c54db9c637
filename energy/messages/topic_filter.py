"""MQTT topic filters: which topics one stands for, and which filters another makes needless.

Source: MQTT 3.1.1 (OASIS Standard), chapter 4.7.
"""

from collections.abc import Iterable

ONE = "+"
REST = "#"
_LONGEST = 65_535
"""Bytes of the longest text in MQTT."""


def is_filter(text: str) -> bool:
    """Tell whether a text is a topic filter: ``+`` a whole level, ``#`` the last level only."""
    levels = text.split("/")
    return (
        0 < len(text.encode()) <= _LONGEST
        and "\0" not in text
        and REST not in levels[:-1]
        and all(level in (ONE, REST) or not {ONE, REST} & set(level) for level in levels)
    )


def has_wildcard(text: str) -> bool:
    """Tell whether a filter stands for more than one topic."""
    return ONE in text or REST in text


def matches(pattern: str, topic: str) -> bool:
    """Tell whether a filter stands for a topic."""
    return covers(pattern, topic)


def covers(wide: str, narrow: str) -> bool:
    """Tell whether a filter stands for every topic that another stands for.

    A wildcard in the first level stands for no topic that starts with ``$``: those are the
    broker's own.
    """
    wanted, levels = wide.split("/"), narrow.split("/")
    if levels[0].startswith("$") and wanted[0] in (ONE, REST):
        return False
    if wanted[-1] == REST:
        wanted.pop()  # `a/#` stands for `a`, too
        if levels[-1] == REST:
            levels.pop()
        levels = levels[: len(wanted)]
    elif levels[-1] == REST:
        return False
    return len(wanted) == len(levels) and all(
        want in (ONE, level) for want, level in zip(wanted, levels, strict=True)
    )


def without_needless(filters: Iterable[str]) -> tuple[str, ...]:
    """Return filters that stand for the same topics, sorted, none covered by another.

    Some brokers send a message once for each subscription that it matches.
    """
    found = sorted(set(filters))
    wide = [one for one in found if has_wildcard(one)]
    return tuple(
        one for one in found if not any(other != one and covers(other, one) for other in wide)
    )
