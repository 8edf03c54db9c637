"""One institution with a main, the sun, a stove and water, and its statements asked why."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from fractions import Fraction

from analytics.closing.sheet import maker_of
from analytics.closing.workflow import Sheet
from analytics.why.asked import Answer, Asked
from analytics.why.statement import why_statement
from energy.factors import Factor
from energy.meter import Meter
from energy.provenance import SourceRow
from energy.reading import Reading
from energy.reference import Reference
from energy.registry import Registry
from energy.sizes import AREA, HEATED_AREA, Size
from energy.span import HOUR_MS, midnight
from energy.uses import HEATING, OWN_GENERATION
from storage.engines.memory import MemoryStore
from storage.records import people
from storage.records.book import Records
from tests.analytics.ledgers import REFERENCE
from tests.builders import MAIN_METER, NORTH, SUB_METER, registry_of

NOW = midnight(date(2026, 7, 10), NORTH.zone)
MAY_1 = midnight(date(2026, 5, 1), NORTH.zone)
HOURS = 65 * 24
MAIN = replace(MAIN_METER, ratio=Fraction(1))
WATER = replace(MAIN, meter="hall_water", kind="water", unit="m3", channel="v", tariff="")
SUN = replace(MAIN, meter="hall_sun", use=OWN_GENERATION, channel="sun")
STOVE = replace(SUB_METER, meter="hall_stove", use=HEATING, item="")
DISTRICT = replace(
    registry_of(MAIN, WATER, SUN, STOVE),
    sizes=(
        Size("hall", AREA, date(2026, 5, 11), 1200, "survey"),
        Size("hall", HEATED_AREA, date(2020, 1, 1), 800, "survey"),
    ),
)


def coefficient(name: str, row_id: str, per_display: str) -> Factor:
    value = Fraction(per_display)
    source = f"source of {row_id}"
    return Factor(name, "electricity", "", date(2000, 1, 1), date.max, value, source, "secondary",
                  id=row_id)  # fmt: skip


COAL, CO2 = (
    coefficient("NGOA-stat", "coal-1", "0.1229"),
    coefficient("MEE-average", "co2-1", "0.55"),
)
SOURCES = {
    row.id: SourceRow(row.id, "f.csv", row.factor_set, "", row.valid_from, row.valid_to, "",
                      row.source, "2024", "secondary", "wang" if row is COAL else "", "2026-01-02")
    for row in (COAL, CO2)
}  # fmt: skip
PRICES = tuple(
    replace(row, id=f"price-{row.period}") for row in REFERENCE.tariffs["beijing_general"]
)
SOURCES |= {
    row.id: SourceRow(row.id, "t.csv", row.tariff, "", row.valid_from, row.valid_to, "",
                      "the bill", "2024", "example", "wang" if row.period == "peak" else "", "")
    for row in PRICES
}  # fmt: skip
WITH_SOURCES = Reference(
    tariffs={"beijing_general": PRICES},
    factors={"NGOA-stat": (COAL,), "MEE-average": (CO2,)},
    sources=SOURCES,
)


def hourly(meter: Meter, step: int) -> list[Reading]:
    return [
        Reading(meter.meter, "register", MAY_1 + hour * HOUR_MS, hour * step)
        for hour in range(HOURS)
    ]


def why(
    records: Records,
    store: MemoryStore,
    key: str = "2026-05",
    *,
    kind: str = "",
    figure: str = "",
    deep: bool = False,
    registry: Registry = DISTRICT,
    reference: Reference = WITH_SOURCES,
) -> Answer:
    with records.reading() as session:
        asked = Asked(session, store, registry, reference, NOW)
        return why_statement(asked, "town", key, kind=kind, figure=figure, deep=deep)


@contextmanager
def sheet(records: Records, store: MemoryStore) -> Iterator[tuple[Sheet, str]]:
    with records.session() as session:
        roles = ["filler", "statistics_head", "unit_head"]
        who = people.add(session, name="李", roles=roles, by="setup")
        make = maker_of(store, WITH_SOURCES, now_ms=NOW)
        yield Sheet(session, DISTRICT, make, "town", "2026-05", NOW, WITH_SOURCES), who


def close(records: Records, store: MemoryStore) -> None:
    with sheet(records, store) as (found, who):
        found.submit(who)
        found.close(who)


def wrong(answer: Answer) -> list[Answer]:
    figures = [one for line in answer["lines"] for one in line["figures"]] + answer["totals"]
    figures += [one for ratio in answer["intensities"] for one in ratio["figures"]]
    return [one for one in figures if one["verdict"] != "same"]


def line_of(answer: Answer, key: str) -> Answer:
    return next(line for line in answer["lines"] if line["line"] == key)
