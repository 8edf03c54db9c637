"""What edits promise on every store: a running collector, rounds, and a house without faults."""

import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from energy.reading import REGISTER, Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span
from jieneng.holder import Request
from jieneng.settings import Settings
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import event_candidates, inbox, late_arrivals, reading_versions, reference
from storage.records import registry as registry_records
from storage.tables import DERIVED
from tests.analytics.ledgers import REFERENCE, points
from tests.builders import MAIN_METER, SUB_METER, registry_of

DAY = 24 * HOUR_MS
START = 1_767_196_800_000
"""Midnight of 1 January 2026 in Shanghai."""
DAYS = 40
NOW = START + DAYS * DAY + 1
PATIENCE_S = 60.0

MAIN, LIGHT = "hall_main", "hall_light"
REGISTRY = registry_of(replace(MAIN_METER, ratio=Fraction(1)), SUB_METER)
LEDGER = [name for name in DERIVED if name not in ("finding", "collector")]
"""Findings have a life of their own, and collectors tell how much they received."""

Address = Callable[[], str]
"""Gives the address of a new, empty store."""
Promise = Callable[[Path, Address], None]


def read(meter: str, step: int, *, late_ms: int = 0) -> list[Reading]:
    """Return hourly readings that advance by day as by night and half as much again."""
    hours = range(DAYS * 24)
    amounts = [step + (step // 2 if 8 <= hour % 24 < 20 else 0) for hour in hours]
    return [
        Reading(meter, REGISTER, START + hour * HOUR_MS + late_ms, 1000 + sum(amounts[:hour]))
        for hour in hours
    ]


TRUE = {MAIN: read(MAIN, 700), LIGHT: read(LIGHT, 90)}


@contextmanager
def house_with(
    folder: Path, url: str, readings: Iterable[Reading], registry: Registry = REGISTRY
) -> Iterator[House]:
    """Yield a house whose collector runs and whose ledger says what these readings say."""
    settings = Settings(state_dir=folder, store_url=url, broker_url="mqtt://127.0.0.1:1")
    if url.startswith("influxdb"):
        from tests.server_programs import TOKEN

        settings = settings.model_copy(
            update={"influxdb_token": type(settings.influxdb_token)(TOKEN)}
        )
    house = open_house(settings, clock=lambda: NOW)
    try:
        with house.records.session() as session:
            registry_records.replace(session, registry, author="test", reason="first")
            reference.replace(session, REFERENCE, author="test", reason="first")
            inbox.put(session, list(readings), "li", "what the devices said")
        house.start_collector()
        settle(house)
        house.round_once()
        yield house
    finally:
        house.close()


def settle(house: House) -> None:
    """Have the collector take the inbox, ship all of it, and tell what was new."""
    assert house.collector is not None
    house.collector.teller.tell()
    assert house.collector.wait_until_idle(PATIENCE_S)
    house.collector.teller.tell()


def told(house: House, name: str, work: str, **given: object) -> list[str]:
    """Return what a command says; it must work."""
    said: list[str] = []
    wrong: list[str] = []
    code = answer_for(house)(Request(name, work, given, "/", "en"), said.append, wrong.append)
    assert (code, wrong) == (0, [])
    return said


def refusal(house: House, name: str, work: str, **given: object) -> str:
    """Return the sentence with which a command is refused."""
    said: list[str] = []
    wrong: list[str] = []
    code = answer_for(house)(Request(name, work, given, "/", "en"), said.append, wrong.append)
    assert code == 1
    return "\n".join(wrong)


WHY = {"by": "wang", "reason": "crossed at commissioning"}


def edited(house: House, what: str, **given: object) -> int:
    """Make an edit, have it stored and computed; return its number."""
    if what == "manual":
        *_, last = told(house, "reading", "add", **WHY, **given)
    else:
        *_, last = told(house, "edit", "ask", what=what, **WHY, **given)
    settle(house)
    house.round_once()
    found = re.match(r"Edit (\d+) is kept", last)
    assert found, last
    return int(found[1])


def ledger(house: House) -> dict[str, str]:
    """Return every table of the ledger as text."""
    return {name: points(house.store, DERIVED[name]).to_csv() for name in LEDGER}


def raw(house: House, meter: str) -> list[tuple[int, float, int]]:
    """Return time, value and quality of what stands and was not taken away."""
    series = house.store.series(REGISTER, meter, Span(0, 2**42))
    rows = zip(series.time.tolist(), series.value.tolist(), series.quality.tolist(), strict=True)
    return [row for row in rows if row[2] != 2]


def crossed(meter: str, other: str) -> list[Reading]:
    return [one._replace(meter=meter) for one in TRUE[other]]


def two_meters_that_were_swapped_end_as_if_they_never_had_been(
    folder: Path, address: Address
) -> None:
    with house_with(folder / "true", address(), [*TRUE[MAIN], *TRUE[LIGHT]]) as house:
        wanted = ledger(house)
    assert wanted["meter_day"].count("\n") > 2 * DAYS - 1
    wrong = [*crossed(MAIN, LIGHT), *crossed(LIGHT, MAIN)]
    with house_with(folder / "wrong", address(), wrong) as house:
        before = ledger(house)
        assert before != wanted

        number = edited(house, "swap", meters=[MAIN, LIGHT], start="2026-01-01")
        assert ledger(house) == wanted
        versions = versions_of(house, MAIN)
        assert [(v.time, v.value) for v in versions] == [
            (one.time, one.value) for one in crossed(MAIN, LIGHT) if one.value != 1000
        ]
        csv = told(
            house, "export", "readings", meter=MAIN, first="2026-01-02", last="2026-01-02",
            out="", versions=True,
        )[0].splitlines()  # fmt: skip
        assert len(csv) == 1 + 2 * 24
        for lost, stands in pairwise(csv[1:3]):
            assert lost.endswith(",kWh,0,0,0,,0,,")
            assert f",kWh,0,2,{number},2026-" in stands
            assert stands.endswith(",1,wang,crossed at commissioning")

        edited(house, "undo", edit=number)
        assert ledger(house) == before


def two_meters_of_other_steps_that_were_swapped_one_day_are_found_and_set_right(
    folder: Path, address: Address
) -> None:
    """A register of 1 Wh and one of 10 Wh: what each says converts exactly."""
    fine = registry_of(REGISTRY.meter[MAIN], replace(SUB_METER, step=Fraction(1, 1000), digits=9))
    true = {MAIN: TRUE[MAIN], LIGHT: [one._replace(value=one.value * 10) for one in TRUE[LIGHT]]}
    true[LIGHT] = [one._replace(value=one.value + 50_000) for one in true[LIGHT]]
    day = START + 20 * DAY
    wrong = [one for meter in true for one in true[meter] if one.time < day]
    late = {meter: [one for one in true[meter] if one.time >= day] for meter in true}
    wrong += [one._replace(meter=MAIN, value=int(one.value) // 10) for one in late[LIGHT]]
    wrong += [one._replace(meter=LIGHT, value=one.value * 10) for one in late[MAIN]]
    with house_with(folder / "true", address(), [*true[MAIN], *true[LIGHT]], fine) as house:
        wanted = ledger(house)
    with house_with(folder / "wrong", address(), wrong, fine) as house:
        before = ledger(house)
        (one,) = open_candidates(house)
        assert (one["looks"], one["meter"], one["factor"]) == ("swapped", LIGHT, MAIN)
        *names, first, second = shlex.split(str(one["command"]))[:5]
        assert names == ["jieneng", "edit", "swap"]
        words = shlex.split(str(one["command"]))
        start = words[words.index("--from") + 1]

        number = edited(house, "swap", meters=[first, second], start=start)
        assert ledger(house) == wanted
        assert open_candidates(house) == []
        assert ("swapped", "confirmed") in states_of(house)

        edited(house, "undo", edit=number)
        assert ledger(house) == before
        assert [one["looks"] for one in open_candidates(house)] == ["swapped"]


def open_candidates(house: House) -> list[dict[str, object]]:
    said = told(house, "meters", "candidates", meter="", every=False, as_json=True)
    found: list[dict[str, object]] = json.loads(said[0])["candidates"]
    return found


def states_of(house: House) -> list[tuple[str, str]]:
    with house.records.reading() as session:
        return [(one.looks, one.state) for one in event_candidates.candidates(session)]


def versions_of(house: House, meter: str) -> list[Reading]:
    with house.records.reading() as session:
        found = reading_versions.of_meter(session, meter, Span(0, 2**42))
    return [one.reading for one in found]


def a_clock_that_was_three_hours_slow_is_set_right(folder: Path, address: Address) -> None:
    with house_with(folder / "true", address(), [*TRUE[MAIN], *TRUE[LIGHT]]) as house:
        wanted = ledger(house)
    slow = [*TRUE[MAIN], *read(LIGHT, 90, late_ms=-3 * HOUR_MS)]
    with house_with(folder / "wrong", address(), slow) as house:
        before = ledger(house)
        assert before != wanted

        given = {"meters": [LIGHT], "start": "2025-12-31", "seconds": 10_800}
        number = edited(house, "shift", **given)
        assert ledger(house) == wanted
        assert raw(house, LIGHT) == [(one.time, one.value, 0) for one in TRUE[LIGHT]]

        edited(house, "undo", edit=number)
        assert ledger(house) == before


def what_was_booked_on_the_wrong_meter_is_moved(folder: Path, address: Address) -> None:
    early = [one for one in TRUE[LIGHT] if one.time < START + 10 * DAY]
    rest = TRUE[LIGHT][len(early) :]
    with house_with(folder / "true", address(), TRUE[LIGHT]) as house:
        wanted = ledger(house)
    wrong = [*(one._replace(meter=MAIN) for one in early), *rest]
    with house_with(folder / "wrong", address(), wrong) as house:
        number = edited(house, "move", meters=[MAIN, LIGHT], start="2026-01-01", end="2026-01-10")
        assert raw(house, MAIN) == []
        # A building whose main was heard once is compared with the year before, if by nothing.
        assert ledger(house) | {"period": ""} == wanted | {"period": ""}

        edited(house, "undo", edit=number)
        assert raw(house, MAIN) == [(one.time, one.value, 0) for one in early]
        assert raw(house, LIGHT) == [(one.time, one.value, 0) for one in rest]


def only_the_days_of_an_edit_wait_to_be_computed_again(folder: Path, address: Address) -> None:
    with house_with(folder, address(), TRUE[MAIN]) as house:
        told(house, "edit", "ask", what="withdraw", meters=[MAIN], **WHY, at="2026-01-20 10:00")
        settle(house)
        with house.records.reading() as session:
            assert late_arrivals.waiting(session) == 1
        with house.records.session() as session:
            found, _ = late_arrivals.take(session)
        time = START + 19 * DAY + 10 * HOUR_MS
        assert found == {MAIN: [Span(time, time + 1)]}
        house.round_once()
        assert versions_of(house, MAIN) == [Reading(MAIN, REGISTER, time, 1000 + value_at(time))]
        csv = points(house.store, DERIVED["completeness_day"], meter=MAIN)
        day = csv[csv["time"] == START + 19 * DAY]
        assert (int(day["received"].iloc[0]), int(day["doubtful"].iloc[0])) == (23, 0)


def value_at(time: int) -> int:
    return next(int(one.value) for one in TRUE[MAIN] if one.time == time) - 1000


PROMISES = (
    two_meters_that_were_swapped_end_as_if_they_never_had_been,
    two_meters_of_other_steps_that_were_swapped_one_day_are_found_and_set_right,
    a_clock_that_was_three_hours_slow_is_set_right,
    what_was_booked_on_the_wrong_meter_is_moved,
    only_the_days_of_an_edit_wait_to_be_computed_again,
)
