"""The hours of one meter, from the course of its register: amount, coverage, cost, coal, CO2."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from analytics.consumption.course import Course
from analytics.consumption.edges import Cells, cells_between
from analytics.ledger.pricing import pricing_of
from analytics.ledger.rows import FIELDS, ROW, Rows, no_rows
from analytics.ledger.wall import Wall, wall_of
from analytics.ledger.worth import Worth, cost_of, emits_nothing, weight_of
from energy.meter import Meter, Site
from energy.reference import Reference
from energy.regions import COUNTRY
from energy.span import HOUR_MS, SECOND_MS, Span
from energy.tariffs.tariff import WEEK
from energy.uses import OWN_GENERATION
from storage.admission import EARLIEST_MS

COAL_SET = "NGOA-stat"
CO2_SET = "MEE-average"

Pieces = Callable[[np.ndarray], np.ndarray]
"""Edges [ms] that cut cells -> the amount between each two of them [base units]."""


@dataclass(frozen=True)
class Books:
    """What the ledger of a meter is kept by.

    Attributes:
        meter: The meter.
        site: Its clock and region.
        reference: Prices, coefficients, factors.
    """

    meter: Meter
    site: Site
    reference: Reference


def hours_of(course: Course, books: Books, *, span: Span) -> Rows:
    """Return the hours of a meter of which anything can be said.

    Args:
        course: How its register advanced.
        books: What the ledger is kept by.
        span: Whole local days that are wanted; from EARLIEST_MS for all from the first reading on.
    """
    if len(course.time) < 2:  # noqa: PLR2004  nothing lies between fewer than two readings
        return no_rows()
    is_whole = span.start == EARLIEST_MS
    first = _opening_midnight(course, books.site.timezone) if is_whole else span.start
    end = min(int(course.time[-1]), span.end)
    if first >= end:
        return no_rows()
    wall = wall_of(books.site.timezone, first, end)
    cells = cells_between(course, wall.edges, base_per_step=course.base_per_count)
    rows = _rows(course, cells, wall, books)
    # Where a local day ends within a UTC hour, the last cell is of the day after.
    said = cells.is_touched & (rows.start < span.end)
    return Rows(rows.start[said], rows.numbers[:, said], rows.known[:, said])


def _opening_midnight(course: Course, timezone: str) -> int:
    """Return the start of the local day of the first reading."""
    first = int(course.time[0])
    wall = wall_of(timezone, first // HOUR_MS * HOUR_MS, first + 1)
    return int(wall.days.start[wall.day[0]])


def _rows(course: Course, cells: Cells, wall: Wall, books: Books) -> Rows:
    values = np.zeros((len(FIELDS), len(wall.start)), dtype=np.int64)
    known = np.ones((len(FIELDS), len(wall.start)), dtype=bool)
    values[ROW["amount"]] = cells.amount
    values[ROW["amount_estimated"]] = cells.amount_estimated
    for name, seconds in _seconds(cells).items():
        values[ROW[name]] = seconds
    values[ROW["period_s"]] = np.diff(wall.edges) // SECOND_MS
    counted = cells.has_amount
    for name in ("amount", "amount_estimated"):
        known[ROW[name]] = counted
    pieces = partial(_pieces, course)
    for name, (worth, there) in worths_of(cells.amount, pieces, wall, books).items():
        values[ROW[name]] = worth
        known[ROW[name]] = there & counted
    return Rows(wall.start, np.where(known, values, 0), known)


def _seconds(cells: Cells) -> dict[str, np.ndarray]:
    """Return whole seconds of each sort: never more measured, nor less unresolved, than is true."""
    measured = cells.measured_ms // SECOND_MS
    unresolved = -(-cells.unresolved_ms // SECOND_MS)
    covered = -(-(cells.measured_ms + cells.estimated_ms + cells.unresolved_ms) // SECOND_MS)
    rest = np.maximum(covered - measured - unresolved, 0)
    estimated = np.where(cells.estimated_ms > 0, rest, 0)
    return {"measured_s": measured, "estimated_s": estimated, "unresolved_s": unresolved}


def _pieces(course: Course, edges: np.ndarray) -> np.ndarray:
    """Return the amount between edges: the cumulative is floored at each, so pieces add up."""
    return cells_between(course, edges, base_per_step=course.base_per_count).amount


def worths_of(amount: np.ndarray, pieces: Pieces, wall: Wall, books: Books) -> dict[str, Worth]:
    """Return cost, standard coal and CO2 of the amount of each cell [base units].

    Args:
        amount: Amount of each cell [base units]. Shape (cells,), int64.
        pieces: Tells amounts between other edges, where a price changes within a cell.
        wall: The cells.
        books: The meter, its site, prices and factors.
    """
    kind, region = books.meter.kind, books.site.region
    factors = books.reference.factors
    coal, co2 = factors.get(COAL_SET, ()), factors.get(CO2_SET, ())
    return {
        "cost": _cost(amount, pieces, wall, books),
        "coal": weight_of(amount, coal, kind=kind, region=region, wall=wall),
        # The statistics of public institutions take the national average wherever a site lies.
        "co2": emits_nothing(amount)
        if books.meter.use == OWN_GENERATION
        else weight_of(amount, co2, kind=kind, region=COUNTRY, wall=wall),
    }


def _cost(amount: np.ndarray, pieces: Pieces, wall: Wall, books: Books) -> Worth:
    meter, reference = books.meter, books.reference
    calendar = reference.calendars.get(books.site.calendar, WEEK)
    pricing = pricing_of(reference.price_book(meter.tariff, meter.kind), wall, calendar)
    cut = amount if pricing.is_whole else pieces(pricing.edges)
    return cost_of(cut, pricing, kind=meter.kind, wall=wall)
