"""Weather from files takes the same way as what devices say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from energy.errors import RegistryError
from energy.reading import Reading, Source
from energy.span import to_ms
from jieneng.weather_files import take_weather
from storage.records import inbox, registry
from storage.records.book import Records
from tests.builders import MAIN_METER, WEATHER, registry_of

T = to_ms(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    book = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    with book.session() as session:
        wanted = registry_of(MAIN_METER, WEATHER)
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
    gbk.write_bytes("time,temperature,站\n2026-01-01T08:00:00Z,1,大厅\n".encode("gbk"))
    for path in (tmp_path / "nowhere.csv", gbk):
        with pytest.raises(RegistryError, match="cannot be read") as told:
            take_weather(records, path, meter=WEATHER.meter, year=0)
        assert "无法读取" in told.value.told("zh")


def test_rows_that_hold_no_temperature_or_no_time_are_all_told(
    records: Records, tmp_path: Path
) -> None:
    path = _file(
        tmp_path,
        "station.csv",
        "time,temperature\n2026-01-01T08:00:00,1\n2026-01-01T00:00:00Z,NaN\n"
        "2026-01-01T00:00:00Z,warm\n2062-01-01T00:00:00Z,1\n",
    )
    with pytest.raises(RegistryError, match="4 mistakes in the weather file") as told:
        take_weather(records, path, meter=WEATHER.meter, year=0)
    assert [mistake.row for mistake in told.value.mistakes] == [2, 3, 4, 5]
    assert _inbox(records) == []


def test_a_temperature_that_cannot_be_true_says_what_could(
    records: Records, tmp_path: Path
) -> None:
    path = _file(tmp_path, "station.csv", "time,temperature\n2026-01-01T00:00:00Z,999\n")
    with pytest.raises(RegistryError, match="999 degC cannot be true; it lies between"):
        take_weather(records, path, meter=WEATHER.meter, year=0)
