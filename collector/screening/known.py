"""What a screen knows of the meters: what they said last, and how their registers go."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from collector.screening.courses import Courses
from collector.screening.doubt import Nameplate
from collector.screening.standing import Standing
from storage.columns import Series

Plates = Sequence[Nameplate | None]
"""Nameplate of the register of each slot; None where nothing is marked."""


class Known(NamedTuple):
    """What was heard of meters so far, by the number of their slot.

    Attributes:
        standing: What each said last, and how far it is.
        courses: How registers have gone, as far as this life of the collector heard them.
    """

    standing: Standing
    courses: Courses

    @classmethod
    def of(cls, newest: Mapping[Series, int], series: Sequence[Series], plates: Plates) -> "Known":
        """Return what is known where only the newest time [ms] of some series is."""
        return cls(Standing.of(newest, series), Courses(plates))

    def copy(self) -> "Known":
        """Return a copy that stays as it is."""
        return Known(self.standing.copy(), self.courses.copy())

    def moved(self, before: Sequence[Series], after: Sequence[Series], plates: Plates) -> "Known":
        """Return the same of slots that are numbered anew, with the nameplates of now."""
        old = {name: number for number, name in enumerate(before)}
        came_from = {number: old[name] for number, name in enumerate(after) if name in old}
        return Known(self.standing.moved(before, after), self.courses.moved(plates, came_from))
