from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from energy.errors import RegistryError
from energy.span import HOUR_MS, midnight, to_ms
from simulators.weather.files import read_weather

ZONE = ZoneInfo("Asia/Shanghai")
QUARTER_MS = HOUR_MS // 4
LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def epw(path: Path, *, offset: str = "8.0", wrong: tuple[int, int, str] | None = None) -> Path:
    """Write a typical year: hour of the year / 1000 degrees, and as many W/m2 as hours."""
    head = [f"LOCATION,SOMEWHERE,-,CHN,made,0,39.9,116.3,{offset},31.0"]
    rows, hour = [], 0
    for month, days in enumerate(LENGTHS, start=1):
        for day in range(1, days + 1):
            for clock in range(1, 25):
                row = ["1999", str(month), str(day), str(clock), "60", "?"]
                row += [f"{hour / 1000:.3f}", "0", "50", "101300", "0", "0", "0"]
                row += [str(hour % 24 * 10), *["0"] * 21]
                if wrong and wrong[0] == hour:
                    row[wrong[1]] = wrong[2]
                rows.append(",".join(row))
                hour += 1
    path.write_text("\n".join([*head, *["-"] * 7, *rows]), encoding="utf-8")
    return path


def hourly_csv(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(["time,temperature,humidity,sun", *rows]), encoding="utf-8")
    return path


def test_a_typical_year_lies_over_any_year_in_its_own_standard_time(tmp_path: Path) -> None:
    found = read_weather(epw(tmp_path / "x.epw"), ZONE)
    origin = midnight(date(2026, 3, 1), ZONE)
    weather = found.on(origin=origin, count=48, slot_ms=HOUR_MS)
    hours = (31 + 28) * 24 + np.arange(48)
    # The first hour of the file ends at 01:00, where its temperature stands; its sun is its own.
    assert weather.temperature_c == pytest.approx((hours - 0.5) / 1000)
    assert weather.sun_w_m2.tolist() == (hours % 24 * 10).tolist()
    assert weather.humidity.tolist() == [0.5] * 48


def test_quarters_of_an_hour_go_evenly_and_share_the_sun_of_their_hour(tmp_path: Path) -> None:
    found = read_weather(epw(tmp_path / "x.epw"), ZONE)
    origin = midnight(date(2026, 3, 1), ZONE)
    quarters = found.on(origin=origin, count=96, slot_ms=QUARTER_MS)
    hours = found.on(origin=origin, count=24, slot_ms=HOUR_MS)
    assert quarters.temperature_c.reshape(24, 4).mean(axis=1) == pytest.approx(hours.temperature_c)
    assert quarters.sun_w_m2.reshape(24, 4).mean(axis=1) == pytest.approx(hours.sun_w_m2)


def test_the_29th_of_february_is_the_28th_again(tmp_path: Path) -> None:
    found = read_weather(epw(tmp_path / "x.epw"), ZONE)
    days = [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2027, 3, 1)]
    told = [
        found.on(origin=midnight(day, ZONE), count=24, slot_ms=HOUR_MS).temperature_c
        for day in days
    ]
    assert np.array_equal(told[0], told[1])
    assert np.array_equal(told[2], told[3])
    assert not np.array_equal(told[1], told[2])


def test_measured_hours_lie_where_they_were_and_a_year_later_again(tmp_path: Path) -> None:
    start = datetime(2026, 1, 1, tzinfo=ZONE)
    rows = [
        f"{datetime.fromtimestamp(start.timestamp() + hour * 3600, ZONE).isoformat()},"
        f"{hour % 50},0.4,{hour % 7}"
        for hour in range(365 * 24)
    ]
    found = read_weather(hourly_csv(tmp_path / "x.csv", rows), ZONE)
    origin = to_ms(start)
    weather = found.on(origin=origin, count=3, slot_ms=HOUR_MS)
    assert weather.temperature_c == pytest.approx([0.5, 1.5, 2.5])
    assert weather.sun_w_m2.tolist() == [0, 1, 2]
    later = found.on(origin=origin + 2 * 365 * 24 * HOUR_MS, count=3, slot_ms=HOUR_MS)
    assert later.temperature_c == pytest.approx([0.5, 1.5, 2.5])
    with pytest.raises(ValueError, match="begins before"):
        found.on(origin=origin - HOUR_MS, count=1, slot_ms=HOUR_MS)


def test_a_time_without_offset_is_on_the_clock_of_the_site(tmp_path: Path) -> None:
    rows = ["2026-01-01 00:00,1,0.5,0", "2026-01-01 01:00,2,0.5,0"]
    found = read_weather(hourly_csv(tmp_path / "x.csv", rows), ZONE)
    assert found.begins == to_ms(datetime(2025, 12, 31, 16, tzinfo=UTC))


def test_all_mistakes_of_a_weather_file_are_told_at_once(tmp_path: Path) -> None:
    rows = [
        "2026-01-01 00:00,1,0.5,0",
        "yesterday,1,0.5,0",
        "2026-01-01 01:00,warm,50,0",
        "2026-01-01 00:30,1,0.5,0",
        "2026-01-02 00:30,1,0.5,-4",
    ]
    with pytest.raises(RegistryError) as told:
        read_weather(hourly_csv(tmp_path / "x.csv", rows), ZONE)
    assert [(one.row, one.column) for one in told.value.mistakes] == [
        (3, "time"),
        (4, "temperature"),
        (4, "humidity"),
        (5, "time"),
        (6, "time"),
        (6, "sun"),
    ]


@pytest.mark.parametrize("field", [6, 8, 13])
def test_what_a_typical_year_marks_as_missing_is_a_mistake(tmp_path: Path, field: int) -> None:
    missing = {6: "99.9", 8: "999", 13: "9999"}[field]
    with pytest.raises(RegistryError) as told:
        read_weather(epw(tmp_path / "x.epw", wrong=(100, field, missing)), ZONE)
    assert [one.row for one in told.value.mistakes] == [109]


@pytest.mark.parametrize(
    ("name", "text"),
    [("x.epw", ""), ("x.epw", "LOCATION,a,b,c,d,e,1,2,8\n"), ("x.csv", ""), ("x.csv", "time\n1\n")],
)
def test_a_file_that_is_no_weather_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match="weather file"):
        read_weather(tmp_path / name, ZONE)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"nowhere\.epw"):
        read_weather(tmp_path / "nowhere.epw", ZONE)


def test_a_file_that_is_wrong_everywhere_shows_the_first_mistakes(tmp_path: Path) -> None:
    rows = [f"2026-01-01 {hour:02d}:00,99,0.5,0" for hour in range(24)]
    with pytest.raises(RegistryError) as told:
        read_weather(hourly_csv(tmp_path / "x.csv", rows), ZONE)
    assert len(told.value.mistakes) == 21
    assert "4 more" in str(told.value)
