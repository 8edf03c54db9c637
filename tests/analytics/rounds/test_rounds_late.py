"""What came late is computed again, around it and nowhere else."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy.errors import UnreachableError
from energy.meter import Meter, MeterEvent
from energy.reading import Quality, Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span, joined
from storage.admission import LATEST_MS
from storage.engines.memory import MemoryStore
from storage.readings import Series
from storage.tables import COMPLETENESS, METER_DAY, METER_HOUR, PLACE_DAY, PLACE_HOUR, Table
from tests.analytics.ledger.test_ledger_sums import ANNEX, MAIN, OTHER, START
from tests.analytics.ledgers import everything, ledger_of, points, run_round
from tests.builders import HALL, NORTH, registry_of

DAYS = 70
DAY = 24 * HOUR_MS
NOW = START + (DAYS + 1) * DAY


def troubled_year(meter: Meter, chance: Random, trouble: float) -> list[Reading]:
    """Return readings every hour, each with this chance of being wrong, marked, low or missing."""
    value, found = 0, []
    for hour in range(DAYS * 24):
        value += chance.randrange(0, 300)
        said, quality = value, Quality.ORDINARY
        if chance.random() < trouble:
            match chance.randrange(6):
                case 0:
                    said = chance.randrange(0, 10**7)
                case 1:
                    value = said = chance.randrange(0, 500)
                case 2:
                    quality = Quality.UNCERTAIN
                case 3:
                    quality = Quality.BAD
                case _:
                    continue
        found.append(Reading(meter.meter, "register", START + hour * HOUR_MS, said, quality))
    return found


def lately(readings: Sequence[Reading], chance: Random) -> tuple[list[Reading], list[Span]]:
    """Return some stretches of readings to come late, and spans that a collector would name."""
    late: list[Reading] = []
    for _ in range(chance.randrange(1, 4)):
        first = chance.randrange(len(readings))
        late += readings[first : first + chance.choice([1, 1, 5, 30, 120])]
    late = sorted(set(late))
    return late, joined((Span(one.time, one.time + 1) for one in late), apart=DAY)


def places(zone: str, events: Sequence[MeterEvent] = ()) -> Registry:
    return registry_of(
        MAIN,
        OTHER,
        events=list(events),
        buildings=(HALL, ANNEX),
        sites=(replace(NORTH, timezone=zone),),
    )


@given(
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.002, 0.02, 0.2]),
    st.sampled_from(["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin"]),
)
@settings(max_examples=12)
def test_what_came_late_ends_where_it_would_have_ended_on_time(
    seed: int, trouble: float, zone: str
) -> None:
    """Invariant 16, restatement."""
    chance = Random(seed)  # noqa: S311 - not a secret
    events = []
    if chance.random() < trouble * 4:
        when = START + chance.randrange(DAYS * 24) * HOUR_MS
        events = [MeterEvent(MAIN.meter, when, "replacement", 500, 5, 3, "li", "due")]
    registry = places(zone, events)
    readings = troubled_year(MAIN, chance, trouble)
    others = troubled_year(OTHER, chance, trouble)
    late, spans = lately(readings, chance)
    other_late, other_spans = lately(others, chance)
    on_time = sorted({*readings, *others} - {*late, *other_late})
    tail = len(on_time) - chance.choice([0, 1, 40])
    store = ledger_of(registry, on_time[:tail], now_ms=NOW)

    store.write([*late, *other_late, *on_time[tail:]])
    news = {MAIN.meter: spans, OTHER.meter: other_spans}
    for one in on_time[tail:]:
        news[one.meter] = joined([*news[one.meter], Span(one.time, LATEST_MS)])
    run_round(store, registry, news, now_ms=NOW)

    assert everything(store) == everything(ledger_of(registry, [*readings, *others], now_ms=NOW))


class Watched(MemoryStore):
    """A store that notes which readings are read, and which parts of tables are written."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[Span] = []
        self.written: dict[str, set[Span]] = {}

    def series(self, table: str, meter: str, span: Span) -> Series:
        """Return readings as ever."""
        self.read.append(span)
        return super().series(table, meter, span)

    def replace(
        self, table: Table, frame: pd.DataFrame, *, tags: dict[str, str], span: Span
    ) -> None:
        """Replace as ever."""
        self.written.setdefault(table.name, set()).add(span)
        super().replace(table, frame, tags=tags, span=span)


def test_two_late_readings_of_one_meter_change_their_own_days_only() -> None:
    readings = [
        Reading(MAIN.meter, "register", START + hour * HOUR_MS, hour * 100)
        for hour in range(DAYS * 24)
    ]
    late = [readings[10 * 24 + 13], readings[40 * 24 + 23]]
    registry = places("Asia/Shanghai")
    store = Watched()
    store.write([one for one in readings if one not in late])
    run_round(store, registry, {MAIN.meter: 0, OTHER.meter: 0}, now_ms=NOW)
    store.read, store.written = [], {}

    store.write(late)
    spans = [Span(one.time, one.time + 1) for one in late]
    run_round(store, registry, {MAIN.meter: spans}, now_ms=NOW)

    first = Span(START + 10 * DAY, START + 11 * DAY)
    # The second fills the last hour before midnight: it settles on the day after.
    second = Span(START + 40 * DAY, START + 42 * DAY)
    for table in (METER_HOUR, METER_DAY, PLACE_HOUR, PLACE_DAY):
        assert store.written[table.name] == {first, second}
    assert all(span.end - span.start < 9 * DAY for span in store.read)
    assert everything(store) == everything(ledger_of(registry, readings, now_ms=NOW))


def test_a_first_reading_of_all_that_comes_late_changes_the_days_around_it_only() -> None:
    readings = [
        Reading(MAIN.meter, "register", START + hour * HOUR_MS, hour * 100)
        for hour in range(DAYS * 24)
    ]
    first, others = readings[0], readings[3:]
    registry = places("Asia/Shanghai")
    store = Watched()
    store.write(others)
    run_round(store, registry, {MAIN.meter: 0, OTHER.meter: 0}, now_ms=NOW)
    store.written = {}

    store.write([first])
    run_round(store, registry, {MAIN.meter: [Span(first.time, first.time + 1)]}, now_ms=NOW)

    for table in (METER_HOUR, METER_DAY):
        assert all(span.end <= START + 3 * DAY for span in store.written[table.name])
    assert everything(store) == everything(ledger_of(registry, [first, *others], now_ms=NOW))


@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.02, 0.2]), st.integers(1, 60))
@settings(max_examples=12)
def test_first_readings_that_come_late_end_where_they_would_have_ended_on_time(
    seed: int, trouble: float, count: int
) -> None:
    readings = troubled_year(MAIN, Random(seed), trouble)  # noqa: S311 - not a secret
    registry = places("Asia/Shanghai")
    store = ledger_of(registry, readings[count:], now_ms=NOW)
    store.write(readings[:count])
    spans = joined(Span(one.time, one.time + 1) for one in readings[:count])
    run_round(store, registry, {MAIN.meter: spans}, now_ms=NOW)
    assert everything(store) == everything(ledger_of(registry, readings, now_ms=NOW))


def test_a_silent_meter_owes_its_days_also_when_something_old_comes_late() -> None:
    readings = [
        Reading(MAIN.meter, "register", START + hour * HOUR_MS, hour * 100)
        for hour in range(30 * 24)
    ]
    late = readings[10 * 24]
    registry = places("Asia/Shanghai")
    store = ledger_of(registry, [one for one in readings if one != late], now_ms=NOW - 5 * DAY)
    store.write([late])
    run_round(store, registry, {MAIN.meter: [Span(late.time, late.time + 1)]}, now_ms=NOW)
    assert everything(store) == everything(ledger_of(registry, readings, now_ms=NOW))
    assert len(points(store, COMPLETENESS)) == DAYS + 2


def test_a_reading_that_one_after_an_outage_shows_to_be_wrong_stays_aside() -> None:
    readings = [
        Reading(MAIN.meter, "register", START + hour * HOUR_MS, hour * 100)
        for hour in range(30 * 24)
    ]
    midnight, back = 11 * 24, 17 * 24
    wrong = readings[midnight]._replace(value=readings[midnight - 1].value + 5000)
    after = [
        one._replace(value=readings[midnight - 1].value + 10 + place)
        for place, one in enumerate(readings[back:])
    ]
    late = readings[10 * 24 + 10]
    whole = [*readings[:midnight], wrong, *after]
    registry = places("Asia/Shanghai")
    store = ledger_of(registry, [one for one in whole if one != late], now_ms=NOW)
    store.write([late])
    run_round(store, registry, {MAIN.meter: [Span(late.time, late.time + 1)]}, now_ms=NOW)
    assert everything(store) == everything(ledger_of(registry, whole, now_ms=NOW))


def test_a_month_lasts_as_long_after_a_late_reading_where_midnight_cuts_an_hour() -> None:
    # Midnight of Kolkata is 18:30 UTC; the meter was last heard at 18:15.
    first = START // DAY * DAY + HOUR_MS // 4
    readings = [
        Reading(MAIN.meter, "register", first + hour * HOUR_MS, hour * 100)
        for hour in range(20 * 24 + 19)
    ]
    late = readings[5 * 24]
    registry = places("Asia/Kolkata")
    store = ledger_of(registry, [one for one in readings if one != late], now_ms=NOW)
    store.write([late])
    run_round(store, registry, {MAIN.meter: [Span(late.time, late.time + 1)]}, now_ms=NOW)
    assert everything(store) == everything(ledger_of(registry, readings, now_ms=NOW))


class Dying(MemoryStore):
    """A store that is gone after so many tables were written."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = 10**9

    def replace(
        self, table: Table, frame: pd.DataFrame, *, tags: dict[str, str], span: Span
    ) -> None:
        """Replace as ever, until it is gone."""
        if not self.writes:
            raise UnreachableError(f"{table.name} is gone.")
        self.writes -= 1
        super().replace(table, frame, tags=tags, span=span)


@pytest.mark.parametrize("writes", range(0, 20, 3))
def test_places_forget_a_main_of_which_nothing_is_left_though_rounds_die(writes: int) -> None:
    others = [
        Reading(OTHER.meter, "register", START + hour * HOUR_MS, hour * 100)
        for hour in range(20 * 24)
    ]
    first, second = (
        Reading(MAIN.meter, "register", START + hour * HOUR_MS, hour) for hour in (48, 50)
    )
    wrong = second._replace(quality=Quality.BAD, revision=1)
    registry = places("Asia/Shanghai")
    store = Dying()
    store.write([*others, first, second])
    run_round(store, registry, {MAIN.meter: 0, OTHER.meter: 0}, now_ms=NOW)
    store.write([wrong])
    news = {MAIN.meter: [Span(wrong.time, wrong.time + 1)]}
    store.writes = writes
    with suppress(UnreachableError):
        run_round(store, registry, news, now_ms=NOW)
    store.writes = 10**9
    run_round(store, registry, news, now_ms=NOW)
    assert everything(store) == everything(ledger_of(registry, [*others, first, wrong], now_ms=NOW))


def test_a_meter_that_carries_a_fraction_is_read_once_however_much_is_late() -> None:
    meter = replace(MAIN, step=Fraction(1, 70))
    readings = [
        Reading(meter.meter, "register", START + hour * HOUR_MS, hour * 100)
        for hour in range(DAYS * 24)
    ]
    late = readings[24 :: 6 * 24]
    registry = registry_of(meter, buildings=(HALL, ANNEX))
    store = Watched()
    store.write([one for one in readings if one not in late])
    run_round(store, registry, {meter.meter: 0}, now_ms=NOW)
    store.read = []
    store.write(late)
    spans = [Span(one.time, one.time + 1) for one in late]
    run_round(store, registry, {meter.meter: spans}, now_ms=NOW)
    assert len(store.read) == 1
    assert everything(store) == everything(ledger_of(registry, readings, now_ms=NOW))
