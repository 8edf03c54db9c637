"""`jieneng balance` where there is nothing to balance."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from energy.meter import Meter
from energy.reading import Reading
from energy.span import HOUR_MS, midnight
from energy.uses import OWN_GENERATION
from jieneng.wiring import House
from storage.records import touched
from tests.amount_house import BOILER, DISTRICT, MAIN, house_zone, opened
from tests.builders import registry_of
from tests.jieneng.ledger.test_ledger_commands import ask


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = opened(tmp_path, DISTRICT)
    yield held
    held.close()


def test_a_meter_that_nobody_knows_is_told_apart_from_one_without_sub_meters(house: House) -> None:
    code, said = ask(house, "balance", "balance", meter="nosuch", monthly=False)
    assert code != 0
    assert said[0].startswith("The registry knows no meter 'nosuch'.")
    code, said = ask(house, "balance", "balance", meter="boiler", monthly=False)
    assert (code, said) == (1, ["boiler has no sub-meters."])


def test_without_any_sub_meter_it_says_so(tmp_path: Path) -> None:
    held = opened(tmp_path, registry_of(MAIN))
    code, said = ask(held, "balance", "balance", meter="", monthly=False)
    held.close()
    assert (code, said) == (1, ["No meter has sub-meters."])


def test_a_month_of_which_a_few_minutes_are_missing_shows_the_known_part_and_how_far_it_is_known(
    house: House,
) -> None:
    start, end = (midnight(date(2026, month, 1), house_zone(house)) for month in (6, 7))
    late = HOUR_MS // 2  # the sub-meter was first heard at half past midnight
    house.store.write(
        [
            Reading(meter, "register", time, (time - start) * steps // HOUR_MS)
            for meter, steps, begun in ((MAIN.meter, 300, 0), (BOILER.meter, 100, late))
            for time in range(start + begun, end + 1, HOUR_MS // 2)
        ]
    )
    with house.records.session() as session:
        touched.publish(session, {MAIN.meter: start, BOILER.meter: start})
    house.round_once()

    _, said = ask(house, "balance", "balance", meter=MAIN.meter, monthly=True)

    assert said[1].strip() == (
        "2026-06-01 above 2,160.0, known below 719.5 (0 of 1), remainder missing; of what is known "
        "1,440.5 kWh, the least covered meter 99.9 % of the time"
    )
    _, days = ask(house, "balance", "balance", meter=MAIN.meter, monthly=False)
    assert days[1].strip().endswith("remainder 48.0 kWh")


PANELS = replace(MAIN, meter="panels", channel="sun", use=OWN_GENERATION)
SECOND = replace(MAIN, meter="second", channel="second")


def after_a_day(tmp_path: Path, *meters: Meter) -> list[str]:
    """Return what is said of a main and its boiler after a day in June, beside other meters."""
    of = opened(tmp_path, registry_of(MAIN, BOILER, *meters))
    start = midnight(date(2026, 6, 1), house_zone(of))
    each = {MAIN.meter: 300, BOILER.meter: 400, "panels": 200, "second": 50}
    there = [one.meter for one in (MAIN, BOILER, *meters)]
    of.store.write(
        [
            Reading(name, "register", start + hour * HOUR_MS, hour * each[name])
            for name in there
            for hour in range(25)
        ]
    )
    with of.records.session() as session:
        touched.publish(session, dict.fromkeys(there, start))
    of.round_once()
    _, said = ask(of, "balance", "balance", meter=MAIN.meter, monthly=False)
    of.close()
    return [line.strip() for line in said]


def test_panels_beside_one_main_are_named_and_in_what_is_above(tmp_path: Path) -> None:
    said = after_a_day(tmp_path, PANELS)

    assert said[1] == f"above: {MAIN.meter}, and what panels generated"
    assert said[2] == "2026-06-01 above 120.0, known below 96.0 (1 of 1), remainder 24.0 kWh"


def test_panels_beside_two_mains_are_told_with_what_to_change_and_with_all_together(
    tmp_path: Path,
) -> None:
    said = after_a_day(tmp_path, PANELS, SECOND)

    assert said[1].startswith(f"panels and {MAIN.meter} feed the same installation")
    assert "make their meter a check with the use own_generation" in said[1]
    assert said[2].endswith("remainder missing")
    assert said[3] == f"{MAIN.meter}, second, panels together, and all their sub-meters"
    assert said[4] == "2026-06-01 above 132.0, known below 96.0 (1 of 1), remainder 36.0 kWh"
