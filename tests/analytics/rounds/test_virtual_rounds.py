"""Virtual meters in the round: computed anew wherever an input was, and counted like any meter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from energy.counting.virtual import VirtualPart
from energy.meter import Meter
from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span, joined
from storage.admission import LATEST_MS
from storage.engines.memory import MemoryStore
from storage.records.registry import changed_meters
from storage.tables import METER_DAY, METER_HOUR, METER_MONTH, PLACE_DAY, PLACE_MONTH
from tests.analytics.ledger.test_ledger_sums import ANNEX, MAIN, OTHER, START
from tests.analytics.ledgers import everything, ledger_of, points, run_round
from tests.analytics.rounds.test_rounds_late import DAYS, NOW, lately, troubled_year
from tests.builders import HALL, NORTH, registry_of

FIRST = replace(MAIN, role="check")
SECOND = replace(OTHER, role="check")
EVER = date(1970, 1, 1), date(9999, 1, 1)


def virtual(name: str, role: str, building: str) -> Meter:
    return replace(
        MAIN, meter=name, role=role, building=building, table="interval", device="", channel=""
    )


BOTH = virtual("both", "check", "hall")
NET = virtual("net", "check", "hall")
MINE = virtual("mine", "main", "hall")
YOURS = virtual("yours", "main", "annex")
PARTS = (
    VirtualPart("both", FIRST.meter, "+", Fraction(1), *EVER),
    VirtualPart("both", SECOND.meter, "+", Fraction(1), *EVER),
    VirtualPart("net", FIRST.meter, "+", Fraction(1), *EVER),
    VirtualPart("net", SECOND.meter, "-", Fraction(2), EVER[0], date(2026, 3, 20)),
    VirtualPart("mine", "both", "+", Fraction(1, 3), *EVER),
    VirtualPart("yours", "both", "+", Fraction(2, 3), *EVER),
)


def district(zone: str = "Asia/Shanghai", parts: Sequence[VirtualPart] = PARTS) -> Registry:
    meters = (YOURS, MINE, NET, BOTH, FIRST, SECOND)
    sites = (replace(NORTH, timezone=zone),)
    return replace(registry_of(*meters, buildings=(HALL, ANNEX), sites=sites), virtual=tuple(parts))


def two_years(chance: Random, trouble: float) -> tuple[list[Reading], list[Reading]]:
    return troubled_year(FIRST, chance, trouble), troubled_year(SECOND, chance, trouble)


@given(
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.002, 0.2]),
    st.sampled_from(["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin"]),
)
@settings(max_examples=8, deadline=None)
def test_what_comes_late_to_an_input_heals_the_virtual_meters(
    seed: int, trouble: float, zone: str
) -> None:
    chance = Random(seed)  # noqa: S311 - not a secret
    readings, others = two_years(chance, trouble)
    late, spans = lately(readings, chance)
    other_late, other_spans = lately(others, chance)
    on_time = sorted({*readings, *others} - {*late, *other_late})
    tail = len(on_time) - chance.choice([0, 1, 40])
    store = ledger_of(district(zone), on_time[:tail], now_ms=NOW)

    store.write([*late, *other_late, *on_time[tail:]])
    news = {FIRST.meter: spans, SECOND.meter: other_spans}
    for one in on_time[tail:]:
        news[one.meter] = joined([*news[one.meter], Span(one.time, LATEST_MS)])
    run_round(store, district(zone), news, now_ms=NOW)

    whole = ledger_of(district(zone), [*readings, *others], now_ms=NOW)
    assert everything(store) == everything(whole)


def clean() -> MemoryStore:
    readings, others = two_years(Random(7), 0.0)  # noqa: S311 - not a secret
    return ledger_of(district(), [*readings, *others], now_ms=NOW)


def test_shares_of_a_virtual_meter_make_up_their_places_and_the_district() -> None:
    store = clean()
    for meters, places in ((METER_DAY, PLACE_DAY), (METER_MONTH, PLACE_MONTH)):
        both = points(store, meters, meter="both")["amount"].tolist()
        inputs = [points(store, meters, meter=one.meter)["amount"] for one in (FIRST, SECOND)]
        assert both == (inputs[0] + inputs[1]).tolist()
        shares = [points(store, places, place=name)["amount"] for name in ("hall", "annex")]
        assert (shares[0] + shares[1]).tolist() == both
        assert points(store, places, place="district")["amount"].tolist() == both
    assert len(points(store, METER_DAY, meter="both")) == DAYS


def test_a_virtual_meter_costs_what_its_own_amount_costs() -> None:
    store = clean()
    share, whole = (points(store, METER_MONTH, meter=name) for name in ("yours", "both"))
    for name in ("cost", "coal", "co2"):
        # Less than a unit a day stays over, three times two yuan a kWh dear.
        assert (abs(share[name] * 3 - whole[name] * 2) < 31 * 3 * 2_000).all()
        assert share[name].min() > 0


def test_a_net_may_be_negative_and_says_so() -> None:
    hours = points(clean(), METER_HOUR, meter="net")
    assert (hours["amount"] < 0).any()
    assert (hours[hours["time"] > START + 40 * 24 * HOUR_MS]["amount"] >= 0).all()


def test_another_share_touches_the_virtual_meters_that_it_concerns() -> None:
    other = [*PARTS[:4], replace(PARTS[4], share=Fraction(1, 2)), PARTS[5]]
    assert changed_meters(district(), district(parts=other)) == ["mine", "yours"]
    assert changed_meters(district(), district(parts=PARTS[:3])) == ["mine", "net", "yours"]
