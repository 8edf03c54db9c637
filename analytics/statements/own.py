"""Figures from the institution's own meters: the days of the derived tables, added up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from analytics.ledger.rows import FIELDS, ROW, Rows, no_rows, rows_of
from analytics.statements.due import Life, due_of, less
from analytics.statements.figures import OWN, Figure, joined_figures
from analytics.statements.leaning import NOTHING, Leaning
from energy.instruments import Overdue
from energy.meter import Meter
from energy.period import Stretch
from energy.span import Span, local_date, local_days, midnight
from energy.text import Text
from energy.uses import OWN_GENERATION
from storage.readings import ReadingStore
from storage.tables import METER_DAY

PARTLY_PRICED = Text(
    "部分用量没有价格，费用不完整。", "Part of it has no price; the cost is incomplete."
)


class Asked(NamedTuple):
    """What is asked of own meters.

    Attributes:
        zone: Wall clock on which days are cut.
        now_ms: The present [ms]: what is still to come is not due.
        begun: Start of the month in which each meter was first heard [ms].
        overdue: When the verification at a meter was overdue, by its name.
        leaning: Tells which rows of reference data a cost leans on.
        away: When no instrument stood at a meter's point, by its name: nothing is due then.
    """

    zone: ZoneInfo
    now_ms: int
    begun: Mapping[str, int]
    overdue: Mapping[str, Overdue] = MappingProxyType({})
    leaning: Leaning = NOTHING
    away: Mapping[str, Sequence[Span]] = MappingProxyType({})


def own_figures(
    store: ReadingStore, meters: Sequence[Meter], stretches: Sequence[Stretch], asked: Asked
) -> dict[Stretch, Figure]:
    """Return what some meters say together, stretch by stretch; none where nothing is due yet.

    Meters at whose points no instrument stood are no part of it, unless none stood at any.

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
            found[stretch] = _noted(joined_figures(told), told)
    return found


def _noted(joined: Figure, told: Sequence[Figure]) -> Figure:
    """Return a sum with a sentence on meters of which it has an amount and no price at all."""
    bare = sorted({name for one in told if one.cost is None for name in one.unpriced})
    if joined.cost is None or not bare:
        return joined
    note = Text(
        f"费用不完整：{'、'.join(bare)} 没有价格。请在 meters.csv 中写明其 tariff。",
        f"The cost is incomplete: {', '.join(bare)} {'has' if len(bare) == 1 else 'have'} no price."
        " Give it a tariff in meters.csv.",
    )
    return replace(joined, notes=(*joined.notes, note))


def figures_of(
    store: ReadingStore, meters: Sequence[Meter], stretches: Sequence[Stretch], asked: Asked
) -> dict[str, dict[Stretch, Figure]]:
    """Return what each of some meters says, by name and stretch; nothing where nothing is due yet.

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
    life = Life(name, asked.begun.get(name), asked.away.get(name, ()))
    first_ms = int(rows.start[0]) if len(rows) else None
    due = due_of(life, span, asked.zone, now_ms=asked.now_ms, first_ms=first_ms)
    is_heard = life.begun is not None and life.begun < span.end
    if not (is_heard or due.seconds or due.is_away):
        return None
    overdue_s, marks = _overdue(asked, life, stretch)
    total = dict(zip(FIELDS, rows.numbers.sum(axis=1).tolist(), strict=True))
    known = dict(zip(FIELDS, rows.known, strict=True))
    counted, priced = known["amount"], known["cost"]
    lacking = counted & ~priced
    is_lacking = meter.use != OWN_GENERATION and bool(np.any(lacking & (rows.field("amount") != 0)))
    return Figure(
        basis=OWN,
        amount=total["amount"] if counted.any() else None,
        estimated=total["amount_estimated"],
        cost=total["cost"] if priced.any() else None,
        measured_s=total["measured_s"],
        estimated_s=total["estimated_s"],
        unresolved_s=total["unresolved_s"],
        due_s=due.seconds,
        is_blank=due.is_away and not counted.any(),
        sources=(name,) if is_heard else (),
        notes=(
            *due.notes,
            *((PARTLY_PRICED,) if priced.any() and np.any(lacking) else ()),
            *marks,
        ),
        overdue_s=overdue_s,
        unpriced=(name,) if is_lacking else (),
        rows=asked.overdue[name].rows if overdue_s else (),
        priced_by=asked.leaning.of_cost(
            meter, [local_date(time, asked.zone) for time in rows.start[priced].tolist()]
        ),
    )


def _overdue(asked: Asked, life: Life, stretch: Stretch) -> tuple[int, tuple[Text, ...]]:
    """Return how long a meter that is due was overdue within a stretch [s], and what is said of it.

    Args:
        asked: Clock, present, and when meters were overdue.
        life: The meter: what was not heard, or stood nowhere, was not overdue.
        stretch: The days.
    """
    overdue = asked.overdue.get(life.meter)
    if overdue is None or life.begun is None:
        return 0, ()
    seconds, days = 0, set()
    for each in overdue.within(stretch.first, stretch.until):
        start = max(midnight(each.first, asked.zone), life.begun)
        end = min(midnight(each.until, asked.zone), asked.now_ms)
        for span in less(Span(start, max(start, end)), life.away):
            seconds += span.seconds
            # The last day counts when it has begun: a draft says the same all day.
            days |= {local_date(day.start, asked.zone) for day in local_days(span, asked.zone)}
    names = overdue.inputs or (life.meter,)
    return seconds, (_overdue_text(", ".join(names), len(days)),) if seconds else ()


def _overdue_text(meter: str, days: int) -> Text:
    return Text(
        f"{meter} 有 {days} 天检定已过期；读数照常计入。",
        f"The verification of {meter} was overdue for {days} day{'' if days == 1 else 's'}; "
        "its readings count as they are.",
    )
