"""What virtual meters may be made of, and what the registry files refuse."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from energy.counting.virtual import VirtualPart
from energy.meter import Meter
from storage.registry.files import read_registry, write_registry
from tests.builders import MAIN_METER, SUB_METER, WEATHER, registry_of
from tests.registry_folder import OWN, mistakes

HEADING = "meter,input,sign,share,valid_from,valid_to\n"


def virtual(name: str, **changes: str) -> Meter:
    """Return the row of a virtual meter."""
    meter = replace(
        MAIN_METER, meter=name, role="check", table="interval", digits=18, device="", channel=""
    )
    return replace(meter, ratio=Fraction(1), **changes)  # type: ignore[arg-type]


WATER = replace(SUB_METER, meter="water", kind="water", unit="m3", parent="", role="check")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    water = replace(WATER, channel="water")
    rest, half = virtual("rest"), virtual("half")
    write_registry(registry_of(MAIN_METER, SUB_METER, WEATHER, water, rest, half), tmp_path)
    return tmp_path


def write(folder: Path, *rows: str) -> None:
    (folder / "virtual.csv").write_text(HEADING + "\n".join(rows), encoding="utf-8")


def test_what_is_written_is_read_again(folder: Path) -> None:
    rows = ["rest,hall_main,+,,,", "rest,hall_light,-,1/3,2026-01-01,2027-01-01"]
    write(folder, *rows, "half,rest,,12.5%,,")
    registry = read_registry(folder, OWN)
    write_registry(registry, folder)
    ever = date(1970, 1, 1), date(9999, 1, 1)
    assert registry.virtual == (
        VirtualPart("rest", "hall_main", "+", Fraction(1), *ever),
        VirtualPart("rest", "hall_light", "-", Fraction(1, 3), date(2026, 1, 1), date(2027, 1, 1)),
        VirtualPart("half", "rest", "+", Fraction(1, 8), *ever),
    )
    assert read_registry(folder, OWN) == registry
    assert registry.virtual_order == ["rest", "half"]


def test_a_registry_without_virtual_meters_needs_no_file(folder: Path) -> None:
    (folder / "virtual.csv").unlink()
    assert read_registry(folder, OWN).virtual == ()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["rest,nobody,+,,,"], "nobody"),
        (["rest,water,+,,,"], "water counts water, not electricity"),
        (["rest,weather_north,+,,,"], "is a gauge"),
        (["rest,hall_main,+,1.5,,"], "at most 1"),
        (["rest,hall_main,+,101%,,"], "at most 1"),
        (["rest,hall_main,+,1001,,"], "or a whole number up to 1,000"),
        (["rest,hall_main,+,0,,"], "greater than 0"),
        (["rest,hall_main,*,,,"], "'*' is not known"),
        (["rest,hall_main,+,,2026-02-01,2026-02-01"], "not after valid_from"),
        (["rest,hall_main,+,,,", "rest,hall_main,+,0.5,2026-02-01,"], "must not overlap"),
        (["hall_light,hall_main,+,,,"], "neither device nor channel"),
        (["rest,rest,+,,,"], "rest is made of itself: rest → rest"),
        (["rest,half,+,,,", "half,rest,+,,,"], "rest is made of itself: rest → half → rest"),
        (
            ["rest,half,+,,,", "half,third,+,,,", "third,rest,-,,,"],
            "rest is made of itself: rest → half → third → rest",
        ),
    ],
)
def test_what_a_virtual_meter_cannot_be_made_of_is_refused(
    rows: list[str], words: str, folder: Path
) -> None:
    write(folder, *rows)
    assert any(words in mistake for mistake in mistakes(folder)), mistakes(folder)


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    write(folder, "rest,nobody,+,2.5,,", "half,water,+,,x,")
    assert len(mistakes(folder)) == 4


@pytest.mark.parametrize("share", ["3", "1000", "200%"])
def test_an_input_may_count_a_whole_number_of_times(share: str, folder: Path) -> None:
    write(folder, f"rest,hall_main,-,{share},,")
    (part,) = read_registry(folder, OWN).virtual
    assert part.share == {"200%": 2}.get(share) or part.share == int(share)
    write_registry(read_registry(folder, OWN), folder)
    assert read_registry(folder, OWN).virtual == (part,)


def test_what_settles_a_place_is_not_counted_in_a_virtual_main_too(folder: Path) -> None:
    main = virtual("again", role="main")
    write_registry(registry_of(MAIN_METER, virtual("rest"), main), folder)
    write(folder, "rest,hall_main,+,,,", "again,rest,+,,,")
    (only,) = mistakes(folder)
    assert "hall_main and again are both mains" in only
    write(folder, "rest,hall_main,+,,,")
    assert read_registry(folder, OWN).virtual


def test_a_part_of_what_a_main_counts_is_not_counted_in_a_virtual_main_too(folder: Path) -> None:
    annex = virtual("annex", role="main")
    write_registry(registry_of(MAIN_METER, SUB_METER, virtual("rest"), annex), folder)
    write(folder, "rest,hall_light,+,,,", "annex,rest,+,1/2,,")
    (only,) = mistakes(folder)
    assert "the main hall_main counts hall_light already, so annex would count it twice" in only
    assert "a virtual main of hall_main less hall_light" in only


def test_a_check_below_a_main_is_not_counted_in_a_virtual_main_too(folder: Path) -> None:
    check = replace(SUB_METER, meter="check", role="check", channel="check", item="")
    annex = virtual("annex", role="main")
    write_registry(registry_of(MAIN_METER, check, annex), folder)
    write(folder, "annex,check,+,,,")
    (only,) = mistakes(folder)
    assert "the main hall_main counts check already" in only


def test_a_virtual_main_that_only_takes_away_is_refused(folder: Path) -> None:
    write_registry(registry_of(MAIN_METER, virtual("less", role="main")), folder)
    write(folder, "less,hall_main,-,,,")
    (only,) = mistakes(folder)
    assert "the main less only takes away" in only


def test_what_is_sold_is_no_part_of_a_virtual_main(folder: Path) -> None:
    sold = replace(SUB_METER, meter="sold", role="export", channel="sold", item="")
    write_registry(registry_of(MAIN_METER, sold, virtual("again", role="main")), folder)
    write(folder, "again,sold,+,,,")
    (only,) = mistakes(folder)
    assert "sold counts what is sold, which nobody used" in only


def test_two_virtual_mains_of_more_than_all_of_a_check_are_refused(folder: Path) -> None:
    check = replace(MAIN_METER, role="check")
    first, second = virtual("first", role="main"), virtual("second", role="main")
    write_registry(registry_of(check, first, second), folder)
    write(folder, "first,hall_main,+,2/3,,", "second,hall_main,+,2/3,2026-01-01,")
    (only,) = mistakes(folder)
    assert "virtual.csv row 3" in only
    assert "the mains count hall_main 4/3 times in all from 2026-01-01 on" in only
    assert "(first 2/3 and second 2/3)" in only
    write(folder, "first,hall_main,+,2/3,,", "second,hall_main,+,1/3,2026-01-01,")
    assert len(read_registry(folder, OWN).virtual) == 2


def test_the_advice_for_a_part_of_a_main_can_be_followed_where_both_have_sub_meters(
    folder: Path,
) -> None:
    pump = replace(SUB_METER, meter="pump", channel="pump")
    lamp = replace(SUB_METER, meter="lamp", channel="lamp", parent="hall_light")
    annex = virtual("annex", role="main")
    write_registry(registry_of(MAIN_METER, SUB_METER, pump, lamp, annex), folder)
    write(folder, "annex,hall_light,+,,,")
    (only,) = mistakes(folder)
    assert "Make hall_main and hall_light checks without a parent" in only
    assert "whose parent is hall_main name that virtual main" in only
    assert "whose parent is hall_light name annex" in only
    main = replace(MAIN_METER, role="check")
    light = replace(SUB_METER, role="check", parent="", item="")
    rest = virtual("less", role="main")
    pump, lamp = replace(pump, parent="less"), replace(lamp, parent="annex")
    write_registry(registry_of(main, light, pump, lamp, annex, rest), folder)
    write(folder, "annex,hall_light,+,,,", "less,hall_main,+,,,", "less,hall_light,-,,,")
    assert len(read_registry(folder, OWN).virtual) == 3


def test_a_virtual_sub_of_its_parent_beside_other_sub_meters_is_refused(folder: Path) -> None:
    half = virtual("half", role="sub", parent="hall_main", item="C")
    write_registry(registry_of(MAIN_METER, SUB_METER, half), folder)
    write(folder, "half,hall_main,+,1/2,,")
    (only,) = mistakes(folder)
    assert "the sub-meters of hall_main count hall_light 3/2 times" in only
    assert "Make half a check, or take the other sub-meters off it" in only


def test_a_meter_counted_within_the_main_above_it_too_is_refused(folder: Path) -> None:
    beside, rest = virtual("beside", role="main"), virtual("rest", role="main")
    light = replace(SUB_METER, parent="rest")
    lamp = replace(SUB_METER, meter="lamp", channel="lamp", parent="hall_light")
    main = replace(MAIN_METER, role="check")
    write_registry(registry_of(main, rest, light, lamp, beside), folder)
    write(folder, "rest,hall_main,+,,,", "beside,lamp,+,,,")
    (only,) = mistakes(folder)
    assert "the main rest counts lamp already, so beside would count it twice" in only


def test_one_main_that_adds_a_meter_and_what_is_below_it_is_refused(folder: Path) -> None:
    lamp = replace(SUB_METER, meter="lamp", channel="lamp", parent="hall_light")
    light = replace(SUB_METER, parent="all")
    write_registry(registry_of(light, lamp, virtual("all", role="main")), folder)
    write(folder, "all,hall_light,+,,,", "all,lamp,+,,,")
    (only,) = mistakes(folder)
    assert "row 3" in only
    assert "all would count lamp 2 times: what it counts is" in only
    assert "in hall_light above it, too" in only
