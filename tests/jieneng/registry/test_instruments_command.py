"""``jieneng instruments`` on real records."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from energy.counting.virtual import VirtualPart
from energy.equipping import Point
from energy.instruments import Instrument
from energy.meter import MeterEvent
from energy.period import NO_FIRST_DAY, NO_LAST_DAY
from energy.registry import Registry
from energy.span import local_date
from jieneng.holder import Request
from jieneng.registry.instruments import percent
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from tests.builders import INSTRUMENT, MAIN_METER, NORTH, POINT, SUB_METER, registry_of
from tests.record_promises import stored

MAIN_POINT = replace(
    POINT, point="supply", building="", level="household", item="", meter="hall_main",
    name_zh="总进线", name_en="Supply",
)  # fmt: skip
SPARE = replace(POINT, point="lift", item="C", name_zh="电梯", name_en="Lift", meter="")
EXEMPT = replace(
    MAIN_POINT,
    point="heat",
    level="zone",
    kind="heat",
    meter="",
    is_required=False,
    reason="exempt",
)
GONE = MeterEvent("hall_light", 1_700_000_000_000, "removed", None, None, None, "li", "sold")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    take_reference(held.records, shipped("reference"))
    yield held
    held.close()


def town(
    *,
    points: Sequence[Point] = (),
    instruments: Sequence[Instrument] = (),
    events: Sequence[MeterEvent] = (),
) -> Registry:
    known = registry_of(MAIN_METER, SUB_METER, events=events)
    return replace(known, points=tuple(points), instruments=tuple(instruments))


def today(house: House) -> date:
    return local_date(house.clock(), NORTH.zone)


def said(house: House, work: str, *, language: str = "en", **arguments: object) -> list[str]:
    """Return what a command says; it ends well."""
    lines: list[str] = []
    wrong: list[str] = []
    asked = Request("instruments", work, arguments, "/", language)
    assert answer_for(house)(asked, lines.append, wrong.append) == 0, wrong
    return lines


def due(house: House, *, days: int = 90, language: str = "en") -> list[str]:
    return said(house, "due", language=language, days=days, as_json=False)


def rate(house: House, *, institution: str = "", building: str = "") -> list[str]:
    return said(house, "rate", institution=institution, building=building, as_json=False)


def test_due_lists_what_is_overdue_soon_or_unknown_and_counts_it(house: House) -> None:
    now = today(house)
    late, soon, far = (
        replace(INSTRUMENT, serial=f"S{days}", due=now + timedelta(days=days))
        for days in (-3, 90, 91)
    )
    lost = replace(INSTRUMENT, serial="lost", type="sundial")
    stored(house.records, town(instruments=(far, lost, soon, late)))

    assert due(house) == [
        (
            f"The verification of hall_main S-3 ended on {late.due}, 3 days ago; its readings "
            "count as they are and carry a flag."
        ),
        f"The verification of hall_main S90 is due on {soon.due}, in 90 days.",
        "Hall main (hall_main) lost: No certificate or no interval is known.",
        "1 overdue, 1 due within 90 days, 1 not known",
    ]
    assert due(house, days=-1)[-1] == "1 overdue, 0 due within -1 days, 1 not known"
    assert due(house, language="zh")[-1] == "已过期 1，90 天内到期 1，未知 1"


def test_a_due_date_by_an_unconfirmed_interval_says_so(house: House) -> None:
    verified = today(house).replace(year=today(house).year - 6, day=1)
    stored(house.records, town(instruments=(replace(INSTRUMENT, verified=verified),)))

    (line, _) = due(house)

    assert "ended on" in line or "is due on" in line
    assert line.endswith("The interval instrument-electricity_static-0.5S is not confirmed.")


def test_list_holds_each_class_against_the_one_it_should_have(house: House) -> None:
    fine = replace(INSTRUMENT, due=date(2099, 1, 1), ct_class="0.2S")
    coarse = replace(fine, serial="coarse", category="I", ct_class="0.5", accuracy="1")
    bare = replace(fine, serial="bare", category="", ct_class="", accuracy="", due=date(2020, 6, 1))
    stored(house.records, town(instruments=(fine, coarse, bare)))

    lines = said(house, "list", meter="", as_json=False)

    head = "electricity_static   class "
    assert lines == [
        f"Hall main (hall_main)   bare   {head}—: need not known   due 2020-06-01, overdue",
        (
            f"Hall main (hall_main)   E-4711   {head}0.5S with transformers 0.2S: fine enough   "
            "due 2099-01-01"
        ),
        (
            f"Hall main (hall_main)   coarse   {head}1 with transformers 0.5: too coarse, "
            "should be 0.5S with transformers 0.2S   due 2099-01-01"
        ),
    ]
    assert said(house, "list", meter="hall_light", as_json=False)[0].startswith("No instrument")
    (values,) = said(house, "list", meter="hall_main", as_json=True)
    assert [one["is_fine_enough"] for one in json.loads(values)["instruments"]] == [
        None, True, False,
    ]  # fmt: skip


def test_rates_are_said_of_district_institution_and_building_with_what_is_missing(
    house: House,
) -> None:
    stored(house.records, town(points=(MAIN_POINT, POINT, SPARE, EXEMPT)))

    assert rate(house) == [
        "district",
        "  household   all kinds   1 / 1   100.0 % (reaches 100 %)",
        "  household   electricity   1 / 1   100.0 % (reaches 100 %)",
        "  zone   all kinds   nothing required",
        "  zone   heat   nothing required",
        "  sub-item   all kinds   1 / 2   50.0 % (below 90 %)   missing: Lift (lift)",
        "  sub-item   electricity   1 / 2   50.0 % (below 90 %)   missing: Lift (lift)",
        "institution town",
        *rate(house, institution="town")[1:7],
        "building hall",
        "  sub-item   all kinds   1 / 2   50.0 % (below 90 %)   missing: Lift (lift)",
        "  sub-item   electricity   1 / 2   50.0 % (below 90 %)   missing: Lift (lift)",
    ]
    assert rate(house, building="hall") == rate(house)[-3:]
    (values,) = said(house, "rate", institution="", building="hall", as_json=True)
    first = json.loads(values)["rates"][0]
    assert (first["percent"], first["target"], first["missing"]) == (50.0, 90, ["lift"])


def test_rates_name_the_kind_in_chinese(house: House) -> None:
    stored(house.records, town(points=(MAIN_POINT, EXEMPT)))

    told = said(house, "rate", language="zh", institution="", building="", as_json=False)
    assert told[2] == "  分户   电   1 / 1   100.0 %（达到 100 %）"
    assert "  分区   热力   没有要求计量的点" in told


def test_a_meter_that_was_taken_away_is_missing(house: House) -> None:
    stored(house.records, town(points=(POINT,), events=(GONE,)))

    assert rate(house)[1].endswith("0 / 1   0.0 % (below 90 %)   missing: Lighting (town_lighting)")


def test_a_virtual_meter_is_no_instrument_at_a_point(house: House) -> None:
    rest = replace(SUB_METER, meter="hall_rest", device="", channel="")
    points = (POINT, replace(SPARE, meter="hall_rest"))
    parts = tuple(
        VirtualPart("hall_rest", source, sign, Fraction(1), NO_FIRST_DAY, NO_LAST_DAY)
        for source, sign in (("hall_main", "+"), ("hall_light", "-"))
    )
    known = replace(registry_of(MAIN_METER, SUB_METER, rest), points=points, virtual=parts)
    stored(house.records, known)

    assert rate(house)[1].endswith("1 / 2   50.0 % (below 90 %)   missing: Lift (lift)")


def test_without_points_or_with_a_wrong_name_it_says_what_to_do(house: House) -> None:
    stored(house.records, town())

    assert rate(house) == [
        "No point that should be metered is registered; write points.csv of the registry."
    ]
    wrong: list[str] = []
    arguments = {"institution": "city", "building": "", "as_json": False}
    asked = Request("instruments", "rate", arguments, "/", "en")
    assert answer_for(house)(asked, wrong.append, wrong.append) != 0
    assert wrong == ["The registry has no institution 'city'."]


def test_a_share_below_its_target_never_reads_as_the_target() -> None:
    assert percent(Fraction(100 * 2249, 2500)) == "89.9"
    assert percent(Fraction(90)) == "90.0"
