"""Which column means what: long form has one reading a row, wide form one column a meter."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from energy.errors import ConfigError
from energy.registry import Registry
from energy.text import Text
from jieneng.imports.sheet import Sheet, mistake

ROLES: Mapping[str, Collection[str]] = {
    "meter": ("meter", "meter_id", "表号", "表计", "仪表", "计量点", "电表", "电表号"),
    "device": ("device", "device_id", "采集设备", "设备", "终端"),
    "channel": ("channel", "通道"),
    "time": (
        "time", "timestamp", "datetime", "date", "时间", "时刻", "日期", "日期时间", "采集时间",
        "抄表时间", "抄表日期", "数据时间",
    ),
    "value": ("value", "reading", "读数", "数值", "示数", "表底", "表底数", "抄见数"),
    "unit": ("unit", "单位"),
}  # fmt: skip
"""What a column may be, and the names it is known by; the first is the word of --columns."""


@dataclass(frozen=True)
class Layout:
    """Places of the columns in a row.

    Attributes:
        time: The time.
        value: The value, in long form; None in wide form.
        names: In long form, what names the meter: its name, or device and channel.
        unit: The unit, in long form where there is one.
        series: In wide form, place of a column and name of its meter.
    """

    time: int
    value: int | None = None
    names: tuple[int, ...] = ()
    unit: int | None = None
    series: tuple[tuple[int, str], ...] = ()


def named_columns(options: Sequence[str]) -> dict[str, str]:
    """Return column to what --columns says that it is.

    Raises:
        ConfigError: If one is not of the form NAME=COLUMN.
    """
    found: dict[str, str] = {}
    for option in options:
        name, sign, column = option.partition("=")
        if not sign or not name.strip() or not column.strip():
            problem = Text(
                f"--columns {option!r} 应写成 名称=列名，例如 time=采集时刻。",
                f"--columns {option!r} is written NAME=COLUMN, such as time=采集时刻.",
            )
            raise ConfigError(problem)
        found[column.strip()] = name.strip()
    return found


def layout_of(
    sheet: Sheet, registry: Registry, *, named: Mapping[str, str], ignored: Collection[str]
) -> Layout:
    """Return which column means what.

    Args:
        sheet: Its heading is looked at.
        registry: Names the meters.
        named: Column to a role or the name of a meter, as a person says it.
        ignored: Columns that mean nothing to us.

    Raises:
        RegistryError: If that cannot be told; nothing is guessed.
    """
    for column in (*named, *ignored):
        if column not in sheet.heading:
            listed = "、".join(sheet.heading), ", ".join(sheet.heading)
            problem = Text(
                f"没有列 {column!r}；已有：{listed[0]}。",
                f"there is no column {column!r}: {listed[1]}.",
            )
            raise mistake(sheet.file, problem, row=0)
    places = _places(sheet, named, ignored)
    if "time" not in places:
        raise _missing(sheet, "time")
    if "value" in places:
        names = ("meter",) if "meter" in places else ("device", "channel")
        if not set(names) <= set(places):
            raise _missing(sheet, "meter")
        return Layout(
            time=places["time"],
            value=places["value"],
            names=tuple(places[name] for name in names),
            unit=places.get("unit"),
        )
    return Layout(time=places["time"], series=_series(sheet, registry, places, named, ignored))


def _places(sheet: Sheet, named: Mapping[str, str], ignored: Collection[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, column in enumerate(sheet.heading):
        role = _role(column, named)
        if column in ignored or role not in ROLES:
            continue
        if role in places:
            other = sheet.heading[places[role]]
            problem = Text(
                f"{other!r} 和 {column!r} 都可能是 {role}；请用 --columns {role}=列名 指明，"
                "另一列用 --ignore 略过。",
                f"both {other!r} and {column!r} may be the {role}; say which with "
                f"--columns {role}=COLUMN, and pass over the other with --ignore.",
            )
            raise mistake(sheet.file, problem, row=0)
        places[role] = place
    return places


def _role(column: str, named: Mapping[str, str]) -> str:
    """Return what a column is: a role, or a name that is none; what a person says comes first."""
    if column in named:
        return named[column]
    known = (role for role, names in ROLES.items() if column.lower() in names)
    role = next(known, "")
    return "" if role in named.values() else role


def _series(
    sheet: Sheet,
    registry: Registry,
    places: Mapping[str, int],
    named: Mapping[str, str],
    ignored: Collection[str],
) -> tuple[tuple[int, str], ...]:
    series = [
        (place, named.get(column, column))
        for place, column in enumerate(sheet.heading)
        if column not in ignored and place not in places.values()
    ]
    names = [name for _, name in series]
    if not any(name in registry.meter for name in names):
        problem = Text(
            "既没有读数列（value、读数……），也没有以登记表中的计量点命名的列；"
            "请用 --columns value=列名 或 --columns 计量点=列名 指明。",
            "it has neither a column of values (value, reading ...) nor one that is named like a "
            "meter of the registry; name it with --columns value=COLUMN or --columns METER=COLUMN.",
        )
        raise mistake(sheet.file, problem, row=0)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        problem = Text(f"列 {twice!r} 出现了不止一次。", f"column {twice!r} is there twice.")
        raise mistake(sheet.file, problem, row=0)
    return tuple(series)


def _missing(sheet: Sheet, role: str) -> Exception:
    known = "、".join(ROLES[role]), ", ".join(ROLES[role])
    heading = "、".join(sheet.heading), ", ".join(sheet.heading)
    problem = Text(
        f"没有列 {role}（{known[0]}）；列名有：{heading[0]}。请用 --columns {role}=列名 指明。",
        f"no column is the {role} ({known[1]}); the columns are {heading[1]}. "
        f"Name it with --columns {role}=COLUMN.",
    )
    return mistake(sheet.file, problem, row=0)


def told(sheet: Sheet, layout: Layout) -> Text:
    """Return how the columns are understood, one line."""
    if layout.value is None:
        count, time = len(layout.series), sheet.heading[layout.time]
        return Text(
            f"宽表：时间列 {time!r}，{count} 个计量点各占一列",
            f"wide form: time in {time!r}, {count} columns of meters",
        )
    names = ("meter",) if len(layout.names) == 1 else ("device", "channel")
    places = dict(zip(names, layout.names, strict=True))
    places |= {"time": layout.time, "value": layout.value}
    if layout.unit is not None:
        places["unit"] = layout.unit
    parts = [f"{role} {sheet.heading[place]!r}" for role, place in places.items()]
    return Text(f"长表：{'，'.join(parts)}", f"long form: {', '.join(parts)}")
