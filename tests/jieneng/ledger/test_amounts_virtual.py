"""``jieneng amounts`` of meters that are computed from others."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from energy.counting.virtual import VirtualPart
from tests.amount_house import DISTRICT, MAIN, SCHOOL_MAIN, opened, tell
from tests.jieneng.ledger.test_ledger_commands import ask

BOTH = replace(MAIN, meter="both", table="interval", role="check", device="", channel="")
FOREVER = (date(2020, 1, 1), date.max)


def test_what_is_known_of_hours_without_an_input_is_told_beside_the_amount(tmp_path: Path) -> None:
    parts = tuple(
        VirtualPart("both", name, "+", Fraction(1), *FOREVER)
        for name in (MAIN.meter, SCHOOL_MAIN.meter)
    )
    house = opened(tmp_path, replace(DISTRICT, meters=(*DISTRICT.meters, BOTH), virtual=parts))
    tell(house, (MAIN,), date(2026, 6, 1), date(2026, 7, 1))
    tell(house, (SCHOOL_MAIN,), date(2026, 6, 1), date(2026, 6, 11))

    asked = {"item": "", "view": False, "as_json": False}
    code, said = ask(house, "amounts", "amounts", place="both", period="2026-06", **asked)
    house.close()

    assert code == 0
    assert "480.000 kWh" in said[1]
    assert said[2].strip() == (
        "In 480 hours an input is missing, and they have no amount; what is known of them, "
        "480.000 kWh, is not in it."
    )


def test_a_sum_with_a_removed_input_is_whole_and_says_so(tmp_path: Path) -> None:
    parts = tuple(
        VirtualPart("both", name, "+", Fraction(1), *FOREVER)
        for name in (MAIN.meter, SCHOOL_MAIN.meter)
    )
    house = opened(tmp_path, replace(DISTRICT, meters=(*DISTRICT.meters, BOTH), virtual=parts))
    tell(house, (MAIN,), date(2026, 6, 1), date(2026, 7, 1))
    tell(house, (SCHOOL_MAIN,), date(2026, 6, 1), date(2026, 6, 11))
    # Entered after both were computed: what was missing is computed anew by that alone.
    event = {
        "meter": SCHOOL_MAIN.meter, "event": "removed", "time": "2026-06-11T00:00:00+08:00",
        "closing": "240", "author": "Li", "reason": "annex closed",
    }  # fmt: skip
    code, said = ask(house, "meters", "event", row=event)
    assert code == 0, said
    house.round_once()

    asked = {"item": "", "view": False, "as_json": False}
    code, said = ask(house, "amounts", "amounts", place="both", period="2026-06", **asked)
    house.close()

    assert code == 0
    assert "  960.000 kWh" in said[1]
    assert "measured 100.0 %" in said[1]
    assert said[2].strip() == (
        "The sum is whole without it: "
        f"{SCHOOL_MAIN.meter} was removed on 2026-06-11: after that nothing is due of it."
    )


def test_why_names_each_input_of_a_virtual_meter_with_place_share_sign_and_amount(
    tmp_path: Path,
) -> None:
    parts = (
        VirtualPart("both", MAIN.meter, "+", Fraction(1, 2), *FOREVER),
        VirtualPart("both", SCHOOL_MAIN.meter, "-", Fraction(1, 4), *FOREVER),
    )
    house = opened(tmp_path, replace(DISTRICT, meters=(*DISTRICT.meters, BOTH), virtual=parts))
    for meter in (MAIN, SCHOOL_MAIN):
        tell(house, (meter,), date(2026, 6, 1), date(2026, 6, 11))

    asked = {
        "subject": "both", "when": "2026-06-05", "words": [], "of": "", "readings": 0,
        "deep": False, "as_json": False,
    }  # fmt: skip
    code, said = ask(house, "why", "explain", **asked)
    house.close()

    assert code == 0
    places = {one.building: one for one in DISTRICT.buildings}
    for meter, start, taken in ((MAIN, "+ 1/2", "+12,000"), (SCHOOL_MAIN, "- 1/4", "-6,000")):
        (line,) = [line for line in said if line.startswith(f"  {start} x ")]
        place = places[meter.building]
        assert f"{meter.name_en} ({meter.meter}), {place.name_en} ({place.building})" in line
        assert f"24,000 Wh in 24 h, taken {taken} Wh" in line
