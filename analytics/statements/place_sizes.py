"""Sizes of an institution over a stretch of days: sums of what its buildings are in the mean."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from energy.meter import Building, Institution
from energy.period import Stretch
from energy.registry import Registry
from energy.sizes import AREA, HEATED_AREA, MEASURES, PEOPLE, WATER_PERSONS, Size, mean_size
from energy.water_persons import PARTS, RULES, water_persons


class Sized(Protocol):
    """Knows buildings and their sizes, as Sources does."""

    @property
    def registry(self) -> Registry: ...  # noqa: D102
    @property
    def sizes(self) -> Sequence[Size]: ...  # noqa: D102


def sizes_of(
    sources: Sized, institution: Institution, stretch: Stretch
) -> dict[str, Fraction | None]:
    """Return each measure of an institution: the sum of its buildings, each by the mean of days.

    Floor area and people are not known as soon as those of one building are not; a building without
    a heated area is not heated. Persons of a water quota are there where the category has a rule.
    """
    buildings = [
        building
        for building in sources.registry.buildings
        if building.institution == institution.institution
    ]
    found: dict[str, Fraction | None] = {}
    for measure in MEASURES:
        parts = [_mean(sources, building, stretch, measure) for building in buildings]
        known = [part for part in parts if part is not None]
        is_known = bool(known) and (measure == HEATED_AREA or len(known) == len(parts))
        found[measure] = sum(known, Fraction(0)) if is_known else None
    if institution.category in RULES:
        given = _parts(sources, buildings, stretch)
        found[WATER_PERSONS] = water_persons(institution.category, given)
    return found


def _parts(
    sources: Sized, buildings: Sequence[Building], stretch: Stretch
) -> dict[str, Fraction | None]:
    """Return the means of what makes persons of a water quota, of buildings that were given it."""
    found: dict[str, Fraction | None] = {}
    for part in PARTS:
        given = {size.building for size in sources.sizes if size.measure == part}
        own = [one for one in buildings if one.building in given]
        means = [_mean(sources, one, stretch, part) for one in own]
        known = [mean for mean in means if mean is not None]
        if own:
            found[part] = sum(known, Fraction(0)) if len(known) == len(own) else None
    return found


def _mean(sources: Sized, building: Building, stretch: Stretch, measure: str) -> Fraction | None:
    own = [size for size in sources.sizes if size.building == building.building]
    before = {AREA: building.area_m2, PEOPLE: building.people}.get(measure, 0)
    return mean_size(own, stretch, measure=measure, before=before)
