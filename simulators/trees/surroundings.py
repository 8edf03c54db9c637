"""What the meters of a district share: clocks, weather, and the real readings that are replayed."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from energy.calendars import Calendar
from energy.errors import ConfigError
from energy.meter import Meter, Site
from energy.reading import GAUGE
from energy.registry import Registry
from energy.span import HOUR_MS
from energy.text import Text
from simulators.conditions import Conditions, conditions_of
from simulators.plan import Plan
from simulators.replaying.real_readings import RealMeters
from simulators.replaying.replay import MICRO, Replayed, replay
from simulators.replaying.replay_file import coarser
from simulators.replaying.replay_mapping import ColumnMapping
from simulators.scenario import Scenario
from simulators.trees.ground_truth import CENTI, TrueGauge
from simulators.weather.climate import CLIMATES
from simulators.weather.files import read_weather
from simulators.weather.generator import draw_weather
from simulators.weather.weather import Weather, without_gaps

_FREEZING_F = 32


class Surroundings:
    """Drawn and read once for all meters.

    Args:
        plan: The history.
        registry: Sites and meters.
        calendars: Workdays by name.
        scenario: Under which sky.
        real: Real readings that are replayed.
        hours: How long the history is built.

    Attributes:
        columns: Meter to the column of real readings that feeds it.
        gauges: Gauges by name.
        conditions: Site to what its buildings meet.

    Raises:
        ConfigError: If a calendar or a column is not there, or the weather begins too late.
        RegistryError: If the weather file holds mistakes.
    """

    def __init__(
        self,
        plan: Plan,
        registry: Registry,
        calendars: Mapping[str, Calendar],
        scenario: Scenario,
        real: RealMeters,
        *,
        hours: int,
    ) -> None:
        self.plan = plan
        self.registry = registry
        self.hours = hours
        self.grid = plan.grid(hours)
        self._calendars = calendars
        self._climate = CLIMATES[scenario.climate]
        self._weather_file = Path(plan.scenario).parent / scenario.weather
        self._is_read = bool(scenario.weather)
        self.columns = real.columns
        self._real = real.readings
        self.gauges = {
            meter.meter: self._gauge(meter) for meter in registry.meters if meter.table == GAUGE
        }
        self.conditions = {site.site: self._conditions(site) for site in registry.sites}

    def replayed(self, entry: ColumnMapping, meter: Meter) -> Replayed:
        """Return the real amounts that feed a meter, of each hour of the history or part of it.

        The parts are the shortest that both the file and the slots of the history have.
        """
        gauge = meter.table == GAUGE
        parts = math.gcd(HOUR_MS // self._real.step_ms, self.grid.an_hour)
        times, numbers = coarser(self._real, entry.column, width_ms=HOUR_MS // parts, gauge=gauge)
        known = np.flatnonzero(np.isfinite(numbers))
        if not len(known):
            problem = Text(
                f"{self.plan.readings}：列 {entry.column!r} 中没有完整的小时。",
                f"{self.plan.readings}: column {entry.column!r} holds no whole hour.",
            )
            raise ConfigError(problem)
        inside = slice(int(known[0]), int(known[-1]) + 1)
        return replay(
            times[inside],
            numbers[inside],
            entry,
            site=self.registry.site[meter.site],
            origin=self.plan.origin,
            count=self.hours,
            parts=parts,
            gauge=gauge,
        )

    def _gauge(self, meter: Meter) -> TrueGauge:
        entry = self.columns.get(meter.meter)
        if entry is None:
            degrees = self._weather(self.registry.site[meter.site]).temperature_c
            missing = np.zeros(self.grid.count, bool)
        else:
            moved = self.replayed(entry, meter)
            slots = self.grid.an_hour // moved.parts
            degrees = np.repeat(moved.micro / MICRO * float(entry.scale), slots)
            missing = np.repeat(moved.missing, slots)
            if entry.unit == "degF":
                degrees = (degrees - _FREEZING_F) * 5 / 9
        return TrueGauge(meter, np.rint(degrees * CENTI).astype(np.int64), missing)

    def _conditions(self, site: Site) -> Conditions:
        gauge = next((g for g in self.gauges.values() if g.meter.site == site.site), None)
        weather = self._weather(site)
        if gauge is not None:
            degrees = without_gaps(np.where(gauge.missing, np.nan, gauge.centi / CENTI))
            weather = replace(weather, temperature_c=degrees)
        if site.calendar not in self._calendars:
            problem = Text(
                f"园区 {site.site!r} 引用的日历 {site.calendar!r} 不存在。"
                f"已有日历：{'、'.join(self._calendars)}。",
                f"Site {site.site!r} names calendar {site.calendar!r}, which is not there. "
                f"Known calendars: {', '.join(self._calendars)}.",
            )
            raise ConfigError(problem)
        return conditions_of(
            origin=self.plan.origin,
            slot_ms=self.grid.slot_ms,
            site=site,
            calendar=self._calendars[site.calendar],
            weather=weather,
        )

    def _weather(self, site: Site) -> Weather:
        grid = self.grid
        if not self._is_read:
            return draw_weather(
                self._climate,
                origin=grid.origin,
                count=grid.count,
                slot_ms=grid.slot_ms,
                seed=self.plan.seed,
                name=site.site,
            )
        file = read_weather(self._weather_file, site.zone)
        try:
            return file.on(origin=grid.origin, count=grid.count, slot_ms=grid.slot_ms)
        except ValueError as error:
            problem = Text(
                f"{self._weather_file} 的天气晚于历史的开始。",
                f"The weather of {self._weather_file} begins after the history does.",
            )
            raise ConfigError(problem) from error
