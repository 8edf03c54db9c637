"""A scenario: which load drives which building, and which faults and waste are planted."""

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from energy.errors import ConfigError, Mistake, RegistryError
from energy.registry import Registry
from energy.text import Text

FORMAT = 1
WHAT = Text("情景文件", "scenario file")

INSTRUMENT = ("stuck", "silent", "ratio")
"""Faults of the instrument itself: to be found by rules; the register is right about itself."""

READING = (
    "rollover",
    "replacement",
    "replacement_unannounced",
    "dip",
    "zero",
    "duplicate",
    "resend",
    "out_of_order",
    "backlog",
    "outage",
    "ambiguous_wrap",
)
MESSAGE = (
    "unreadable",
    "unknown_device",
    "unknown_channel",
    "not_its_device",
    "nan",
    "negative",
    "wrong_time_unit",
    "far_future",
)
FAULTS = (*READING, *INSTRUMENT, *MESSAGE)
WASTES = ("no_setback", "weekend_as_workday", "step", "leak")


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault of a meter or of what is sent.

    Attributes:
        kind: One of FAULTS.
        meter: Meter it happens at; outages, backlogs and repeats take its whole device.
        day: When, in days after the origin.
        hours: How long; 0 where the kind has no length, and "until the end" for INSTRUMENT.
        strength: What the kind needs: share of the reading that a dip falls by, opening reading
            [steps] of a replacement, true transformer ratio, number of bad messages.
    """

    kind: str
    meter: str
    day: float
    hours: float
    strength: float


@dataclass(frozen=True, slots=True)
class Waste:
    """One planted waste of a building.

    Attributes:
        kind: One of WASTES.
        meter: The meter whose load it raises; the meters above it see it too.
        from_day: When it begins, in days after the origin.
        to_day: When it ends; after the end of the history where it goes on.
        strength: Added amount [display units an hour] of a step or leak; 0 otherwise.
    """

    kind: str
    meter: str
    from_day: float
    to_day: float
    strength: float


@dataclass(frozen=True)
class Scenario:
    """What happens in a district.

    Attributes:
        days: How long the history is at first.
        subs_from_day: Day after the origin from which sub-meters are read.
        buildings: Building to the load of its electricity.
        meters: Other meters to their load.
        faults: Planted faults.
        wastes: Planted waste.
    """

    days: int
    subs_from_day: int
    buildings: Mapping[str, str]
    meters: Mapping[str, str]
    faults: tuple[Fault, ...]
    wastes: tuple[Waste, ...]


Entry = TypeVar("Entry")
_FOREVER_DAYS = 1e6


class _Reader:
    """Collects every mistake of a file, so that one pass mends them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []

    def number(self, entry: Mapping[str, Any], key: str, place: str, default: float) -> float:
        found = entry.get(key, default)
        if isinstance(found, bool) or not isinstance(found, int | float) or found < 0:
            problem = Text(
                f"{found!r} 不是不小于 0 的数。", f"{found!r} is not a number of at least 0."
            )
            self.mistakes.append(Mistake(self.file, 0, f"{place}.{key}".lstrip("."), problem))
            return default
        return float(found)

    def word(self, entry: Mapping[str, Any], key: str, place: str, allowed: tuple[str, ...]) -> str:
        found = str(entry.get(key, ""))
        if allowed and found not in allowed:
            problem = Text(
                f"{found!r} 无法识别；可以是：{'、'.join(allowed)}。",
                f"{found!r} is not known; it may be {', '.join(allowed)}.",
            )
            self.mistakes.append(Mistake(self.file, 0, f"{place}.{key}".lstrip("."), problem))
        return found

    def fault(self, entry: Mapping[str, Any], place: str) -> Fault:
        return Fault(
            self.word(entry, "kind", place, FAULTS),
            str(entry.get("meter", "")),
            self.number(entry, "day", place, 0.0),
            self.number(entry, "hours", place, 0.0),
            self.number(entry, "strength", place, 1.0),
        )

    def waste(self, entry: Mapping[str, Any], place: str) -> Waste:
        return Waste(
            self.word(entry, "kind", place, WASTES),
            str(entry.get("meter", "")),
            self.number(entry, "from_day", place, 0.0),
            self.number(entry, "to_day", place, _FOREVER_DAYS),
            self.number(entry, "strength", place, 0.0),
        )


def _entries(
    found: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any], str], Entry]
) -> tuple[Entry, ...]:
    rows = found.get(key, [])
    return tuple(read(entry, f"{key}[{index}]") for index, entry in enumerate(rows, start=1))


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        RegistryError: With all mistakes of the file at once.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        problem = Text(f"无法读取：{error}", f"it cannot be read: {error}")
        raise RegistryError([Mistake(str(path), 0, "", problem)], WHAT) from error
    reader = _Reader(path.name)
    if found.get("format") != FORMAT:
        problem = Text(f"必须是 {FORMAT}。", f"it must be {FORMAT}.")
        reader.mistakes.append(Mistake(path.name, 0, "format", problem))
    scenario = Scenario(
        days=int(reader.number(found, "days", "", 0)),
        subs_from_day=int(reader.number(found, "subs_from_day", "", 0)),
        buildings={str(key): str(name) for key, name in found.get("buildings", {}).items()},
        meters={str(key): str(name) for key, name in found.get("meters", {}).items()},
        faults=_entries(found, "fault", reader.fault),
        wastes=_entries(found, "waste", reader.waste),
    )
    if reader.mistakes:
        raise RegistryError(reader.mistakes, WHAT)
    return scenario


def check_scenario(scenario: Scenario, registry: Registry, replayed: Collection[str]) -> None:
    """Refuse faults and waste that cannot be planted.

    Args:
        scenario: What is to be planted.
        registry: The meters there are.
        replayed: Meters that replay real readings.

    Raises:
        ConfigError: With all of them.
    """
    planted = [(fault.kind, fault.meter) for fault in scenario.faults]
    planted += [(waste.kind, waste.meter) for waste in scenario.wastes]
    wrong = [
        Text(f"{kind}：没有计量点 {meter!r}", f"{kind}: there is no meter {meter!r}")
        for kind, meter in planted
        if meter not in registry.meter
    ]
    wrong += [
        Text(
            f"{waste.kind}：{waste.meter!r} 回放真实读数，其中不能植入浪费",
            f"{waste.kind}: {waste.meter!r} replays real readings, which carry no planted waste",
        )
        for waste in scenario.wastes
        if waste.meter in replayed
    ]
    if wrong:
        told = [Text("情景无法植入：", "The scenario cannot be planted:"), *wrong]
        zh = "\n  ".join(text.zh for text in told)
        en = "\n  ".join(text.en for text in told)
        raise ConfigError(Text(zh, en))
