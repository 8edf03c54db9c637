"""What docs/loads.md shows is what the loads do: drawn again, line by line."""

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from energy.calendars import DayType
from pictures.__main__ import DOCS, files, main
from pictures.drawn_loads import SUMMER, WINTER, Drawn, day_types, drawn_loads
from pictures.page import FOLDER, page
from pictures.week_and_year import year_picture

SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 2_000_000
NUMBER = re.compile(r"(?<![#\w.])-?\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return files()


def test_the_pictures_and_the_page_are_those_that_the_loads_give(drawn: dict[str, str]) -> None:
    kept = {path.name for path in (DOCS / FOLDER).iterdir()}
    assert {f"{FOLDER}/{name}" for name in kept} | {"loads.md"} == set(drawn)
    stale = [
        name
        for name, text in drawn.items()
        if not is_alike(text, (DOCS / name).read_text(encoding="utf-8"))
    ]
    assert not stale, "make pictures"


def is_alike(text: str, other: str) -> bool:
    """Tell whether two pictures are the same, but for what another machine rounds otherwise."""
    (words, numbers), (other_words, other_numbers) = parted(text), parted(other)
    return words == other_words and numbers == pytest.approx(other_numbers, abs=0.11)


def parted(text: str) -> tuple[list[str], list[float]]:
    return NUMBER.split(text), [float(number) for number in NUMBER.findall(text)]


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
            first = root.find(f".//{SVG}path")
            assert first is not None
            _, _, width, height = root.attrib["viewBox"].split()
            assert first.get("d", "").split()[:6] == ["M", "0", height, "L", width, height]
            assert first.get("style") == "fill: #ffffff"
            assert not re.findall(r'(?:href="|url\()(?!#)', text)


def test_both_weeks_have_workdays_a_make_up_workday_and_a_day_off() -> None:
    winter, summer = day_types(WINTER, 7), day_types(SUMMER, 7)
    assert set(winter) == set(DayType)
    assert set(summer) == {DayType.WORKDAY, DayType.MAKEUP, DayType.WEEKEND}


def test_a_week_and_a_year_tell_of_the_same_amounts() -> None:
    one = next(drawn for drawn in drawn_loads() if drawn.load.name == "office")
    hourly_mean = one.week(SUMMER).reshape(7, -1).mean(axis=1)
    first = (SUMMER - date(SUMMER.year, 1, 1)).days
    assert hourly_mean * 24 == pytest.approx(one.by_day[first : first + 7])


def test_the_axis_of_a_year_grows_with_what_is_used() -> None:
    one = drawn_loads()[0]
    low, high = (
        year_picture(Drawn(one.load, np.full_like(one.amounts, amount))) for amount in (1.0, 2.0)
    )
    assert words_of(low) != words_of(high)
    assert {"1月 Jan", "12月 Dec", "工作日 workday", "学校假期 school vacation"} <= words_of(low)


def test_a_week_names_its_days_and_what_they_are(drawn: dict[str, str]) -> None:
    words = words_of(drawn[f"{FOLDER}/office_week.svg"])
    assert {
        "周一 Mon 2-23",
        "周日 Sun 9-20",
        "调休上班 make-up workday",
        "法定节假日 holiday",
    } <= words


def words_of(picture: str) -> set[str]:
    """Return the texts of a picture: they are text, so that any font shows them."""
    root = ET.fromstring(picture)  # noqa: S314  our own file
    return {str(text.text) for text in root.iter(f"{SVG}text")}


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
