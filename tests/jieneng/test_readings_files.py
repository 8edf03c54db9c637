"""Readings and weather from files take the same way as what devices say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from energy.errors import RegistryError
from energy.reading import Reading, Source
from energy.span import to_ms
from jieneng.readings_files import take_readings, take_weather
from storage.records import inbox, registry
from storage.records.book import Records
from tests.builders import MAIN_METER, WEATHER, registry_of

INTERVAL_METER = replace(
    MAIN_METER, meter="hall_interval", table="interval", channel="ei", ratio=Fraction(40)
)
T = to_ms(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    book = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    with book.session() as session:
        wanted = registry_of(MAIN_METER, INTERVAL_METER, WEATHER)
        registry.replace(session, wanted, author="test", reason="test")
    yield book
    book.close()


def _inbox(records: Records) -> list[Reading]:
    with records.reading() as session:
        return [entry.reading for entry in inbox.take(session, 100)]


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_register_becomes_steps_and_an_interval_base_units_with_its_ratio(
    records: Records, tmp_path: Path
) -> None:
    path = _file(
        tmp_path,
        "hand.csv",
        "\ufeffmeter,time,value\n"
        "hall_main,2026-01-01T08:00:00+08:00,123.456\n\n"
        "hall_interval,2026-01-01T00:00:00Z,1.5\n",
    )
    taken = take_readings(records, path, reason="read by hand")
    assert taken.zh == f"{path}   2 个读数已放入待收区"
    assert taken.en == f"{path}   2 readings in the inbox"
    assert _inbox(records) == [
        Reading("hall_main", "register", T, 12345, source=Source.MANUAL),
        Reading("hall_interval", "interval", T, 60_000, source=Source.MANUAL),
    ]


def test_all_mistakes_of_a_file_are_told_and_nothing_is_taken(
    records: Records, tmp_path: Path
) -> None:
    path = _file(
        tmp_path,
        "hand.csv",
        "meter,time,value\n"
        "hall_main,2026-01-01T08:00:00+08:00,1\n"
        "nobody,2026-01-01T08:00:00+08:00,1\n"
        "hall_main,2026-01-01T08:00:00,1\n"
        "hall_main,2062-01-01T08:00:00Z,1\n"
        "hall_main,2026-01-01T08:00:00Z,-1\n"
        "hall_main,2026-01-01T08:00:00Z,NaN\n"
        "hall_main,2026-01-01T08:00:00Z,1000000\n",
    )
    with pytest.raises(RegistryError) as told:
        take_readings(records, path, reason="read by hand")
    assert [mistake.row for mistake in told.value.mistakes] == [3, 4, 5, 6, 7, 8]
    assert str(told.value).startswith("6 mistakes in the readings file; nothing imported\n")
    assert told.value.told("zh").splitlines()[:2] == [
        "读数文件有 6 处错误，没有导入任何内容",
        "  hand.csv 第 3 行：计量点 'nobody' 不在登记表中。",
    ]
    assert _inbox(records) == []


def test_outdoor_temperature_comes_from_csv(records: Records, tmp_path: Path) -> None:
    path = _file(tmp_path, "station.csv", "time,temperature\n2026-01-01T00:00:00Z,-3.5\n")
    take_weather(records, path, meter=WEATHER.meter, year=0)
    assert _inbox(records) == [Reading(WEATHER.meter, "gauge", T, -3.5, source=Source.IMPORT)]


def test_an_epw_hour_is_labelled_with_its_end_and_laid_on_the_year_given(
    records: Records, tmp_path: Path
) -> None:
    head = "LOCATION,Town,-,CHN,x,0,39.8,116.5,8.0,31\n" + "x\n" * 7
    path = _file(tmp_path, "typical.epw", head + "1989,1,1,9,60,?,-4.2,9\n")
    take_weather(records, path, meter=WEATHER.meter, year=2026)
    assert _inbox(records) == [Reading(WEATHER.meter, "gauge", T, -4.2, source=Source.IMPORT)]


def test_weather_needs_a_gauge_and_an_epw_file_its_year(records: Records, tmp_path: Path) -> None:
    path = _file(tmp_path, "typical.epw", "LOCATION,Town,-,CHN,x,0,39.8,116.5,8.0,31\n")
    with pytest.raises(RegistryError, match="not a gauge"):
        take_weather(records, path, meter="hall_main", year=2026)
    with pytest.raises(RegistryError, match="needs --year"):
        take_weather(records, path, meter=WEATHER.meter, year=0)


def test_an_epw_row_that_is_no_hour_of_the_year_is_a_mistake_of_its_row(
    records: Records, tmp_path: Path
) -> None:
    head = "LOCATION,Town,-,CHN,x,0,39.8,116.5,8.0,31\n" + "x\n" * 7
    path = _file(tmp_path, "typical.epw", head + "1988,2,29,1,60,?,-4.2,9\n")
    with pytest.raises(RegistryError, match=r"typical\.epw row 9: .* an hour of 2026") as told:
        take_weather(records, path, meter=WEATHER.meter, year=2026)
    assert told.value.told("zh").startswith("气象文件有 1 处错误")


def test_a_file_that_cannot_be_read_is_a_mistake(records: Records, tmp_path: Path) -> None:
    gbk = tmp_path / "gbk.csv"
    gbk.write_bytes("meter,time,value\n大厅,2026-01-01T08:00:00Z,1\n".encode("gbk"))
    for path in (tmp_path / "nowhere.csv", gbk):
        with pytest.raises(RegistryError, match="cannot be read") as told:
            take_readings(records, path, reason="read by hand")
        assert "无法读取" in told.value.told("zh")


def test_a_temperature_that_cannot_be_true_says_what_could(
    records: Records, tmp_path: Path
) -> None:
    path = _file(tmp_path, "station.csv", "time,temperature\n2026-01-01T00:00:00Z,999\n")
    with pytest.raises(RegistryError, match="999 degC cannot be true; it lies between"):
        take_weather(records, path, meter=WEATHER.meter, year=0)
