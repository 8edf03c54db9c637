"""What was worked out of the very same objects a moment ago: meters of a site share prices."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

_MOST = 64
"""So many answers are kept; chosen: tariffs times kinds of a large district."""

P = ParamSpec("P")
Answer = TypeVar("Answer")


def remembered(work: Callable[P, Answer]) -> Callable[P, Answer]:
    """Return work that is done once for the same texts and the same objects, which never change.

    Objects are told apart by which they are and not by what they say: comparing whole price books
    would cost more than the work.
    """
    kept: dict[tuple[object, ...], tuple[object, Answer]] = {}

    @wraps(work)
    def once(*args: P.args, **kwargs: P.kwargs) -> Answer:
        given = (*args, *kwargs.items())
        named = ((name, _told_apart(one)) for name, one in kwargs.items())
        key = (*(_told_apart(one) for one in args), *named)
        if key not in kept:
            if len(kept) >= _MOST:
                kept.clear()
            # What was given is held on to: as long as it lives, no other object has its place.
            kept[key] = (given, work(*args, **kwargs))
        return kept[key][1]

    return once


def _told_apart(one: object) -> object:
    return one if isinstance(one, str) else id(one)
