"""A store filled through its own door with a small district; figures a head can check."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd

from energy.meter import Building, Institution
from energy.registry import Registry
from energy.span import Span, midnight, to_ms
from storage.readings import ReadingStore
from storage.tables import (
    BUILDING,
    COLLECTOR,
    COMPLETENESS,
    DISTRICT,
    FINDING,
    INSTITUTION,
    NO_VALUE,
    PERIOD,
    PLACE_MONTH,
    THIS_MONTH,
    THIS_YEAR,
    TODAY,
    Table,
)
from tests.builders import MAIN_METER, registry_of

ZONE = ZoneInfo("Asia/Shanghai")
NOW = to_ms(datetime(2026, 11, 25, 12, 30, tzinfo=ZONE))
EVER = Span(0, 4_102_444_800_000)

Row = Mapping[str, object]

INSTITUTIONS = {
    "gov": ("区政府机关", "District offices"),
    "school": ("第一中学", "First Middle School"),
    "hospital": ("人民医院", "People's Hospital"),
    "library": ("市图书馆", "City Library"),
}
BUILDINGS = {
    "gov-a": ("gov", "一号办公楼", "Office 1", 45_000.0, 0.04),
    "gov-b": ("gov", "二号办公楼", "Office 2", 39_500.0, -0.08),
    "school-main": ("school", "教学楼", "Teaching block", 28_250.0, -0.02),
    "school-dorm": ("school", "学生宿舍", "Dormitory", 33_000.0, 0.01),
    "hospital-ward": ("hospital", "住院部", "Wards", 112_000.0, 0.18),
    "hospital-out": ("hospital", "门诊楼", "Outpatients", 96_500.0, 0.06),
    "library-hall": ("library", "阅览楼", "Reading hall", None, None),
}
"""Institution, names, Wh per m2 this year (None: no area), change on last year."""

MONTH_KWH = (
    410_000, 380_000, 340_000, 290_000, 300_000, 390_000,
    480_000, 490_000, 370_000, 300_000, 360_000, 420_000,
)  # fmt: skip
"""kWh of each month of last year; this year has a tenth more in every month."""


def put(store: ReadingStore, table: Table, rows: Sequence[Row], tags: dict[str, str]) -> None:
    """Write rows of a table; a tag that a row does not name is "-", a field is missing."""
    columns: dict[str, list[object]] = {"time": [row["time"] for row in rows]}
    columns |= {tag: [row.get(tag, NO_VALUE) for row in rows] for tag in table.tags}
    columns |= {field: [row.get(field) for row in rows] for field in table.field}
    frame = pd.DataFrame(columns).astype({"time": "int64"})
    store.replace(table, frame, tags=tags, span=EVER)


def fill(store: ReadingStore) -> None:
    """Fill every table that the boards read."""
    put(store, PERIOD, [*_district_rows(), *_institution_rows(), *_building_rows()], {})
    put(store, PLACE_MONTH, _month_rows(), {})
    put(store, FINDING, _finding_rows(), {})
    put(store, COMPLETENESS, _completeness_rows(), {})
    put(
        store,
        COLLECTOR,
        [
            {
                "time": NOW - 60_000, "collector": "jieneng", "received": 1_250_300,
                "stored": 1_250_000, "dead": 280, "duplicate": 20, "spooled": 0, "oldest_s": 0,
            }
        ],
        {},
    )  # fmt: skip


def registry() -> Registry:
    """Return institutions, buildings and the meters that findings name."""
    meters = {
        "gov-a-main": ("gov-a", "一号楼总表", "Office 1 main"),
        "hospital-hvac": ("hospital-out", "门诊空调", "Outpatients HVAC"),
        "library-main": ("library-hall", "阅览楼总表", "Reading hall main"),
        "school-water": ("school-main", "教学楼水表", "Teaching block water"),
    }
    return registry_of(
        *(
            replace(
                MAIN_METER, meter=name, building=building, channel=name, name_zh=zh, name_en=en,
                institution=BUILDINGS[building][0],
            )
            for name, (building, zh, en) in meters.items()
        ),
        institutions=[
            Institution(name, zh, en, "government", "north")
            for name, (zh, en) in INSTITUTIONS.items()
        ],
        buildings=[
            Building(name, institution, "north", zh, en, "A", 1000, 50)
            for name, (institution, zh, en, _, _) in BUILDINGS.items()
        ],
    )  # fmt: skip


def _start(day: date) -> int:
    return midnight(day, ZONE)


STARTS = {
    TODAY: _start(date(2026, 11, 25)),
    THIS_MONTH: _start(date(2026, 11, 1)),
    THIS_YEAR: _start(date(2026, 1, 1)),
}


def _district_rows() -> list[Row]:
    names = {"level": DISTRICT, "place": "district", "name_zh": "示范区", "name_en": "Model"}
    whole = {"covered": 1.0, "measured": 0.995}
    kwh = {TODAY: 8_000, THIS_MONTH: 330_000, THIS_YEAR: 4_125_000}
    rows: list[Row] = [
        {
            **names, **whole, "time": STARTS[period], "kind": "electricity", "period": period,
            "amount": amount * 1000, "amount_before": amount * 800, "change": 0.25,
            "cost": amount * 800_000, "coal": amount * 122_900, "co2": amount * 530_000,
        }
        for period, amount in kwh.items()
    ]  # fmt: skip
    rows += [
        {
            **names, **whole, "time": STARTS[period], "kind": "water", "period": period,
            "amount": m3 * 1000, "amount_before": m3 * 1250, "change": -0.2,
            "cost": m3 * 5_000_000,
        }
        for period, m3 in ((THIS_MONTH, 4_200), (THIS_YEAR, 52_000))
    ]  # fmt: skip
    # Gas has no year before to compare with, and heat has not begun.
    rows += [
        {
            **names, "time": STARTS[period], "kind": "gas", "period": period, "amount": m3 * 1000,
            "cost": m3 * 3_000_000, "coal": m3 * 1_330_000, "co2": m3 * 2_160_000,
            "covered": 0.96, "measured": 0.91,
        }
        for period, m3 in ((THIS_MONTH, 9_500), (THIS_YEAR, 88_000))
    ]  # fmt: skip
    return rows


def _institution_rows() -> list[Row]:
    per_area = {"gov": 42_000.0, "school": 30_500.0, "hospital": 105_000.0, "library": 61_000.0}
    change = {"gov": -0.03, "school": 0.0, "hospital": 0.125, "library": None}
    measured = {"gov": 0.998, "school": 1.0, "hospital": 0.93, "library": 0.62}
    return [
        {
            "level": INSTITUTION, "place": name, "name_zh": zh, "name_en": en,
            "institution": name, "kind": "electricity", "period": period, "time": STARTS[period],
            "amount": 1_000_000, "per_area": per_area[name], "change": change[name],
            "covered": min(1.0, measured[name] + 0.05), "measured": measured[name],
        }
        for name, (zh, en) in INSTITUTIONS.items()
        for period in (THIS_MONTH, THIS_YEAR)
    ]  # fmt: skip


def _building_rows() -> list[Row]:
    return [
        {
            "level": BUILDING, "place": name, "name_zh": zh, "name_en": en,
            "institution": institution, "kind": "electricity", "period": THIS_YEAR,
            "time": STARTS[THIS_YEAR], "amount": 1_000_000, "per_area": per_area,
            "change": change, "covered": 1.0, "measured": 0.99,
        }
        for name, (institution, zh, en, per_area, change) in BUILDINGS.items()
    ]  # fmt: skip


def _month_rows() -> list[Row]:
    names = {"level": DISTRICT, "place": "district", "kind": "electricity"}
    last_year = [
        {**names, "time": _start(date(2025, month, 1)), "amount": kwh * 1000}
        for month, kwh in enumerate(MONTH_KWH, start=1)
    ]
    this_year = [
        {**names, "time": _start(date(2026, month, 1)), "amount": kwh * 1100}
        for month, kwh in enumerate(MONTH_KWH[:10], start=1)
    ]
    now = {**names, "time": STARTS[THIS_MONTH], "amount": 330_000_000}
    return [*last_year, *this_year, now]


def _finding_rows() -> list[Row]:
    waste = (
        ("gov-a-main", "gov-a", "night_load", 86_400_000_000, "2026-03-02",
         "一号办公楼夜间平均用电 61.5 kW，是白天的 45%。",
         "Office 1 uses 61.5 kW at night, 45 % of its daytime load."),
        ("hospital-hvac", "hospital-out", "level_shift", 52_000_000_000, "2025-06-17",
         "门诊楼空调用电自 6 月起升高 18%。",
         "HVAC of Outpatients has used 18 % more since June."),
        ("library-main", "library-hall", "night_load", None, "2026-10-08",
         "阅览楼周末用电与工作日相同。",
         "Reading hall uses as much at weekends as on workdays."),
    )  # fmt: skip
    rows: list[Row] = [
        {
            **_finding_tags(meter, building, rule, "waste"),
            "time": _start(date.fromisoformat(day)),
            "sentence_zh": zh, "sentence_en": en, "since": _start(date.fromisoformat(day)),
            "until": NOW, "micro_yuan_per_year": yuan,
        }
        for meter, building, rule, yuan, day, zh, en in waste
    ]  # fmt: skip
    since = _start(date(2026, 11, 20))
    rows.append(
        {
            **_finding_tags("school-water", "school-main", "silent", "data"), "time": since,
            "sentence_zh": "教学楼水表自 11 月 20 日起没有读数。",
            "sentence_en": "Water meter of Teaching block silent since 20 November.",
            "since": since, "until": NOW,
        }
    )  # fmt: skip
    return rows


def _finding_tags(meter: str, building: str, rule: str, stream: str) -> Row:
    return {
        "fingerprint": f"{meter}/{rule}", "meter": meter, "building": building, "rule": rule,
        "stream": stream, "state": "open", "kind": "electricity",
        "institution": building.partition("-")[0],
    }  # fmt: skip


def _completeness_rows() -> list[Row]:
    return [
        {
            "time": _start(date(2026, 11, day)), "meter": f"{name}-main", "institution": name,
            "kind": "electricity", "role": "main", "expected": 96, "received": 96 - lost,
            "doubtful": 0,
        }
        for day in range(20, 25)
        for name, lost in (("gov", 0), ("school", 0), ("hospital", 4), ("library", 30))
    ]  # fmt: skip
