"""What docs/loads.md shows is what the loads do: drawn again, byte by byte."""

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from energy.calendars import DayType
from pictures.__main__ import DOCS, files, main
from pictures.drawing import LEFT, RIGHT, WIDTH, Band, Panel, Series, picture, ticks
from pictures.drawn_loads import SUMMER, WINTER, Drawn, day_types, drawn_loads
from pictures.page import FOLDER, page
from pictures.week_and_year import year_picture

SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return files()


def test_the_pictures_and_the_page_are_those_that_the_loads_give(drawn: dict[str, str]) -> None:
    kept = {path.name for path in (DOCS / FOLDER).iterdir()}
    assert {f"{FOLDER}/{name}" for name in kept} | {"loads.md"} == set(drawn)
    stale = [
        name for name, text in drawn.items() if (DOCS / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, "make pictures"


def test_every_load_has_a_section_with_both_pictures_its_range_and_its_source() -> None:
    text = (DOCS / "loads.md").read_text(encoding="utf-8")
    for one in drawn_loads():
        name = one.load.name
        section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert re.findall(r"\]\(loads/(\w+)\.svg\)", section) == [f"{name}_week", f"{name}_year"]
        assert one.load.yearly.source in section
        assert f"usual: {one.load.yearly.low:.3g} to {one.load.yearly.high:.3g}." in section
        assert one.load.label.zh in section


def test_what_the_page_says_of_a_year_lies_in_the_usual_range() -> None:
    for one in drawn_loads():
        assert one.load.yearly.low <= one.a_year <= one.load.yearly.high, one.load.name


def test_the_pictures_are_small_and_show_on_dark_pages_without_anything_from_elsewhere(
    drawn: dict[str, str],
) -> None:
    assert sum(len(text.encode()) for text in drawn.values()) < MOST_BYTES
    for name, text in drawn.items():
        if name.endswith(".svg"):
            root = ET.fromstring(text)  # noqa: S314  our own file
            first = root.find(f"{SVG}rect")
            assert first is not None
            _, _, width, height = root.attrib["viewBox"].split()
            assert (first.get("width"), first.get("height")) == (width, height)
            assert first.get("fill") == "#ffffff"
            assert "href" not in text
            assert "url(" not in text


def test_both_weeks_have_workdays_a_make_up_workday_and_a_day_off() -> None:
    winter, summer = day_types(WINTER, 7), day_types(SUMMER, 7)
    assert set(winter) == set(DayType)
    assert set(summer) == {DayType.WORKDAY, DayType.MAKEUP, DayType.WEEKEND}


def test_a_week_and_a_year_tell_of_the_same_amounts() -> None:
    one = next(drawn for drawn in drawn_loads() if drawn.load.name == "office")
    hourly_mean = one.week(SUMMER).reshape(7, -1).mean(axis=1)
    first = (SUMMER - date(SUMMER.year, 1, 1)).days
    assert hourly_mean * 24 == pytest.approx(one.by_day[first : first + 7])


def test_a_year_has_a_bar_for_each_day_of_work_and_of_rest() -> None:
    one = drawn_loads()[0]
    flat = Drawn(one.load, np.full_like(one.amounts, 1.0))
    bars = re.findall(r"M[\d.]+ [\d.]+V([\d.]+)", year_picture(flat))
    assert len(bars) == 365
    assert len(set(bars)) == 1


def test_a_panel_puts_what_it_draws_where_its_axes_say() -> None:
    panel = Panel(
        heading="kW",
        height=100,
        length=10,
        bands=(Band("#aaaaaa", 5, 10),),
        series=(Series("#000000", np.array([0.0, 5.0, 10.0]), np.array([0.0, 50.0, 100.0])),),
        marks=(),
        edges=(),
    )
    root = ET.fromstring(picture("test", [panel], []))  # noqa: S314  our own text
    line = root.find(f"{SVG}polyline")
    band = root.findall(f"{SVG}rect")[1]
    assert line is not None
    assert line.get("points") == f"{LEFT},124 {(LEFT + WIDTH - RIGHT) / 2:g},74 {WIDTH - RIGHT},24"
    assert float(band.attrib["x"]) == (LEFT + WIDTH - RIGHT) / 2
    labels = [text.text for text in root.iter(f"{SVG}text")]
    assert labels == ["0", "20", "40", "60", "80", "100", "kW"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 24.7, [0, 5, 10, 15, 20, 25]),
        (-6.3, 28.9, [-10, 0, 10, 20, 30]),
    ],
)
def test_an_axis_has_round_numbers_that_hold_all_between_them(
    low: float, high: float, expected: list[float]
) -> None:
    assert ticks(low, high) == expected


def test_a_picture_of_a_load_that_is_no_more_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pictures.__main__.DOCS", tmp_path)
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "windmill_week.svg").write_text("<svg/>", encoding="utf-8")
    main()
    assert not (tmp_path / FOLDER / "windmill_week.svg").exists()
    assert len(list((tmp_path / FOLDER).iterdir())) == 2 * len(drawn_loads())
    assert (tmp_path / "loads.md").read_text(encoding="utf-8") == page(drawn_loads())
    assert f"{2 * len(drawn_loads())} pictures" in capsys.readouterr().out
