"""Scenarios as files that a person writes: TOML in, all mistakes at once out.

Format 1 plants a story in a district that has its own registry files. Format 2 says all of it in
one file: when, under which sky, which houses, what breaks and what is wasted.
"""

import math
import tomllib
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import simulators.loads
from energy.errors import NOTHING_SIMULATED, Mistake, RegistryError
from energy.meter import Site
from energy.offers import files
from energy.text import Text
from simulators.houses.made import House
from simulators.houses.spoken import spoken_formats
from simulators.houses.uses import EXTRAS, HEATINGS, USES
from simulators.scenario import (
    BAD_EVERY_HOURS,
    CLOCK,
    FAULTS,
    MESSAGE,
    SITE,
    WASTES,
    Fault,
    Scenario,
    Waste,
)
from simulators.scenario_files.scenario_changes import change_of
from simulators.scenario_files.toml_dates import TomlDates, loaded_toml
from simulators.scenario_files.toml_mistakes import Found
from simulators.weather.climate import CLIMATES

WHAT = Text("情景文件", "scenario file")
FORMATS = (1, 2)
PAYLOAD = "own_batch"
"""What the devices of houses speak if a scenario does not say."""
INTERVALS = {"1min": 60, "5min": 300, "15min": 900, "30min": 1800, "1h": 3600}

_KEYS = {
    1: {"format", "days", "subs_from_day", "buildings", "meters", "fault", "waste", "change"},
    2: {
        "format", "name_zh", "name_en", "start", "days", "seed", "climate", "weather", "interval",
        "payload", "district", "site", "building", "buildings", "meters", "subs_from_day", "fault",
        "waste", "change", "replay",
    },
}  # fmt: skip
_FAULT = {"kind", "meter", "day", "at", "hours", "strength", "other"}
_WASTE = {"kind", "meter", "from_day", "from", "to_day", "to", "strength"}
_SITE = {"name_zh", "name_en", "timezone", "calendar", "region"}
_HOUSE = {
    "building",
    "use",
    "heating",
    "extras",
    "area_m2",
    "people",
    "count",
    "name_zh",
    "name_en",
}
_FOREVER_DAYS = 1e6


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        RegistryError: With all mistakes of the file at once.
    """
    scenario, mistakes = look_at(path)
    if mistakes:
        raise RegistryError(mistakes, WHAT, NOTHING_SIMULATED)
    return scenario


def look_at(path: Path) -> tuple[Scenario, list[Mistake]]:
    """Return what a scenario file says, and what is wrong in it: that has some value.

    Raises:
        RegistryError: If it is no TOML at all.
    """
    try:
        found = loaded_toml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = Text(f"无法读取：{error}", f"it cannot be read: {error}")
        raise RegistryError(
            [Mistake(str(path), 0, "", problem)], WHAT, NOTHING_SIMULATED
        ) from error
    reader = _Reader(path.name)
    return reader.scenario(found), reader.mistakes


class _Reader(TomlDates):
    """Reads one scenario."""

    def scenario(self, found: Found) -> Scenario:
        """Return the scenario; what is wrong has some value in it."""
        form = found.get("format")
        if form not in FORMATS:
            said = " 或 ".join(map(str, FORMATS)), " or ".join(map(str, FORMATS))
            self.wrong("format", f"必须是 {said[0]}。", f"it must be {said[1]}.")
            form = 1
        self.known(found, _KEYS[form], "")
        site = self.site(self.table(found, "site"))
        readings, mapping = self.replay(found)
        start = self.start(found)
        self.days = self.whole_number(found, "days", "", 0)
        houses = self.entries(found, "building", self.house)
        self.unique(houses)
        scenario = Scenario(
            days=self.days,
            subs_from_day=self.whole_number(found, "subs_from_day", "", 0),
            buildings=self.loads(found, "buildings"),
            meters=self.loads(found, "meters"),
            faults=self.entries(found, "fault", self.fault),
            wastes=self.entries(found, "waste", self.waste),
            changes=self.entries(found, "change", partial(change_of, self)),
            file=self.file,
            name_zh=str(found.get("name_zh", "")),
            name_en=str(found.get("name_en", "")),
            start=start,
            seed=self.whole_number(found, "seed", "", 0) if "seed" in found else None,
            climate=self.word(found, "climate", "", CLIMATES, default="beijing"),
            weather=str(found.get("weather", "")),
            readings=readings,
            mapping=mapping,
            district=str(found.get("district", "")),
            houses=houses,
            site=site,
            interval_s=INTERVALS.get(
                self.word(found, "interval", "", INTERVALS, default="15min"), 900
            ),
            payload=self.word(found, "payload", "", spoken_formats(), default=PAYLOAD),
        )
        if form == FORMATS[1]:
            self.whole(scenario)
        return scenario

    def whole(self, scenario: Scenario) -> None:
        """See that a file that stands alone says when and what."""
        if scenario.start is None and not any(one.column == "start" for one in self.mistakes):
            self.wrong(
                "start",
                "缺少：历史从哪一天开始，例如 2026-01-01。",
                "it is missing: the day on which the history begins, such as 2026-01-01.",
            )
        if scenario.days < 1:
            self.wrong("days", "至少 1 天。", "a history has at least 1 day.")
        if bool(scenario.houses) == bool(scenario.district):
            self.wrong(
                "building",
                "请写 [[building]]，或写 district（登记表文件夹），只能选一种。",
                "name either houses, as [[building]], or a folder of registry files, as district.",
            )

    def loads(self, found: Found, key: str) -> dict[str, str]:
        entry = self.table(found, key)
        return {str(name): self.word(entry, name, key, files(simulators.loads)) for name in entry}

    def replay(self, found: Found) -> tuple[str, str]:
        """Return the file of real readings and its mapping; "" where none is replayed."""
        if "replay" not in found:
            return "", ""
        entry = self.table(found, "replay")
        self.known(entry, {"file", "mapping"}, "replay")
        for key in ("file", "mapping"):
            if not isinstance(entry.get(key), str) or not entry[key]:
                self.wrong(
                    f"replay.{key}",
                    "应写一个文件名，相对于情景文件所在的文件夹。",
                    "it must name a file, beside the scenario.",
                )
        return str(entry.get("file", "")), str(entry.get("mapping", ""))

    def site(self, found: Found) -> Site:
        self.known(found, _SITE, "site")
        timezone = str(found.get("timezone", SITE.timezone))
        try:
            self.zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError):
            self.wrong(
                "site.timezone",
                f"{timezone!r} 不是时区，例如 Asia/Shanghai。",
                f"{timezone!r} is no time zone such as Asia/Shanghai.",
            )
            timezone = SITE.timezone
        return Site(
            SITE.site,
            str(found.get("name_zh", SITE.name_zh)),
            str(found.get("name_en", SITE.name_en)),
            timezone,
            str(found.get("calendar", SITE.calendar)),
            str(found.get("region", SITE.region)),
        )

    def fault(self, entry: Found, place: str) -> Fault:
        self.known(entry, _FAULT, place)
        kind = self.word(entry, "kind", place, FAULTS)
        fault = Fault(
            kind,
            str(entry.get("meter", "")),
            self.when(entry, place, ("day", "at"), 0.0),
            self.number(entry, "hours", place, 0.0),
            self.number(entry, "strength", place, 1.0, lowest=-math.inf if kind in CLOCK else 0),
            str(entry.get("other", "")),
        )
        if self.origin is not None and fault.day == self.days > 0:
            key = "at" if "at" in entry else "day"
            self.wrong(f"{place}.{key}", "历史到此已结束。", "the history ends then.")
        if kind in MESSAGE and self.origin is not None and fault.day < self.days:
            fit = math.ceil((self.days - fault.day) * 24 / BAD_EVERY_HOURS)
            if fault.strength > fit:
                self.wrong(
                    f"{place}.strength",
                    f"历史结束之前只放得下 {fit} 条，每 {BAD_EVERY_HOURS} 小时一条。",
                    f"until the history ends there is room for {fit}, one every "
                    f"{BAD_EVERY_HOURS} hours.",
                )
        return fault

    def waste(self, entry: Found, place: str) -> Waste:
        self.known(entry, _WASTE, place)
        begins = self.when(entry, place, ("from_day", "from"), 0.0)
        ends = self.when(entry, place, ("to_day", "to"), _FOREVER_DAYS)
        if ends <= begins:
            self.wrong(f"{place}.to", "结束须在开始之后。", "it must end after it begins.")
        return Waste(
            self.word(entry, "kind", place, WASTES),
            str(entry.get("meter", "")),
            begins,
            ends,
            self.number(entry, "strength", place, 0.0),
        )

    def house(self, entry: Found, place: str) -> House:
        self.known(entry, _HOUSE, place)
        name = str(entry.get("building", ""))
        if not name.replace("_", "").isalnum() or not name.isascii() or name != name.lower():
            self.wrong(
                f"{place}.building",
                f"{name!r} 不是由小写字母、数字和下划线组成的名称。",
                f"{name!r} is no name of small letters, digits and underscores.",
            )
        extras = entry.get("extras", [])
        if not isinstance(extras, list) or not set(map(str, extras)) <= set(EXTRAS):
            self.wrong(
                f"{place}.extras",
                f"{extras!r} 无法识别；可以是：{'、'.join(EXTRAS)}。",
                f"{extras!r} is not known; a list of {', '.join(EXTRAS)}.",
            )
            extras = []
        use = self.word(entry, "use", place, USES)
        return House(
            name=name,
            use=use if use in USES else next(iter(USES)),
            heating=self.word(entry, "heating", place, HEATINGS, default="district_heating"),
            extras=tuple(map(str, extras)),
            area_m2=self.demanded(entry, "area_m2", place, lowest=1),
            people=self.demanded(entry, "people", place, lowest=1),
            count=self.whole_number(entry, "count", place, 1, lowest=1),
            name_zh=str(entry.get("name_zh", name)),
            name_en=str(entry.get("name_en", name)),
        )

    def unique(self, houses: tuple[House, ...]) -> None:
        """See that no two houses, numbered ones too, are called the same."""
        seen: set[str] = set()
        for index, house in enumerate(houses, start=1):
            names = {house.name, *(name for name, _, _ in house.each())}
            if names & seen:
                self.wrong(
                    f"building[{index}].building",
                    f"{min(names & seen)!r} 出现了两次。",
                    f"{min(names & seen)!r} is there twice.",
                )
            seen |= names
