"""A statement names the rows of tariffs, calendars and seasons that it leans on."""

from dataclasses import replace
from datetime import date

import pytest

from analytics.closing.reweighing import reweighed
from analytics.closing.sum_sheet import sheet_of_sum
from analytics.statements.leaning import Leaning
from analytics.statements.sheet import sheet_of
from analytics.statements.statement import Sources, Statement, own_basis, statement_of
from analytics.statements.weights import Terms
from energy.calendars import Calendar, DayType
from energy.heating import HeatingSeason, season_stretch
from energy.period import period_of
from energy.provenance import SourceRow, leans_on
from energy.reading import Reading
from energy.reference import Reference
from energy.span import midnight
from energy.tariffs.tariff import TariffRow
from energy.text import Text
from storage.engines.memory import MemoryStore
from tests.analytics.ledgers import DAWN, DUSK, REFERENCE, ledger_of, price
from tests.builders import MAIN_METER, NORTH, TOWN, registry_of

NOW = midnight(date(2026, 6, 10), NORTH.zone)
EVER = date(2000, 1, 1)
REGISTRY = registry_of(MAIN_METER)
READINGS = [
    Reading("hall_main", "register", midnight(date(2026, 5, day), NORTH.zone), day * 100)
    for day in range(1, 32)
]


def source(row_id: str, *, confidence: str = "example", content: str = "") -> SourceRow:
    return SourceRow(row_id, "f.csv", "s", "", EVER, date.max, content, "a bill", "", confidence)


def named(row: TariffRow, row_id: str, **cells: object) -> TariffRow:
    return replace(row, id=row_id, **cells)  # type: ignore[arg-type]


NIGHT = named(price("valley", 0, 1440, 1), "night")
DAY = named(price("peak", DAWN, DUSK, 2, 1), "day")
PRICES = (NIGHT, DAY)


def reference(prices: tuple[TariffRow, ...] = PRICES, *sources: SourceRow) -> Reference:
    rows = sources or (source("night"), source("day"))
    return replace(
        REFERENCE, tariffs={"beijing_general": prices}, sources={row.id: row for row in rows}
    )


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    return ledger_of(REGISTRY, READINGS, now_ms=NOW)


def statement(store: MemoryStore, known: Reference, key: str = "2026-05") -> Statement:
    leaning = Leaning(known, REGISTRY)
    sources = Sources(store, REGISTRY, (), {}, own_basis, NOW, leaning=leaning)
    terms = Terms("NGOA-stat", "none", {}, "110102", sources=known.sources)
    season = season_stretch(known.heating, key, "110102", {})
    period = period_of(key, {key: season} if season else {})
    return statement_of(sources, TOWN, period, terms)


def banner(said: Statement) -> list[str]:
    return [row.id for row in said.unconfirmed]


def test_the_rows_that_price_the_days_of_a_statement_stand_in_its_banner(
    store: MemoryStore,
) -> None:
    said = statement(store, reference())
    assert banner(said) == ["day", "night"]
    assert said.lines[0].signed.priced_by == ("day", "night")
    sheet = sheet_of(said, code="1")
    assert sheet["prices"] == {"electricity/2026-05-01": ["day", "night"]}
    assert [row["source"] for row in sheet["unconfirmed"]] == ["a bill", "a bill"]


def test_a_confirmed_or_verified_row_does_not_stand_in_it(store: MemoryStore) -> None:
    confirmed = replace(source("day"), confirmed_by="Li Na", confirmed_at="2026-06-01")
    known = reference(PRICES, confirmed, source("night", confidence="verified"))
    assert banner(statement(store, known)) == []


def test_rows_of_other_months_years_meters_and_prices_that_never_win_do_not_stand_in_it(
    store: MemoryStore,
) -> None:
    prices = (
        *PRICES,
        named(NIGHT, "june", months=(6,), priority=5),
        named(NIGHT, "last_year", valid_to=date(2026, 1, 1), priority=5),
        named(NIGHT, "hidden", from_minute=DAWN, to_minute=DUSK),
        named(NIGHT, "gas", kind="gas"),
    )
    known = reference(prices, *(source(row.id) for row in prices))
    assert banner(statement(store, known)) == ["day", "night"]


def test_a_month_without_a_cost_leans_on_no_price(store: MemoryStore) -> None:
    said = statement(store, reference(), "2026-03")
    assert banner(said) == []
    assert "prices" not in sheet_of(said, code="1")


def test_a_row_without_a_name_is_named_by_what_it_prices(store: MemoryStore) -> None:
    said = statement(store, reference((replace(NIGHT, id=""),), source("other")))
    assert banner(said) == ["beijing_general  valley 00:00-24:00 2000-01-01"]


def test_a_holiday_counts_where_a_price_asks_for_the_type_of_a_day(store: MemoryStore) -> None:
    days = {date(2026, 5, 1): DayType.HOLIDAY, date(2026, 10, 1): DayType.HOLIDAY}
    cells = "calendar=cn\nday_type=holiday"
    may, october, others, rest = (
        replace(source("may_1", content=cells), valid_from=date(2026, 5, 1),
                valid_to=date(2026, 5, 2)),
        replace(source("october_1", content=cells), valid_from=date(2026, 10, 1),
                valid_to=date(2026, 10, 2)),
        source("elsewhere", content="calendar=xx\nday_type=holiday"),
        source("rest", content="calendar=cn\nday_type=unpublished"),
    )  # fmt: skip
    rows = (source("night"), source("day"), may, october, others, rest)
    plain = replace(reference(PRICES, *rows), calendars={"cn": Calendar("cn", days, date.max)})
    assert banner(statement(store, plain)) == ["day", "night"]

    working = named(DAY, "day", day_types=("workday",))
    asking = replace(plain, tariffs={"beijing_general": (NIGHT, working)})
    assert banner(statement(store, asking)) == ["day", "may_1", "night"]


def test_days_of_which_no_schedule_is_published_are_named_where_a_price_asks_for_their_type(
    store: MemoryStore,
) -> None:
    later = source("from_20", content="calendar=cn\nday_type=unpublished")
    later = replace(later, valid_from=date(2026, 5, 20))
    working = named(DAY, "day", day_types=("workday",))
    rows = (source("night"), source("day"), later)

    def known(to: date, *prices: TariffRow) -> Reference:
        calendars = {"cn": Calendar("cn", {}, to)}
        return replace(reference(prices, *rows), calendars=calendars)

    unknown, published = date(2026, 5, 20), date(2026, 6, 1)
    assert banner(statement(store, known(unknown, NIGHT, working))) == ["day", "from_20", "night"]
    assert banner(statement(store, known(published, NIGHT, working))) == ["day", "night"]
    assert banner(statement(store, known(unknown, *PRICES))) == ["day", "night"]


def test_a_statement_of_a_season_leans_on_the_row_that_says_when_it_is(
    store: MemoryStore,
) -> None:
    row = HeatingSeason("season", "110102", "", (11, 15), (5, 15), EVER, date.max)
    rows = (source("night"), source("day"), source("season", confidence="general"))
    known = replace(reference(PRICES, *rows), heating=(row,))

    assert banner(statement(store, known, "2025-2026")) == ["day", "night", "season"]
    assert banner(statement(store, known)) == ["day", "night"]


def test_the_banner_stays_when_a_sheet_is_weighed_by_other_sets_or_summed(
    store: MemoryStore,
) -> None:
    known = reference()
    sheet = sheet_of(statement(store, known), code="1")
    other = reweighed(sheet, Terms("other", "none", {}, "110102", sources=known.sources), code="2")
    assert other["prices"] == sheet["prices"]
    total = sheet_of_sum(
        "district", Text("区", "district"), "2026-05", [other], undated={}, code="3"
    )
    for one in (other, total):
        assert [row["id"] for row in one["unconfirmed"]] == ["day", "night"]


def test_what_nobody_knows_a_source_of_is_unconfirmed() -> None:
    assert [row.confidence for row in leans_on({}, ["x"])] == ["general"]
