"""Gaps with a shape: more points inside them, so that their hours differ and their total stays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import accumulate

import numpy as np

from analytics.consumption.course import Course, Known


class Method(StrEnum):
    """How the amount of a gap was laid over its hours."""

    LINEAR = "linear"
    SIMILAR_DAYS = "similar_days"
    LIKE_DAYS = "like_days"
    PROFILE = "profile"


class Note(StrEnum):
    """Why a long gap was laid evenly after all."""

    NONE = ""
    NO_LIKE_DAYS = "no like days"
    NO_USE = "like days used nothing"
    RESTARTED = "began at 0 again: the least it can be"


@dataclass(frozen=True)
class Estimate:
    """How one gap was filled.

    Attributes:
        start: The reading before it [ms].
        end: The reading after it [ms].
        count: Steps that the course had at the first.
        steps: How far the register went between the two.
        method: How that was laid over the time.
        days: The days its shape is from, in order; none if it is even.
        note: Why it is even though it is long.
    """

    start: int
    end: int
    count: int
    steps: int
    method: Method = Method.LINEAR
    days: tuple[date, ...] = ()
    note: Note = Note.NONE


@dataclass(frozen=True)
class Shape:
    """Points inside a gap.

    Attributes:
        place: Of the reading before it, in the course.
        time: Instants within it [ms], increasing.
        risen: Steps from its start to each of them, not decreasing.
    """

    place: int
    time: Sequence[int]
    risen: Sequence[int]


def shape_of(
    place: int, *, steps: int, inside: Sequence[int], weight: Sequence[int]
) -> Shape | None:
    """Return points at which a gap has got its share: floor(steps x weight so far / all weight).

    Args:
        place: Of the reading before the gap, in the course.
        steps: How far the register went in all.
        inside: Instants within the gap at which its parts meet [ms].
        weight: Weight of each part, not negative; one more than instants.

    Returns:
        None where nothing weighs anything.
    """
    sums = list(accumulate(weight))
    if not sums[-1]:
        return None
    return Shape(place, inside, [steps * one // sums[-1] for one in sums[:-1]])


def laid_over(course: Course, shapes: Iterable[Shape]) -> Course:
    """Return a course with points inside its gaps; its readings and totals stay.

    Args:
        course: How the register advanced.
        shapes: Points within intervals that are ESTIMATED, in order of time.
    """
    there = list(shapes)
    place = np.repeat([one.place for one in there], [len(one.time) for one in there])
    if not len(place):
        return course
    place = place.astype(np.int64)
    time = np.array([time for one in there for time in one.time], dtype=np.int64)
    risen = np.array([risen for one in there for risen in one.risen], dtype=np.int64)
    return replace(
        course,
        time=np.insert(course.time, place + 1, time),
        count=np.insert(course.count, place + 1, course.count[place] + risen),
        known=np.insert(course.known, place + 1, np.int8(Known.ESTIMATED)),
    )
