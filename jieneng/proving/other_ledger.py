"""Holds the hourly amounts of any system to the truth of a scenario.

The system imports ``readings.parquet`` and writes what it makes of it: Parquet or CSV with columns

meter     name of the meter
time      start of the hour: an instant, or text of ISO 8601 with a zone
amount    amount of the hour in the meter's display unit: kWh, m3, GJ
measured  whether it calls the hour measured; all are if there is no such column
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd

from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.reading import GAUGE
from energy.span import HOUR_MS, SECOND_MS, Span
from energy.text import Text
from jieneng.truth.files import Truth, read_truth
from jieneng.truth.tie_out import RegisterCheck

COLUMNS = ("meter", "time", "amount")
MEASURED = "measured"
_HOUR_S = HOUR_MS // SECOND_MS
_ZONE = r"(?:Z|[+-]\d\d:?\d\d)$"


@dataclass(frozen=True)
class Held:
    """What became of a ledger.

    Attributes:
        meters: Registers of the truth.
        missing: Of these, the ones of which the ledger says nothing.
        strangers: Meters of the ledger that the truth does not know.
        difference: Sum over meters of |amounts - true advance| [base units]; see
            jieneng/truth/score.py.
        hours: Hours that the ledger calls measured.
        wrong: Of these, the ones that differ from the truth by more than one step and what the
            reading intervals cut by the edges of the hour let through.
        expected: Hours that can be measured, by truth.
        measured: Of these, the ones that the ledger calls measured.
    """

    meters: int
    missing: int
    strangers: int
    difference: int
    hours: int
    wrong: int
    expected: int
    measured: int


def hold(ledger: Path, truth_folder: Path) -> Held:
    """Hold a ledger to the truth.

    Args:
        ledger: Parquet or CSV file.
        truth_folder: The ``truth`` folder that ``jieneng simulate --out`` wrote.

    Raises:
        ConfigError: If one of them cannot be read, or a column is missing or of the wrong sort.
    """
    truth = _truth(truth_folder)
    said = _read(ledger)
    by_meter = {str(name): rows for name, rows in said.groupby("meter", sort=False)}
    names = [
        name
        for name, facts in truth.facts["meters"].items()
        if facts["table"] != GAUGE and name in truth.readings
    ]
    checks = list(_checks(truth, names, by_meter))
    scores = [check.score() for check in checks]
    return Held(
        meters=len(names),
        missing=len(set(names) - by_meter.keys()),
        strangers=len(by_meter.keys() - set(names)),
        difference=sum(score.difference for score in scores),
        hours=sum(len(check.measured_hours()) for check in checks),
        wrong=sum(score.wrong for score in scores),
        expected=sum(score.expected for score in scores),
        measured=sum(score.measured for score in scores),
    )


def lines(held: Held) -> list[Text]:
    """Return the figures as lines for a person."""
    rows = (
        (Text("计量点", "meters"), f"{held.meters:,}"),
        (Text("台账没有的计量点", "meters the ledger lacks"), f"{held.missing:,}"),
        (Text("真值没有的计量点", "meters the truth lacks"), f"{held.strangers:,}"),
        (Text("与真值之差（基本单位）", "differs from truth [base units]"), f"{held.difference:,}"),
        (Text("称为实测的小时", "hours called measured"), f"{held.hours:,}"),
        (Text("其中错误的", "of these wrong"), f"{held.wrong:,}"),
        (
            Text("可实测的小时中已实测", "measured of the hours that can be"),
            f"{held.measured:,} / {held.expected:,}",
        ),
    )
    return [name + Text("：", ": ") + Text(value, value) for name, value in rows]


def _truth(folder: Path) -> Truth:
    try:
        return read_truth(folder)
    except (OSError, ValueError, KeyError) as error:
        problem = Text(
            f"{folder} 中没有可读的真值文件（{error}）：请用 jieneng simulate --out 写出。",
            f"{folder} holds no truth files that can be read ({error}): jieneng simulate --out "
            "writes them.",
        )
        raise ConfigError(problem) from error


def _read(path: Path) -> pd.DataFrame:
    """Return meter, time [ms], amount and measured of each row."""
    try:
        is_csv = path.suffix.lower() == ".csv"
        found = pd.read_csv(path) if is_csv else pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    lacking = [name for name in COLUMNS if name not in found]
    if lacking:
        raise _unreadable(path, f"columns that it lacks: {', '.join(lacking)}")
    try:
        times = _instants(found["time"])
        amounts = [Fraction(str(amount)) for amount in found["amount"]]  # refuses what is none
    except (ValueError, TypeError) as error:
        raise _unreadable(path, str(error)) from error
    measured = found[MEASURED] if MEASURED in found else pd.Series(data=True, index=found.index)
    if not (pd.api.types.is_bool_dtype(measured) or set(measured.unique()) <= {0, 1}):
        raise _unreadable(path, f"{MEASURED} is neither true nor false")
    rows = pd.DataFrame({"meter": found["meter"].astype(str), "time": times, "amount": amounts})
    rows[MEASURED] = measured
    if (times % HOUR_MS).any():
        raise _unreadable(path, "a row does not begin on the hour of UTC")
    if rows.duplicated(["meter", "time"]).any():
        twice = rows[rows.duplicated(["meter", "time"])].iloc[0]
        raise _unreadable(path, f"meter {twice['meter']!r} has an hour twice")
    return rows


def _instants(times: pd.Series) -> pd.Series:
    """Return times [ms since 1970 UTC].

    Raises:
        ValueError: If one names no zone, or is no time.
    """
    is_text = not pd.api.types.is_datetime64_any_dtype(times)
    parsed = pd.to_datetime(times, format="ISO8601", utc=True)
    has_zone = times.astype(str).str.contains(_ZONE) if is_text else times.dt.tz is not None
    if not np.all(has_zone):
        raise ValueError("a time names no zone, such as 2026-01-01T08:00:00+08:00")
    return parsed.dt.as_unit("ms").astype(np.int64)


def _unreadable(path: Path, why: str) -> ConfigError:
    return ConfigError(
        Text(
            f"无法读取台账 {path}：{why}。需要 meter、time、amount 三列。",
            f"The ledger {path} cannot be read: {why}. It needs columns meter, time and amount.",
        )
    )


def _checks(
    truth: Truth, names: list[str], by_meter: Mapping[str, pd.DataFrame]
) -> Iterator[RegisterCheck]:
    nothing = pd.DataFrame({name: [] for name in ("time", "amount", MEASURED)})
    for name in names:
        facts = truth.facts["meters"][name]
        per_unit = KINDS[facts["kind"]].base_per_display
        rows = by_meter.get(name, nothing)
        said = pd.DataFrame(
            {
                "amount": [round(amount * per_unit) for amount in rows["amount"]],
                "measured_s": np.where(rows[MEASURED].astype(bool), _HOUR_S, 0),
                "unresolved_s": 0,
            },
            index=rows["time"].to_numpy(np.int64),
        ).sort_index()
        due = truth.readings[name]
        times = due["time"][due["good"]].to_numpy(np.int64)
        gone = [
            Span(entry["start"], entry["end"])
            for entry in truth.facts["unresolvable"]
            if entry["meter"] == name and entry["end"] <= truth.until
        ]
        yield RegisterCheck(name, truth, said, times, gone)
