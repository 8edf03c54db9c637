"""Each slip in the registry files is explained, in both languages."""

import re
from pathlib import Path

import pytest

from storage.registry.files import read_registry, write_registry
from tests.registry_folder import ALL, DISTRICT, NOW, OWN, edit, mistakes, refused

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_registry(DISTRICT, tmp_path)
    return tmp_path


Edit = tuple[str, str, str, str]
"""(file, old, new, what the one mistake says)"""

EDITS: dict[str, Edit] = {
    "an unknown column": ("sites.csv", "region", "county", "column 'region' is missing"),
    "a column twice": ("sites.csv", "region", "region,region", "is there 2 times"),
    "semicolons": ("sites.csv", "site,name_zh", "site;name_zh", "separated by ';'"),
    "a comma of Chinese": ("sites.csv", "site,name_zh", "site，name_zh", "separated by '，'"),
    "a cell too many": ("sites.csv", "110102", "110102,x", "needs quotes"),
    "a cell too few": ("sites.csv", "cn,110102", "cn", "it has 5 cells but the heading has 6"),
    "an open quote": ("sites.csv", "North campus", '"North campus', "quotes do not match"),
    "a formula": ("sites.csv", "North campus", "=A1", "formula"),
    "a line break": ("sites.csv", "North campus", '"North\ncampus"', "line break"),
    "a name with a slash": ("devices.csv", "panel,,", "panel,g/w,", "'g/w' cannot be a name"),
    "a name in full width": ("sites.csv", "cn,", "ｃｎ,", "半角"),
    "a name in quotes": ("sites.csv", "cn,", "'cn',", "it has quotes in it"),
    "a text too long": ("sites.csv", "North campus", "N" * 501, "longer than 500"),
    "a missing name": ("sites.csv", "cn,", ",", "it is empty; write a name"),
    "a missing label": ("sites.csv", "North campus", "", "it is empty; write it"),
    "a wildcard topic": ("devices.csv", "own_single,,", "own_single,a/#,", "wildcard"),
    "an unknown time unit": ("devices.csv", ",s,", ",us,", "It may be s, ms"),
    "an unknown institution": ("buildings.csv", ",town,", ",village,", "not in institutions.csv"),
    "half a person": (
        "buildings.csv", ",50", ",50.5", "50.5 is not whole. Write a whole number, such as 50",
    ),
    "an area with a point": ("buildings.csv", ",1000,", ",1000.0,", "such as 1000."),
    "thousands with a comma": ("buildings.csv", ",1000,", ',"1,000",', "thousands separator"),
    "a decimal comma": ("meters.csv", "0.01,,8,40", '"0,01",,8,40', "decimal sign is a point"),
    "a decimal comma of Chinese": (
        "meters.csv", "0.01,,8,40", "12，5,,8,40", "decimal sign is a point",
    ),
    "full-width digits": ("buildings.csv", ",50", ",５０", "半角"),
    "an unknown kind": ("meters.csv", "electricity,register,main", "straw,register,main", "straw"),
    "a gauge of electricity": (
        "meters.csv",
        "electricity,register,sub",
        "electricity,gauge,sub",
        "has the table register or interval, not gauge",
    ),
    "a register of temperature": (
        "meters.csv", "temperature,gauge", "temperature,interval", "has the table gauge",
    ),
    "an unknown building": ("meters.csv", "hall_main,hall,", "hall_main,shed,", "buildings.csv"),
    "two sites": ("meters.csv", "hall_main,hall,,", "hall_main,hall,south,", "sites.csv"),
    "a gauge nowhere": ("meters.csv", "weather_north,,north", "weather_north,,", "needs its site"),
    "a device alone": ("meters.csv", "panel,ep,", "panel,,", "neither"),
    "an unknown device": ("meters.csv", "panel,ep,", "box,ep,", "not in devices.csv"),
    "a channel twice": ("meters.csv", "panel,ep_light", "panel,ep", "already in row 2"),
    "a coarse step": (
        "meters.csv", "0.01,,8,40", "0.1,0.01,8,40", "coarser than the resolution 0.01",
    ),
    "a resolution between steps": (
        "meters.csv", "0.01,,8,40", "0.02,0.05,8,40", "not a whole number of steps",
    ),
    "a ratio over nothing": ("meters.csv", "8,40,", "8,40/0,", "greater than 0"),
    "NaN": ("meters.csv", "8,40,", "8,NaN,", "'NaN' is not a number"),
    "no rate": ("meters.csv", "40,1500,", "40,,", "it is empty"),
    "a rate past the register": (
        # 10**8 steps of 0.01 kWh x 40 are 4e+07 kWh
        "meters.csv", "40,1500,1h", "40,40000000,1h", "must be below 4e+07 kWh an hour",
    ),
    "a turn within a long interval": (
        "meters.csv", "40,1500,1h", "40,120000,366d", "turns over within one interval of 366d",
    ),
    "a step of nothing": ("meters.csv", "0.01,,8,40", "0.00,,8,40", "greater than 0"),
    "an endless number": ("meters.csv", "8,40,", f"8,{'9' * 50},", "more digits"),
    "an unknown interval": ("meters.csv", "1500,1h", "1500,hourly", "15min, 1h, 60s or 1d"),
    "an interval of nothing": ("meters.csv", "1500,1h", "1500,0h", "15min, 1h, 60s or 1d"),
    "a main below a meter": (
        "meters.csv", "register,main,,", "register,main,hall_light,", "no meter above it",
    ),
    "a sub below nothing": ("meters.csv", "sub,hall_main", "sub,", "write a name of meters.csv"),
    "a sub below a stranger": ("meters.csv", "sub,hall_main", "sub,attic", "not in meters.csv"),
    "a sub below itself": ("meters.csv", "sub,hall_main", "sub,hall_light", "above itself"),
    "a sub below another kind": (
        "meters.csv", "sub,hall_main", "sub,weather_north", "counts temperature, not electricity",
    ),
    "a sub below a check": ("meters.csv", "register,main", "register,check", "is a check meter"),
    "a time before all": ("events.csv", "2023-11-15", "0001-01-01", "the years 1970 and 2200"),
    "an event to come": ("events.csv", "2023-11-15", "2026-06-03", "is still to come"),
    "an event of a stranger": ("events.csv", "hall_main", "attic", "not in meters.csv"),
    "an event of a gauge": ("events.csv", "hall_main", "weather_north", "is no register"),
    "a time without offset": ("events.csv", "+08:00", "", "with its offset"),
    "a time of no calendar": ("events.csv", "2023-11-15", "2023-13-15", "with its offset"),
    "a closing between steps": ("events.csv", "999999.99", "9.999", "whole number of steps"),
    "a closing past the width": ("events.csv", "999999.99", "1000000", "8 digits shows"),
    "an opening past the width": ("events.csv", "0.12,8", "0.12,1", "1 digits shows"),
    "an event without reason": ("events.csv", "calibration due", "", "it is empty; write it"),
    "no format": ("registry.toml", "format = 1", "format = true", "must say format = 1"),
    "an old format": ("registry.toml", "format = 1", "format = 0", "must say format = 1"),
    "a name that is a number": ("registry.toml", '"示例区"', "7", "text in quotes"),
    "no Chinese name": ("registry.toml", '"示例区"', '""', "name of the district"),
    "no English name": (
        "registry.toml", 'name_en = "Example district"', "", "column name_en: it is missing",
    ),
    "an unknown key": ("registry.toml", "name_zh", "names_zh", "'names_zh' is not known"),
    "no TOML": ("registry.toml", "format = 1", "format 1", "not TOML"),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_one_slip_is_explained(name: str, folder: Path) -> None:
    file, old, new, sentence = EDITS[name]
    edit(folder, file, old, new)
    found = mistakes(folder)
    assert any(sentence in mistake for mistake in found), found
    assert {mistake.split()[0].rstrip(":") for mistake in found} == {file}


@pytest.mark.parametrize("name", EDITS)
def test_one_slip_is_explained_in_chinese_at_the_same_place(name: str, folder: Path) -> None:
    edit(folder, *EDITS[name][:3])
    error = refused(folder)
    told = error.told("zh").splitlines()
    assert told[0] == f"登记表有 {len(error.mistakes)} 处错误，没有导入任何内容"
    for line, mistake in zip(told[1:], error.mistakes, strict=True):
        place, _, problem = line.strip().partition("：")
        assert place.startswith(mistake.file)
        assert (f"第 {mistake.row} 行" in place) == bool(mistake.row)
        assert (f"{mistake.column} 列" in place) == bool(mistake.column)
        assert CHINESE.search(problem), line


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("plug,,tasmota,,s,", "timezone", "tasmota sends local time"),
        ("plug,gw,tasmota,,s,Asia/Shanghai", "gateway", "has no gateway"),
        ("plug,,own_batch,,s,", "gateway", "needs the gateway"),
        ("plug,,own_single,meters/panel,s,", "topic", "'meters/panel' is already in row 2"),
    ],
)
def test_a_device_says_what_its_format_needs(
    row: str, column: str, sentence: str, folder: Path
) -> None:
    edit(folder, "devices.csv", "own_single,,s,UTC", f"own_single,meters/panel,s,UTC\n{row}")
    (found,) = mistakes(folder, ALL)
    assert found.startswith(f"devices.csv row 3 column {column}: ")
    assert sentence in found


@pytest.mark.parametrize(
    "rows",
    [
        "plug,,tasmota,,s,Asia/Shanghai",
        "plug,,own_single,,s,",
        "a,gw,own_batch,meters/batch/gw,s,\nb,gw,own_batch,meters/batch/gw,s,",
    ],
)
def test_a_device_that_says_what_its_format_needs_is_taken(rows: str, folder: Path) -> None:
    edit(folder, "devices.csv", "own_single,,s,UTC", f"own_single,meters/panel,s,UTC\n{rows}")
    registry = read_registry(folder, ALL, now_ms=NOW)
    assert len(registry.devices) == 2 + rows.count("\n")


def test_an_event_of_this_day_is_taken_whatever_the_clock(folder: Path) -> None:
    edit(folder, "events.csv", "2023-11-15", "2026-06-01")
    assert read_registry(folder, OWN, now_ms=NOW).events
