"""Intensities of a sheet worked out again: a numerator from its lines, a size from each day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from analytics.why.asked import Answer, Asked, fraction
from energy.kinds import KINDS
from energy.meter import Building
from energy.period import day_named
from energy.sizes import AREA, HEATED_AREA, MEASURES, PEOPLE, WATER_PERSONS
from energy.uses import HEATING, VEHICLE
from energy.water_persons import RULES, STAFF

COAL = "coal"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an intensity is made; docs/methods.md, "Intensity".

    Attributes:
        of: COAL for standard coal of all energy, else the kind whose amount it is.
        measure: The size it is divided by.
        without: Uses that are taken away.
        only: The use that it is of alone; "" for all.
    """

    of: str
    measure: str
    without: tuple[str, ...] = ()
    only: str = ""


RECIPES = {
    "energy_per_area": Recipe(COAL, AREA),
    "energy_per_area_without_vehicles": Recipe(COAL, AREA, (VEHICLE,)),
    "non_heating_per_area": Recipe(COAL, AREA, (HEATING, VEHICLE)),
    "heating_per_heated_area": Recipe(COAL, HEATED_AREA, only=HEATING),
    "electricity_per_area": Recipe("electricity", AREA, (HEATING,)),
    "energy_per_person": Recipe(COAL, PEOPLE),
    "water_per_person": Recipe("water", PEOPLE),
    "water_per_quota_person": Recipe("water", WATER_PERSONS),
}
"""Every intensity of a sheet, told a second time and apart from the first."""

Lines = Iterable[Mapping[str, Any]]


def numerator_again(name: str, lines: Lines) -> int | None:
    """Return the numerator of an intensity from the lines of a sheet [g, or base units]."""
    recipe = RECIPES[name]
    lines = list(lines)
    if recipe.of == COAL and HEATING in recipe.without and not _is_heating_told(lines):
        return None
    own = [line for line in lines if _is_of(recipe, line)]
    asked = (recipe.only,) if recipe.only else ("", *recipe.without)
    known = [line for line in own if line["use"] in asked and line["amount"] is not None]
    if len({line["basis"] == "earlier" for line in known}) > 1:
        return None  # an earlier ledger is never added to what others say
    if recipe.only:
        of_use = [line for line in own if line["use"] == recipe.only]
        return _total(recipe, [line for line in of_use if line["amount"] is not None])
    whole = _total(recipe, [line for line in own if not line["use"]])
    parts = [line for line in own if line["use"] in recipe.without and not line["is_blank"]]
    less = _total(recipe, parts) if parts else 0
    return None if whole is None or less is None else whole - less


def _is_heating_told(lines: Lines) -> bool:
    """Tell whether all heat has a line beside it that says how much of it was for heating."""
    heat = [line for line in lines if line["kind"] == "heat" and not line["is_blank"]]
    whole = {line["from"] for line in heat if not line["use"]}
    return whole <= {line["from"] for line in heat if line["use"] == HEATING}


def is_partly(name: str, lines: Lines) -> bool:
    """Tell whether a part of what goes into a numerator is missing, or nobody can know it."""
    recipe, lines = RECIPES[name], list(lines)
    if recipe.only == HEATING and not _is_heating_told(lines):
        return True
    asked = (recipe.only,) if recipe.only else ("", *recipe.without)
    return any(
        line["unresolved_s"] + line["missing_s"] or line["amount"] is None
        for line in lines
        if _is_of(recipe, line) and line["use"] in asked and not line["is_blank"]
    )


def sizes_again(asked: Asked, institution: str, first: date, until: date) -> dict[str, Answer]:
    """Return each measure of an institution, with what its buildings measure and since when."""
    days = [first + timedelta(days=number) for number in range((until - first).days)]
    buildings = [
        one
        for one in asked.registry.buildings
        if one.institution == institution and any(_is_there(one, day) for day in days)
    ]
    found = {measure: _size(asked, buildings, days, measure) for measure in MEASURES}
    category = asked.registry.institution[institution].category
    if category in RULES:
        found[WATER_PERSONS] = _water_persons(asked, buildings, days, RULES[category])
    return found


def _water_persons(
    asked: Asked, buildings: list[Building], days: list[date], rule: Mapping[str, Fraction]
) -> Answer:
    """Return the persons of a water quota day by day: what was never given of a rule is none."""
    total, told, given = Fraction(0), [], set()
    is_known = True
    for part, weight in rule.items():
        for building in buildings:
            sum_of_days, one = _of_building(asked, building, days, part)
            if one["rows"]:
                given.add(part)
                told.append({**one, "measure": part, "weight": fraction(weight)})
                is_known = is_known and sum_of_days is not None
                total += weight * (sum_of_days or 0)
    is_known = is_known and STAFF in given and len(given) > 1
    again = fraction(total / len(days)) if is_known else None
    return {"again": again, "days": len(days), "buildings": told}


def _is_of(recipe: Recipe, line: Mapping[str, Any]) -> bool:
    if recipe.of != COAL:
        return bool(line["kind"] == recipe.of)
    return KINDS[line["kind"]].is_energy


def _total(recipe: Recipe, lines: Lines) -> int | None:
    """Return the sum of lines; None where there is none or one of them is not known."""
    number = "coal_g" if recipe.of == COAL else "amount"
    each = [line[number] for line in lines if not line["is_blank"]]
    return sum(each) if each and None not in each else None


def _size(asked: Asked, buildings: list[Building], days: list[date], measure: str) -> Answer:
    parts = [_of_building(asked, building, days, measure) for building in buildings]
    known = [total for total, _ in parts if total is not None]
    is_known = bool(known) and (measure == HEATED_AREA or len(known) == len(parts))
    mean = Fraction(sum(known), len(days)) if is_known else None
    return {
        "again": None if mean is None else fraction(mean),
        "days": len(days),
        "buildings": [told for _, told in parts],
    }


def _is_there(building: Building, day: date) -> bool:
    return building.valid_from <= day < building.valid_to


def _of_building(
    asked: Asked, building: Building, days: list[date], measure: str
) -> tuple[int | None, Answer]:
    """Return the sum over days of what a building measures, None if one is not known; and why."""
    rows = [
        row
        for row in asked.registry.sizes
        if (row.building, row.measure) == (building.building, measure)
    ]
    at_first = {AREA: building.area_m2, PEOPLE: building.people}.get(measure, 0)
    total, is_known = 0, True
    for day in days:
        if not _is_there(building, day):
            continue
        holding = [row for row in rows if row.valid_from <= day]
        value = max(holding, key=lambda row: row.valid_from).value if holding else at_first
        total, is_known = total + value, is_known and value != 0
    told = {
        "building": building.building,
        "name": {"zh": building.name_zh, "en": building.name_en},
        "at_first": at_first,
        "valid_from": day_named(building.valid_from) or None,
        "valid_to": day_named(building.valid_to) or None,
        "rows": [
            {"valid_from": row.valid_from.isoformat(), "value": row.value, "source": row.source}
            for row in rows
        ],
        "day_sum": total if is_known else None,
    }
    return (total if is_known else None), told
