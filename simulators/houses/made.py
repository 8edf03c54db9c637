"""A registry made from the houses of a scenario: nobody writes ten thousand meters by hand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from energy.meter import EXPORT, MAIN, Building, Institution, Meter, Site
from energy.registry import Registry
from energy.uses import OWN_GENERATION
from simulators.houses.made_devices import Wiring
from simulators.houses.uses import ELECTRICITY, GAS, HEAT, USES, WATER, Point, points_of

PEAK_W_PER_M2 = 80
"""What a main's transformer is made for; chosen above the most that any use draws."""

_CURRENTS_A = (50, 75, 100, 150, 200, 300, 400, 600, 800, 1000, 1500, 2000, 3000, 4000, 5000)
"""Usual primary currents of current transformers with 5 A on the other side."""
_KW_PER_A = Fraction(592, 1000)  # three phases of 380 V at a power factor of 0.9


@dataclass(frozen=True)
class House:
    """A house, or several that are alike, as a scenario names them.

    Attributes:
        name: Name in tags; with a number where there are several.
        use: One of simulators.houses.uses.USES.
        heating: One of simulators.houses.uses.HEATINGS.
        extras: Plants of simulators.houses.uses.EXTRAS.
        area_m2: Floor area [m2].
        people: People who use it.
        count: How many there are.
        name_zh: Chinese name.
        name_en: English name.
    """

    name: str
    use: str
    heating: str
    extras: tuple[str, ...]
    area_m2: int
    people: int
    count: int
    name_zh: str
    name_en: str

    def each(self) -> Iterator[tuple[str, str, str]]:
        """Yield name, Chinese and English name of each of the houses."""
        if self.count == 1:
            yield self.name, self.name_zh, self.name_en
            return
        width = len(str(self.count))
        for number in range(1, self.count + 1):
            yield (
                f"{self.name}_{number:0{width}d}",
                f"{self.name_zh}{number}",
                f"{self.name_en} {number}",
            )

    @property
    def points(self) -> list[Point]:
        """The metering points of each of the houses."""
        return points_of(USES[self.use], self.heating, self.extras)


def registry_of(
    houses: Sequence[House], site: Site, *, interval_s: int, form: str, name_zh: str, name_en: str
) -> Registry:
    """Return the registry of some houses.

    Args:
        houses: The houses.
        site: Where they all stand.
        interval_s: How often their meters are read [s].
        form: Payload format that their devices speak.
        name_zh: Chinese name of the district.
        name_en: English name of the district.
    """
    categories = dict.fromkeys(USES[house.use].category for house in houses)
    buildings: list[Building] = []
    meters: list[Meter] = []
    wiring = Wiring(form, site.timezone)
    for house in houses:
        use = USES[house.use]
        for name, zh, en in house.each():
            building = Building(
                name, use.category, site.site, zh, en, use.building_class, house.area_m2,
                house.people,
            )  # fmt: skip
            buildings.append(building)
            meters += (
                _meter(point, building, wiring, interval_s=interval_s) for point in house.points
            )
    return Registry(
        sites=(site,),
        institutions=tuple(
            Institution(one, _CATEGORY_ZH.get(one, one), one.capitalize(), one, site.site)
            for one in categories
        ),
        buildings=tuple(buildings),
        devices=wiring.devices,
        meters=tuple(meters),
        name_zh=name_zh,
        name_en=name_en,
    )


_CATEGORY_ZH = {
    "government": "机关",
    "school": "学校",
    "hospital": "医院",
    "library": "文化场馆",
    "sports": "体育场馆",
}


def _meter(point: Point, building: Building, wiring: Wiring, *, interval_s: int) -> Meter:
    name = f"{building.building}_{point.suffix}"
    ratio, max_rate = _size(point, building)
    hung = wiring.hang(building.building, point.suffix, point.kind, _STEP[point.kind])
    above = "" if point.role == MAIN else f"{building.building}_main"
    return Meter(
        meter=name,
        building=building.building,
        site=building.site,
        institution=building.institution,
        kind=point.kind,
        table="register",
        role=point.role,
        parent=above,
        item=point.item,
        device=hung.device,
        channel=hung.channel,
        unit=hung.unit,
        step=hung.step,
        resolution=hung.step,
        digits=8,
        ratio=ratio,
        max_rate=max_rate,
        interval_s=interval_s,
        tariff="beijing_general" if (point.kind, point.role) == (ELECTRICITY, MAIN) else "",
        name_zh=building.name_zh + point.name_zh,
        name_en=f"{building.name_en}, {point.name_en}",
        use=OWN_GENERATION if point.load == "pv" else "",
    )


_STEP = {
    ELECTRICITY: Fraction(1, 100),
    WATER: Fraction(1, 1000),
    GAS: Fraction(1, 100),
    HEAT: Fraction(1, 1000),
}
_MOST_AN_HOUR = {WATER: Fraction(1, 20), GAS: Fraction(1, 50), HEAT: Fraction(1, 2000)}
"""Most that meters of other kinds let through [m3 or GJ an hour], a person or a square metre."""


def _size(point: Point, building: Building) -> tuple[Fraction, Fraction]:
    """Return the ratio of a meter's transformers, and the greatest plausible rate."""
    if point.kind != ELECTRICITY:
        size = building.people if point.kind == WATER else building.area_m2
        return Fraction(1), 5 + _MOST_AN_HOUR[point.kind] * size
    share = Fraction(1, 2) if point.role == EXPORT else point.share
    kw = Fraction(PEAK_W_PER_M2 * building.area_m2, 1000) * share
    ampere = next((one for one in _CURRENTS_A if one * _KW_PER_A >= kw), _CURRENTS_A[-1])
    return Fraction(ampere, 5), Fraction(round(max(ampere * _KW_PER_A, kw) * Fraction(6, 5)))
