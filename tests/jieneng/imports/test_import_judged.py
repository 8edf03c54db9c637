"""A value in a file becomes what it would become had its device said it over MQTT."""

import csv
import tempfile
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.screening.normalize import Normalizer, Refused
from energy.messages.message import NOT_A_NUMBER, Said
from jieneng.imports import judging
from jieneng.imports.wish import Wish
from tests.builders import WEATHER
from tests.jieneng.imports.import_bench import (
    ABROAD,
    ARRIVED,
    BY_HAND,
    HOUR,
    REGISTRY,
    T,
    judged,
    written,
)

METERS = ["hall_main", "hall_interval", "hall_third", WEATHER.meter, ABROAD.meter, "nobody"]
TIMES = [
    "2026-01-01T08:00:00+08:00", "2026-01-01 08:00", "2026-01-01T00:00:00Z", "2026-01-01 08:15:30",
    "2025-10-26 02:30", "2026-03-29 02:30:00", "1999-12-31 00:00", "2026-11-26 00:00:00",
    "2035-01-01 00:00", "yesterday", "2026-13-01 00:00", "",
]  # fmt: skip
UNREADABLE = {
    "yesterday": "time cannot be read",
    "2026-13-01 00:00": "time cannot be read",
    "": "time is missing",
}
VALUES = st.one_of(
    st.decimals(-5, 10**9, places=2).map(str),
    st.decimals(0, 10, places=5).map(str),
    st.decimals(-60, 60, places=1).map(str),
    st.integers(0, 10**20).map(str),
    st.sampled_from(
        ["", "NaN", "Infinity", "1,5", "1_000", "１２", "1e3", "-0", "-0.00", "+7", "1e999",
         "0.1e-9", "0.29999999999999999",
         "123456789012.349999",
         "5.", ".5", " 12.5 ", "x", "999999.99", "1000000",
         "2500", "3333.34", "0.333333"]
    ),
)  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.sampled_from(METERS), st.sampled_from(TIMES), VALUES,
        st.sampled_from(["", "kWh", "degC"]),
    ),
    max_size=30,
)  # fmt: skip


def slowly(
    path: Path,
) -> tuple[dict[tuple[str, int], int | float], Counter[str], int]:
    """Return readings, refusals by reason and repeats, a row at a time, as if each came by MQTT."""
    normalizer = Normalizer(REGISTRY, future_ms=0, past_ms=ARRIVED - 946_684_800_000)
    taken: dict[tuple[str, int], int | float] = {}
    refused: Counter[str] = Counter()
    repeats = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["value"].strip():
                continue
            meter = REGISTRY.meter.get(row["meter"])
            if meter is None:
                refused["unknown meter"] += 1
                continue
            if row["time"] in UNREADABLE:  # of two faults of a row, this one is told
                refused[UNREADABLE[row["time"]]] += 1
                continue
            number = slow_number(row["value"])
            said = Said(meter.device, meter.channel, row["time"], number, row["unit"])
            try:
                reading = normalizer.reading(said, gateway="", form="own_single", arrived=ARRIVED)
            except Refused as why:
                refused[str(why)] += 1
                continue
            key = (reading.meter, reading.time)
            if key not in taken:
                taken[key] = reading.value
            elif taken[key] == reading.value:
                repeats += 1
            else:
                refused["another value of this meter and time stands further up"] += 1
    return taken, refused, repeats


def slow_number(text: str) -> Decimal:
    """Return the number of a cell as a JSON message would carry it."""
    text = text.strip()
    if not text.isascii() or "_" in text or len(text) > 40:
        return NOT_A_NUMBER
    try:
        found = Decimal(text)
    except InvalidOperation:
        return NOT_A_NUMBER
    is_sane = found.is_finite() and -30 <= found.adjusted() <= 30
    return found if is_sane else NOT_A_NUMBER


@pytest.mark.parametrize("at_once", [1, 3, 20_000])
@given(rows=ROWS)
def test_a_file_is_judged_as_its_rows_would_be_over_mqtt(
    at_once: int, rows: list[tuple[str, str, str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "ROWS_AT_ONCE", at_once)
        patch.setattr(judging, "ROWS_AT_FIRST", at_once % 3)
        path = Path(folder) / "long.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("meter", "time", "value", "unit"), *rows])
        found = judged(path)
        taken, refused, repeats = slowly(path)

    assert {reading[::2]: reading[3] for reading in found.readings} == taken
    assert found.judged.complaints.counts == refused
    balance = found.judged.balance
    assert (balance.rows, balance.duplicate) == (len(rows), repeats)
    assert balance.readings + balance.empty == len(rows)
    balance.new = len(found.readings)
    assert balance.difference == 0


@given(st.lists(st.tuples(st.sampled_from(TIMES), VALUES, VALUES, VALUES), max_size=12))
def test_the_wide_form_says_the_same_as_the_long_one(rows: list[tuple[str, str, str, str]]) -> None:
    meters = ["hall_main", WEATHER.meter, "nobody"]
    long = [(meter, row[0], row[1 + place]) for row in rows for place, meter in enumerate(meters)]
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "ROWS_AT_FIRST", 0)
        folder = Path(name)
        for file, heading, body in (
            ("wide.csv", ("time", *meters), rows),
            ("long.csv", ("meter", "time", "value"), long),
        ):
            with (folder / file).open("w", encoding="utf-8", newline="") as opened:
                csv.writer(opened).writerows([heading, *body])
        wide = judged(folder / "wide.csv")
        same = judged(folder / "long.csv")

    assert wide.readings == same.readings
    assert wide.judged.complaints.counts == same.judged.complaints.counts
    assert wide.judged.balance.readings == same.judged.balance.readings
    assert wide.judged.balance.finer == same.judged.balance.finer


def test_every_complaint_names_row_column_value_and_reason(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "odd.csv",
        "表号,时间,读数,单位\n"
        "hall_main,2026-01-01 08:00,100,kWh\n"
        "nobody,2026-01-01 08:00,1,\n"
        "hall_main,noon,1,\n"
        "hall_main,1767225600,1,\n"
        "hall_main,2026-01-01 09:00,-1,\n"
        "hall_main,2026-01-01 09:00,1,MWh\n"
        "hall_main,2026-01-01 09:00\n"
        "hall_main,2026-01-01 08:00,101,\n"
        "\n"
        "hall_main,2026-01-01 09:00,,\n"
        f"hall_interval,2026-01-01 09:00,{10**29},\n",
    )
    found = judged(path)

    assert found.wrong == [
        (3, "表号", "nobody", "unknown meter"),
        (4, "时间", "noon", "time cannot be read"),
        (5, "时间", "1767225600", "time is a bare number and nobody has said what it counts"),
        (6, "读数", "-1", "negative register"),
        (7, "单位", "MWh", "unit MWh where the registry says kWh"),
        (8, "", "hall_main 2026-01-01 09:00", "row of 2 cells under a heading of 4"),
        (
            9, "时间", "hall_main 2026-01-01T00:00:00+00:00",
            "another value of this meter and time stands further up: row 2",
        ),
        (12, "读数", str(10**29), "amount too large to be kept"),
    ]  # fmt: skip
    assert found.readings == [("hall_main", "register", T, 10_000)]
    balance = found.judged.balance
    assert (balance.rows, balance.blank, balance.empty, balance.readings) == (11, 1, 1, 9)
    # What a row says against another is known when all are sorted, so it is told last.
    assert found.judged.complaints.lines()[-2].zh == (
        f"  odd.csv 第 12 行 读数 列 '{10**29}'：时段量太大，无法保存"
    )


def test_a_report_holds_every_complaint_and_the_screen_some(tmp_path: Path) -> None:
    rows = "".join(f"nobody,2026-01-01 08:00,{value}\n" for value in range(50))
    path = written(tmp_path, "odd.csv", "meter,time,value\n" + rows)
    report = tmp_path / "report.csv"
    found = judged(path, Wish(report=report, show=2))

    assert [line.en for line in found.judged.complaints.lines()] == [
        "refused 50: unknown meter",
        "  odd.csv row 2 column meter 'nobody': unknown meter",
        "  odd.csv row 3 column meter 'nobody': unknown meter",
        "  and 48 more; --report FILE writes all of them",
    ]
    with report.open(encoding="utf-8-sig", newline="") as file:
        said = list(csv.DictReader(file))
    assert [int(one["row"]) for one in said] == list(range(2, 52))
    assert said[0] == {
        "file": "odd.csv", "sheet": "", "row": "2", "column": "meter", "value": "nobody",
        "reason_en": "unknown meter", "reason_zh": "计量点不在登记表中",
    }  # fmt: skip


def test_device_and_channel_name_a_meter_too(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "devices.csv",
        "device,channel,time,value\npanel,ep,2026-01-01 08:00,1\npanel,other,2026-01-01 08:00,1\n"
        "stranger,ep,2026-01-01 08:00,1\n,,2026-01-01 08:00,1\nthere,ep,2026-01-01 08:00,2\n",
    )
    found = judged(path)

    assert found.readings == [
        ("berlin_main", "register", T + 7 * HOUR, 200),
        ("hall_main", "register", T, 100),
    ]
    assert [(row, reason) for row, _, _, reason in found.wrong] == [
        (3, "unknown channel"),
        (4, "unknown device"),
        (5, "unknown device"),
    ]


@pytest.mark.parametrize("first", [0, 100])
def test_a_channel_means_the_meter_it_hung_at_on_the_clock_of_that_meter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    monkeypatch.setattr(judging, "ROWS_AT_FIRST", first)
    times = ["01:59", "02:00", "03:00", "10:59", "11:00", "12:00"]
    rows = "".join(f"panel,lent,2026-01-01 {time},{at}\n" for at, time in enumerate(times, 1))
    path = written(tmp_path, "lent.csv", "device,channel,time,value\n" + rows)
    report = tmp_path / "report.csv"
    found = judged(path, Wish(report=report))

    assert found.readings == [
        ("berlin_lent", "register", T + HOUR, 200),
        ("read_by_hand", "register", T + 3 * HOUR, 500),
    ]
    not_bound = "channel not bound to a meter at this time"
    assert found.wrong == [(row, "channel", "panel lent", not_bound) for row in (2, 4, 5, 7)]
    assert "这个通道当时没有接在任何计量点上" in report.read_text(encoding="utf-8-sig")


def test_a_meter_without_a_device_is_imported_by_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, "hand.csv", f"{'meter,time,value'}\n{BY_HAND.meter},2026-01-01,7\n")

    assert judged(path).readings == [(BY_HAND.meter, "register", T - 8 * HOUR, 700)]


def test_what_is_understood_is_told_first_with_an_example(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "meter;time;value\nhall_main;2026-01-01 08:00;12.5\n")
    told = judged(path, Wish(zone="UTC")).told

    assert [line.en for line in told] == [
        f"{path}: CSV in UTF-8, separated by semicolons",
        "long form: meter 'meter', time 'time', value 'value'",
        (
            "times: dates and times in words; without an offset they are the wall clock of the "
            "meter's site, of autumn's doubled hour the first; every wall clock is that of UTC "
            "(--zone)"
        ),
        (
            "such as row 2: hall_main '2026-01-01 08:00' '12.5' = 2026-01-01T08:00:00Z, "
            "1250 steps of 1/100 kWh"
        ),
    ]
