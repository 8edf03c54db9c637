"""What the registry files say of own generation and of what is sold, and what they refuse."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from energy.counting.virtual import VirtualPart
from energy.meter import Meter
from energy.period import NO_FIRST_DAY, NO_LAST_DAY
from energy.uses import OWN_GENERATION
from storage.registry.files import read_registry, write_registry
from tests.builders import HALL, MAIN_METER, registry_of
from tests.registry_folder import OWN, mistakes

GRID = MAIN_METER
PANELS = replace(GRID, meter="panels", role="check", channel="ep_sun", use=OWN_GENERATION)
PANELS = replace(PANELS, parent="hall_main")
SOLD = replace(PANELS, meter="sold", role="export", channel="ep_sold", use="")
USED = replace(
    GRID, meter="panels_used", table="interval", digits=18, device="", channel="", tariff="",
    ratio=Fraction(1), use=OWN_GENERATION,
)  # fmt: skip
EVER = (Fraction(1), NO_FIRST_DAY, NO_LAST_DAY)
PARTS = (
    VirtualPart("panels_used", "panels", "+", *EVER),
    VirtualPart("panels_used", "sold", "-", *EVER),
)


def written(folder: Path, *meters: Meter, parts: tuple[VirtualPart, ...] = ()) -> Path:
    write_registry(replace(registry_of(GRID, *meters), virtual=parts), folder)
    return folder


def test_what_is_bought_and_what_is_generated_less_what_is_sold_are_two_mains(
    tmp_path: Path,
) -> None:
    folder = written(tmp_path, PANELS, SOLD, USED, parts=PARTS)
    assert read_registry(folder, OWN).virtual == PARTS


def test_panels_that_sell_nothing_are_a_main_of_their_own(tmp_path: Path) -> None:
    folder = written(tmp_path, replace(PANELS, role="main", parent=""))
    assert read_registry(folder, OWN).meter["panels"].use == OWN_GENERATION


def test_panels_are_no_part_of_what_the_main_above_them_counts(tmp_path: Path) -> None:
    (said,) = mistakes(written(tmp_path, replace(PANELS, role="sub")))
    assert "what panels generates is not in what hall_main counts; make it a main" in said


def test_what_is_sold_is_not_counted_as_used(tmp_path: Path) -> None:
    (said,) = mistakes(written(tmp_path, replace(PANELS, role="main", parent=""), SOLD))
    assert "what sold sold would count as used" in said
    assert "of panels less sold" in said


@pytest.mark.parametrize("plus", ["hall_main", "panels"])
def test_what_is_sold_is_never_taken_off_what_is_bought(tmp_path: Path, plus: str) -> None:
    grid = replace(GRID, role="check")
    net = replace(USED, meter="net", use="")
    panels, sold = replace(PANELS, parent=""), replace(SOLD, parent="")
    parts = (VirtualPart("net", plus, "+", *EVER), VirtualPart("net", "sold", "-", *EVER))
    registry = replace(registry_of(grid, panels, sold, net), virtual=parts)
    write_registry(registry, tmp_path)
    (said,) = mistakes(tmp_path)
    assert "the main net takes off what sold sold, which is never taken off what is bought" in said


def test_an_export_meter_beside_what_is_bought_alone_is_no_mistake(tmp_path: Path) -> None:
    folder = written(tmp_path, SOLD)
    assert read_registry(folder, OWN).meter["sold"].role == "export"


ROOF = replace(PANELS, role="main", parent="")
ANNEX = replace(HALL, building="annex")
FEED = replace(SOLD, building="annex", parent="")
"""All that the panels of another building make."""


def told(folder: Path, *meters: Meter) -> list[str]:
    registry = replace(registry_of(GRID, *meters), buildings=(HALL, ANNEX))
    write_registry(registry, folder)
    return [one.words.en for one in read_registry(folder, OWN).miscounted if not one.is_sure]


def test_what_another_building_sells_may_have_nothing_to_do_with_the_panels(
    tmp_path: Path,
) -> None:
    (said,) = told(tmp_path, ROOF, FEED)
    assert "the registry does not say whether what sold sold comes from panels" in said
    assert "write the main of what is bought above sold as its parent" in said


def test_what_is_sold_behind_the_main_of_another_building_is_not_of_these_panels(
    tmp_path: Path,
) -> None:
    other = replace(GRID, meter="annex_main", building="annex", channel="ep_annex")
    assert told(tmp_path, ROOF, other, replace(FEED, parent="annex_main")) == []


def test_panels_without_a_main_of_their_own_building_may_stand_behind_any(tmp_path: Path) -> None:
    roof = replace(ROOF, building="shed")
    registry = replace(
        registry_of(GRID, roof, replace(FEED, parent="hall_main")),
        buildings=(HALL, ANNEX, replace(HALL, building="shed")),
    )
    write_registry(registry, tmp_path)
    (doubt,) = read_registry(tmp_path, OWN).miscounted
    assert (doubt.meter, doubt.is_sure) == ("sold", False)


@pytest.mark.parametrize("where", [{"building": "hall"}, {"parent": "hall_main"}])
def test_what_is_sold_in_the_building_or_behind_the_main_of_the_panels_is_of_these(
    where: dict[str, str], tmp_path: Path
) -> None:
    feed = replace(FEED, **where)  # type: ignore[arg-type]
    registry = replace(registry_of(GRID, ROOF, feed), buildings=(HALL, ANNEX))
    write_registry(registry, tmp_path)
    (said,) = mistakes(tmp_path)
    assert "what sold sold would count as used" in said
