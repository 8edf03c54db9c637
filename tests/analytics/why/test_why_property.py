"""Whatever happened to a meter, its amounts come out again from what is listed."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, event, example, given, settings
from hypothesis import strategies as st

from energy.meter import COUNTS, INSTALLED, NET, RATIO, REMOVED, RESET, VOLATILE, Meter, MeterEvent
from energy.reading import INTERVAL, Reading
from energy.span import HOUR_MS, from_ms
from storage.records.book import Records
from tests.analytics.ledger.test_ledger_sums import MAIN, START
from tests.analytics.ledgers import ledger_of
from tests.analytics.rounds.test_rounds_gaps import with_outages
from tests.analytics.rounds.test_rounds_late import DAYS, NOW, places, troubled_year
from tests.analytics.rounds.test_virtual_rounds import FIRST, SECOND, district
from tests.analytics.why.why_world import figures, why

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Seeds do not become simpler by being smaller."""
ZONES = ["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin"]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    opened = Records.open(f"sqlite:{tmp_path_factory.mktemp('why')}/records.sqlite")
    yield opened
    opened.close()


def some_events(chance: Random, trouble: float) -> list[MeterEvent]:
    """Return a replacement, a ratio, a reset, or a removal and what was installed after it."""
    when = START + chance.randrange(1, DAYS * 24 - 100) * HOUR_MS
    if trouble == 0 or chance.random() < 0.3:
        return []
    later = when + 60 * HOUR_MS
    name, ratio = MAIN.meter, Fraction(3, 7)
    return chance.choice(
        [
            [MeterEvent(name, when, "replacement", 500, 5, 3, "li", "due")],
            [MeterEvent(name, when, RATIO, None, None, None, "li", "due", "", ratio)],
            [MeterEvent(name, when, RESET, 500, 0, None, "li", "cleared")],
            [MeterEvent(name, when, RESET, None, 0, None, "li", "cleared")],
            [
                MeterEvent(name, when, REMOVED, None, None, None, "li", "works"),
                MeterEvent(name, later, INSTALLED, None, 7, 6, "li", "works over", "", ratio),
            ],
        ]
    )


def as_it_counts(meter: Meter, readings: list[Reading]) -> list[Reading]:
    """Return readings of a meter that counts up as one of its sort would give them."""
    if meter.counts != NET:
        return readings
    return [
        one._replace(value=int(one.value) - 150 * ((one.time - START) // HOUR_MS))
        for one in readings
    ]


def keys_of(zone: str, chance: Random) -> list[str]:
    """Return an hour, a day, a month and a year in which there were readings, by chance."""
    time = START + chance.randrange(DAYS * 24) * HOUR_MS
    text = from_ms(time).astimezone(ZoneInfo(zone)).isoformat()
    return [text[:13], text[:10], text[:7], text[:4], f"{text[:4]}-Q1"]


@given(
    seed=st.integers(0, 2**32),
    trouble=st.sampled_from([0.0, 0.002, 0.02, 0.2]),
    zone=st.sampled_from(ZONES),
    ratio=st.sampled_from([Fraction(1), Fraction(40), Fraction(1, 3)]),
    counts=st.sampled_from(COUNTS),
)
@settings(max_examples=8, phases=NO_SHRINKING)
@example(seed=1, trouble=0.02, zone=ZONES[0], ratio=Fraction(40), counts=VOLATILE)
@example(seed=1, trouble=0.02, zone=ZONES[0], ratio=Fraction(40), counts=NET)
def test_whatever_happened_to_a_meter_its_amounts_come_out_again(
    empty: Records, *, seed: int, trouble: float, zone: str, ratio: Fraction, counts: str
) -> None:
    chance = Random(seed)  # noqa: S311 - not a secret
    meter = replace(MAIN, ratio=ratio, counts=counts)
    if counts == NET:  # such a meter is a check beside others, and has no price
        meter = replace(meter, role="check", tariff="")
    registry = replace(places(zone, some_events(chance, trouble)), meters=(meter,))
    readings = with_outages(as_it_counts(meter, troubled_year(meter, chance, trouble)), chance)
    store = ledger_of(registry, readings, now_ms=NOW)

    for key in keys_of(zone, chance):
        answer = why(empty, store, registry, key)
        assert [one for one in answer["figures"] if one["verdict"] != "same"] == [], key
        said = figures(answer)
        event("has an amount" if said["amount"] is not None else "has none")
        event(f"counts {counts or 'up'}")
        event("gap of like days" if "like_days" in str(answer["gaps"]) else "other gaps or none")


@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.05]), st.sampled_from(ZONES))
@settings(max_examples=4, phases=NO_SHRINKING)
def test_amounts_that_a_meter_sends_come_out_again(
    empty: Records, seed: int, trouble: float, zone: str
) -> None:
    chance = Random(seed)  # noqa: S311 - not a secret
    meter = replace(MAIN, table=INTERVAL)
    registry = replace(places(zone), meters=(meter,))
    readings = [
        Reading(meter.meter, INTERVAL, START + hour * HOUR_MS, chance.randrange(-1, 900))
        for hour in range(DAYS * 24)
        if chance.random() >= trouble
    ]
    store = ledger_of(registry, readings, now_ms=NOW)

    for key in keys_of(zone, chance):
        answer = why(empty, store, registry, key)
        assert answer["verdict"] == "same", key
        assert answer["readings"]["count"] > 0


@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.02]), st.sampled_from(ZONES))
@settings(max_examples=4, phases=NO_SHRINKING)
def test_amounts_that_are_computed_from_other_meters_come_out_again(
    empty: Records, seed: int, trouble: float, zone: str
) -> None:
    chance = Random(seed)  # noqa: S311 - not a secret
    registry = district(zone)
    readings = [
        one
        for meter in (FIRST, SECOND)
        for one in with_outages(troubled_year(meter, chance, trouble), chance)
    ]
    store = ledger_of(registry, readings, now_ms=NOW)

    for name in ("both", "net", "mine", "yours"):
        for key in keys_of(zone, chance):
            answer = why(empty, store, registry, key, meter=name)
            assert [one for one in answer["figures"] if one["verdict"] != "same"] == [], key
            assert {one["meter"] for one in answer["inputs"]} == set(registry.sources[name])
            (amount,) = (one for one in answer["figures"] if one["figure"] == "amount")
            taken = sum(one["taken"] for one in answer["inputs"])
            assert taken == (amount["stated"] or 0), key
