"""Figures from the institution's own meters: the days of the derived tables, added up."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from analytics.ledger.rows import FIELDS, ROW, Rows, no_rows, rows_of
from analytics.statements.figures import OWN, Figure, joined_figures
from analytics.statements.leaning import NOTHING, Leaning
from energy.instruments import Overdue
from energy.meter import Meter
from energy.period import Stretch
from energy.span import SECOND_MS, local_date, midnight
from energy.text import Text
from storage.readings import ReadingStore
from storage.tables import METER_DAY

DAY_S = 86_400
PARTLY_PRICED = Text(
    "部分用量没有价格，费用不完整。", "Part of it has no price; the cost is incomplete."
)


class Asked(NamedTuple):
    """What is asked of own meters.

    Attributes:
        zone: Wall clock on which days are cut.
        now_ms: The present [ms]: what is still to come is not due.
        begun: When each meter was first heard [ms]; one that never was is not due.
        overdue: When the verification at a meter was overdue, by its name.
        leaning: Tells which rows of reference data a cost leans on.
    """

    zone: ZoneInfo
    now_ms: int
    begun: Mapping[str, int]
    overdue: Mapping[str, Overdue] = MappingProxyType({})
    leaning: Leaning = NOTHING


def own_figures(
    store: ReadingStore, meters: Sequence[Meter], stretches: Sequence[Stretch], asked: Asked
) -> dict[Stretch, Figure]:
    """Return what some meters say together, stretch by stretch; none where they say nothing.

    Args:
        store: Has their days.
        meters: Meters of one kind that do not count the same thing twice.
        stretches: In order of time, not overlapping.
        asked: Clock and present.
    """
    each = figures_of(store, meters, stretches, asked).values()
    found = {}
    for stretch in stretches:
        told = [figures[stretch] for figures in each if stretch in figures]
        if told:
            found[stretch] = joined_figures(told)
    return found


def figures_of(
    store: ReadingStore, meters: Sequence[Meter], stretches: Sequence[Stretch], asked: Asked
) -> dict[str, dict[Stretch, Figure]]:
    """Return what each of some meters says, by name and stretch; nothing where one says nothing.

    Args:
        store: Has their days.
        meters: Any.
        stretches: In order of time, not overlapping.
        asked: Clock and present.
    """
    if not meters or not stretches:
        return {}
    days = days_of(store, [meter.meter for meter in meters], stretches, asked.zone)
    return figures_by(days, meters, stretches, asked)


def figures_by(
    days: Mapping[str, Rows], meters: Sequence[Meter], stretches: Sequence[Stretch], asked: Asked
) -> dict[str, dict[Stretch, Figure]]:
    """Return what days of meters say, as ``figures_of`` does."""
    found: dict[str, dict[Stretch, Figure]] = {}
    for meter in meters:
        rows = days.get(meter.meter, no_rows())
        each = ((stretch, _figure(meter, rows, stretch, asked)) for stretch in stretches)
        found[meter.meter] = {stretch: figure for stretch, figure in each if figure is not None}
    return found


def days_of(
    store: ReadingStore, names: Iterable[str], stretches: Sequence[Stretch], zone: ZoneInfo
) -> dict[str, Rows]:
    """Return the days of meters from the first stretch to the last."""
    span = Stretch(stretches[0].first, stretches[-1].until).span(zone)
    points = store.points(METER_DAY, where=(("meter", tuple(names)),), span=span)
    groups: Iterable[tuple[object, pd.DataFrame]] = points.groupby("meter", sort=False)
    return {str(name): rows_of(rows) for name, rows in groups}


def whole_days(rows: Rows, zone: ZoneInfo) -> dict[date, int]:
    """Return the amounts of the days that are measured or estimated from end to end."""
    covered = rows.field("measured_s") + rows.field("estimated_s")
    amounts = rows.known[ROW["amount"]]
    is_whole = amounts & (covered >= rows.field("period_s"))
    return {
        local_date(int(rows.start[place]), zone): int(rows.field("amount")[place])
        for place in np.flatnonzero(is_whole)
    }


def _figure(meter: Meter, days: Rows, stretch: Stretch, asked: Asked) -> Figure | None:
    name = meter.meter
    span = stretch.span(asked.zone)
    rows = days.within(span)
    begun = asked.begun.get(name)
    if begun is None or begun >= span.end:
        return None
    since = max(span.start, begun)
    due = max(min(span.end, asked.now_ms) - since, 0) // SECOND_MS
    overdue_s, marks = _overdue(asked, name, stretch, since=since)
    total = dict(zip(FIELDS, rows.numbers.sum(axis=1).tolist(), strict=True))
    known = dict(zip(FIELDS, rows.known, strict=True))
    counted, priced = known["amount"], known["cost"]
    return Figure(
        basis=OWN,
        amount=total["amount"] if counted.any() else None,
        estimated=total["amount_estimated"],
        cost=total["cost"] if priced.any() else None,
        measured_s=total["measured_s"],
        estimated_s=total["estimated_s"],
        unresolved_s=total["unresolved_s"],
        due_s=due,
        sources=(name,),
        notes=((PARTLY_PRICED,) if priced.any() and np.any(counted & ~priced) else ()) + marks,
        overdue_s=overdue_s,
        rows=asked.overdue[name].rows if overdue_s else (),
        priced_by=asked.leaning.of_cost(
            meter, [local_date(time, asked.zone) for time in rows.start[priced].tolist()]
        ),
    )


def _overdue(
    asked: Asked, meter: str, stretch: Stretch, *, since: int
) -> tuple[int, tuple[Text, ...]]:
    """Return how long a meter that is due was overdue within a stretch [s], and what is said of it.

    Args:
        asked: Clock, present, and when meters were overdue.
        meter: Name of the meter.
        stretch: The days.
        since: From when on it is due [ms].
    """
    overdue = asked.overdue.get(meter)
    if overdue is None:
        return 0, ()
    cut = [
        (
            max(midnight(days.first, asked.zone), since),
            min(midnight(days.until, asked.zone), asked.now_ms),
        )
        for days in overdue.within(stretch.first, stretch.until)
    ]
    seconds = sum(max(end - start, 0) // SECOND_MS for start, end in cut)
    return seconds, (_overdue_text(meter, seconds),) if seconds else ()


def _overdue_text(meter: str, seconds: int) -> Text:
    days = Fraction(seconds, DAY_S)
    return Text(
        f"{meter} 有 {float(days):.4g} 天检定已过期；读数照常计入。",
        f"The verification of {meter} was overdue for {float(days):.4g} days; its readings count "
        "as they are.",
    )
