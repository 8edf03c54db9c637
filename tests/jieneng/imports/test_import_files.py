"""Real files of all three kinds, as people and programs write them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from energy.errors import ConfigError, RegistryError
from jieneng.imports.sheet import How
from jieneng.imports.wish import Wish
from tests.builders import WEATHER
from tests.jieneng.imports.import_bench import HOUR, T, judged, written

NEVER_SET = "time before the year 2000: it looks like a clock that was never set"
HALL = ("hall_main", "register", T, 12_345)
LATER = ("hall_main", "register", T + HOUR, 12_400)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_csv_is_read_whatever_spreadsheet_wrote_it(
    tmp_path: Path, encoding: str, separator: str, line_end: str
) -> None:
    rows = [
        ["表号", "时间", "读数", "备注"],
        ["hall_main", "2026/1/1 8:00", "123.45", '"抄表员，小张"'],
        ["hall_main", "2026年1月1日 9:00:00", '"124"', "", ""],
    ]
    text = line_end.join(separator.join(row) for row in rows)
    path = written(tmp_path, "hand.csv", text + line_end, encoding)

    assert judged(path).readings == [HALL, LATER]


def test_a_line_break_inside_quotes_is_one_row_as_a_spreadsheet_counts(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "a.csv",
        '"meter","time","value","note"\nhall_main,2026-01-01 08:00,123.45,"two\nlines"\n'
        "nobody,2026-01-01 08:00,1,\n",
    )

    assert [row for row, *_ in judged(path).wrong] == [3]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"meter,time,value\nhall_main,2026-01-01 08:00,\xff\xff\n", "neither UTF-8 nor GB18030"),
        (b'meter,time,value\n"hall_main,2026-01-01 08:00,1\n', "row 2: its quotes do not match"),
        (b"", "no column is the time"),
        (b"meter,time\n", "neither a column of values"),
        (b"time,value\n", "no column is the meter"),
        (b"meter,time,date,value\n", "both 'time' and 'date' may be the time"),
        (b"time,hall_main,hall_main\n", "column 'hall_main' is there twice"),
    ],
)
def test_a_csv_file_that_cannot_be_understood_says_why(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(content)

    with pytest.raises(RegistryError, match=problem):
        judged(path)


def test_other_columns_are_named_ignored_and_found_below_a_title(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "export.csv",
        "电表读数导出\n序号,采集时刻,总表,weather_north\n1,2026-01-01 08:00,123.45,-3.5\n",
    )
    wish = Wish(
        columns=("time=采集时刻", "hall_main=总表"), ignore=("序号",), how=How(heading_row=2)
    )

    assert judged(path, wish).readings == [HALL, (WEATHER.meter, "gauge", T, -3.5)]
    with pytest.raises(RegistryError, match="there is no column 'nothing'"):
        judged(path, Wish(ignore=("nothing",), how=How(heading_row=2)))
    with pytest.raises(ConfigError, match="NAME=COLUMN"):
        judged(path, Wish(columns=("time",)))


@pytest.mark.parametrize(
    ("cell", "wish"),
    [
        ("2026-01-01T00:00:00Z", Wish()),
        ("2026-01-01T08:00:00.000999+0800", Wish()),
        ("2026-01-01T08:00:00+08:00", Wish(zone="Europe/Berlin")),
        ("2026-01-01 01:00", Wish(zone="Europe/Berlin")),
        ("1767225600", Wish(time="s")),
        ("1767225600.0", Wish(time="s")),
        ("1767225600000", Wish(time="ms")),
        ("46023.3333333333", Wish(time="excel")),
    ],
)
def test_a_time_is_what_was_said_of_it(tmp_path: Path, cell: str, wish: Wish) -> None:
    path = written(tmp_path, "a.csv", f"meter,time,value\nhall_main,{cell},123.45\n")

    assert judged(path, wish).readings == [HALL]


@pytest.mark.parametrize(
    ("cell", "unit", "reason"),
    [
        ("1767225600", "text", "time is a bare number and nobody has said what it counts"),
        ("1767225600", "ms", "time in the wrong unit: it looks like s"),
        ("01/02/2026 08:00", "text", "time cannot be read"),
        ("2026-01-01 24:00", "text", "time cannot be read"),
        ("45", "excel", "time cannot be read"),
        ("99999999", "excel", "time cannot be read"),
        ("1999-12-31 12:00", "text", NEVER_SET),
        ("2026-11-25 08:00:01", "text", "time in the far future"),
    ],
)
def test_a_time_is_never_guessed(tmp_path: Path, cell: str, unit: str, reason: str) -> None:
    path = written(tmp_path, "a.csv", f"meter,time,value\nhall_main,{cell},1\n")

    assert [said for *_, said in judged(path, Wish(time=unit)).wrong] == [reason]


def test_the_doubled_hour_of_autumn_is_its_first_and_the_second_says_otherwise(
    tmp_path: Path,
) -> None:
    path = written(
        tmp_path,
        "a.csv",
        "meter,time,value\nberlin_main,2025-10-26 02:00,1\nberlin_main,2025-10-26 02:00,2\n"
        "berlin_main,2025-10-26 02:00+01:00,2\n",
    )
    found = judged(path)
    first = int(datetime(2025, 10, 26, tzinfo=UTC).timestamp() * 1000)

    assert [reading[2:] for reading in found.readings] == [(first, 100), (first + HOUR, 200)]
    assert [(row, reason) for row, *_, reason in found.wrong] == [
        (3, "another value of this meter and time stands further up: row 2")
    ]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([123.45, 124.0]),
        pa.array([123.45, 124.0], pa.float32()),
        pa.array([Decimal("123.45"), Decimal("124.00")]),
        pa.array(["123.45", "124"]).dictionary_encode(),
    ],
)
@pytest.mark.parametrize(
    "times",
    [
        pa.array([T, T + HOUR], pa.timestamp("ms", "UTC")),
        pa.array([T * 10**6, (T + HOUR) * 10**6], pa.timestamp("ns", "Europe/Berlin")),
        pa.array([datetime(2026, 1, 1, 8), datetime(2026, 1, 1, 9)]),  # noqa: DTZ001
        pa.array(["2026-01-01 08:00", "2026-01-01 09:00"]),
    ],
)
def test_parquet_is_read_whatever_types_its_columns_have(
    tmp_path: Path, times: pa.Array, values: pa.Array
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"meter": ["hall_main"] * 2, "time": times, "value": values}), path)

    assert judged(path).readings == [HALL, LATER]


def test_wide_parquet_with_gaps_counts_its_rows_from_one(tmp_path: Path) -> None:
    path = tmp_path / "wide.parquet"
    table = {
        "time": pa.array([T, T + HOUR], pa.timestamp("ms", "UTC")),
        "hall_main": [123.45, None],
        WEATHER.meter: [None, 99.0],
    }
    pq.write_table(pa.table(table), path)
    found = judged(path)

    assert found.readings == [HALL]
    assert found.judged.balance.empty == 2
    assert found.wrong == [(2, WEATHER.meter, "99", "value that cannot be true")]


def _book(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book[book.sheetnames[0]]
    book.save(path)
    return path


def test_excel_is_read_with_real_dates_texts_and_numbers_stored_as_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["表号", "时间", "读数"],
        ["hall_main", datetime(2026, 1, 1, 8), 123.45],  # noqa: DTZ001 - a wall clock
        ["hall_main", "2026-01-01 09:00", "124"],
        [None, None, None],
        ["hall_main", date(2026, 1, 2), 125],
        ["hall_main", datetime(2026, 1, 3), "#N/A"],  # noqa: DTZ001
    ]
    path = _book(tmp_path / "hand.xlsx", {"空白": [], "读数": rows})
    found = judged(path)

    assert found.readings == [HALL, LATER, ("hall_main", "register", T + 16 * HOUR, 12_500)]
    assert found.wrong == [(6, "读数", "#N/A", "value is not a number that a meter counts")]
    assert found.judged.complaints.lines()[-1].zh.startswith("  hand.xlsx 工作表 读数 第 6 行")
    assert found.told[0].en.endswith("hand.xlsx: Excel, sheet '读数'")


def test_excel_dates_of_every_five_minutes_are_whole_seconds(tmp_path: Path) -> None:
    rows: list[list[object]] = [["time", "hall_main"]]
    rows += [[46_023 + step / 288, step] for step in range(288)]
    path = _book(tmp_path / "a.xlsx", {"a": rows})
    found = judged(path, Wish(time="excel"))

    start = T - 8 * HOUR
    assert [time for _, _, time, _ in found.readings] == [
        start + step * 300_000 for step in range(288)
    ]


def test_of_several_sheets_one_must_be_chosen(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["meter", "time", "value"],
        ["hall_main", "2026-01-01 08:00", 123.45],
    ]
    path = _book(tmp_path / "a.xlsx", {"A": rows, "B": rows})

    with pytest.raises(RegistryError, match=r"several sheets \(A, B\); choose one with --sheet"):
        judged(path)
    with pytest.raises(RegistryError, match="there is no sheet 'C'"):
        judged(path, Wish(how=How(sheet="C")))
    assert judged(path, Wish(how=How(sheet="B"))).readings == [HALL]


@pytest.mark.parametrize("name", ["a.parquet", "a.xlsx", "a.xls", "nowhere.csv"])
def test_a_file_that_is_not_what_its_name_says_is_told(tmp_path: Path, name: str) -> None:
    if name != "nowhere.csv":
        (tmp_path / name).write_bytes(b"something else entirely")

    with pytest.raises(RegistryError, match="cannot be read"):
        judged(tmp_path / name)


@pytest.mark.parametrize("wish", [{"time": "days"}, {"zone": "Mars/Base"}])
def test_a_wish_for_what_does_not_exist_is_refused(wish: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"days|Mars/Base"):
        Wish(time=wish.get("time", "text"), zone=wish.get("zone", ""))
