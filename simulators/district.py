"""A district with known truth: whole register steps of every meter at every hour edge.

In truth a main is the sum of its sub-meters and of a rest that nobody meters, exactly, in every
hour. Within an hour a register advances evenly.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

import simulators.loads
from energy.calendars import Calendar
from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.meter import MAIN, SUB, Building, Meter, Site
from energy.offers import offers
from energy.reading import GAUGE, REGISTER
from energy.registry import Registry
from energy.span import HOUR_MS
from energy.text import Text
from energy.units import base_units
from simulators.chance import generator, noise
from simulators.conditions import Conditions, conditions_of
from simulators.ground_truth import CENTI, District, TrueGauge, TrueMeter, whole_base
from simulators.load import WHOLE, Load
from simulators.plan import Plan
from simulators.replay import (
    MICRO,
    ColumnMapping,
    FileMapping,
    Replayed,
    read_columns,
    read_mapping,
    replay,
    to_steps,
)
from simulators.scenario import Scenario, Waste, check_scenario
from simulators.waste import DAY_HOURS, TrueWaste, extra_amounts, true_waste
from simulators.weather.climate import BEIJING
from simulators.weather.generator import draw_weather
from simulators.weather.weather import Weather, without_gaps

ELECTRICITY = "electricity"
_LAST_SECOND = 60
_FREEZING_F = 32


class _Builder:
    """Builds one district; what several meters share is drawn once."""

    def __init__(
        self,
        plan: Plan,
        registry: Registry,
        calendars: Mapping[str, Calendar],
        scenario: Scenario,
        count: int,
    ) -> None:
        self.plan = plan
        self.registry = registry
        self.calendars = calendars
        self.scenario = scenario
        self.count = count
        self.loads = offers(simulators.loads, "LOAD", Load)
        self.mapping: FileMapping = read_mapping(Path(plan.mapping))
        self.columns = {
            entry.meter: entry for entry in self.mapping.columns if entry.meter in registry.meter
        }
        self.times, self.numbers = read_columns(Path(plan.readings), self.mapping)
        self.wastes: list[TrueWaste] = []
        self.gauges = {
            meter.meter: self._gauge(meter) for meter in registry.meters if meter.table == GAUGE
        }
        self.conditions = {site.site: self._conditions(site) for site in registry.sites}

    def _replayed(self, entry: ColumnMapping, meter: Meter) -> Replayed:
        numbers = self.numbers[entry.column]
        known = np.flatnonzero(np.isfinite(numbers))
        if not len(known):
            problem = Text(
                f"{self.plan.readings}：列 {entry.column!r} 中没有数。",
                f"{self.plan.readings}: column {entry.column!r} holds no number.",
            )
            raise ConfigError(problem)
        inside = slice(int(known[0]), int(known[-1]) + 1)
        return replay(
            self.times[inside],
            numbers[inside],
            entry,
            site=self.registry.site[meter.site],
            origin=self.plan.origin,
            count=self.count,
            gauge=meter.table == GAUGE,
        )

    def _gauge(self, meter: Meter) -> TrueGauge:
        entry = self.columns.get(meter.meter)
        if entry is None:
            degrees = self._weather(meter.site).temperature_c
            missing = np.zeros(self.count, bool)
        else:
            moved = self._replayed(entry, meter)
            degrees, missing = moved.micro / MICRO * float(entry.scale), moved.missing
            if entry.unit == "degF":
                degrees = (degrees - _FREEZING_F) * 5 / 9
        return TrueGauge(meter, np.rint(degrees * CENTI).astype(np.int64), missing)

    def _conditions(self, site: Site) -> Conditions:
        gauge = next((g for g in self.gauges.values() if g.meter.site == site.site), None)
        weather = self._weather(site.site)
        if gauge is not None:
            degrees = without_gaps(np.where(gauge.missing, np.nan, gauge.centi / CENTI))
            weather = replace(weather, temperature_c=degrees)
        if site.calendar not in self.calendars:
            problem = Text(
                f"园区 {site.site!r} 引用的日历 {site.calendar!r} 不存在。"
                f"已有日历：{'、'.join(self.calendars)}。",
                f"Site {site.site!r} names calendar {site.calendar!r}, which is not there. "
                f"Known calendars: {', '.join(self.calendars)}.",
            )
            raise ConfigError(problem)
        return conditions_of(
            origin=self.plan.origin,
            slot_ms=HOUR_MS,
            site=site,
            calendar=self.calendars[site.calendar],
            weather=weather,
        )

    def _weather(self, site: str) -> Weather:
        return draw_weather(
            BEIJING,
            origin=self.plan.origin,
            count=self.count,
            slot_ms=HOUR_MS,
            seed=self.plan.seed,
            name=site,
        )

    def _jitter(self, meter: Meter) -> np.ndarray:
        drawn = generator(self.plan.seed, f"jitter/{meter.device}")
        return drawn.integers(0, _LAST_SECOND, self.count, dtype=np.int64)

    def _true(self, meter: Meter, edges: np.ndarray) -> TrueMeter:
        per_step = meter.base_per_step
        base = edges * per_step.numerator // per_step.denominator
        begins = self.scenario.subs_from_day * DAY_HOURS if meter.role == SUB else 0
        missing = np.zeros(self.count, bool)
        return TrueMeter(
            meter, begins, edges, np.diff(base), self._jitter(meter), missing, replayed=False
        )

    def _replay_meter(self, meter: Meter, entry: ColumnMapping) -> TrueMeter:
        moved = self._replayed(entry, meter)
        unit = base_units(kind=meter.kind, unit=entry.unit)
        cumulative = np.concatenate(([0], np.cumsum(moved.micro)))
        steps_per_micro = entry.scale * unit / MICRO / meter.base_per_step
        edges = to_steps(cumulative, steps_per_micro, meter=meter.meter)
        # The reading that ends an hour without amount is the one that is not there.
        missing = np.concatenate(([False], moved.missing[:-1]))
        base = edges * meter.base_per_step.numerator // meter.base_per_step.denominator
        jitter = np.zeros(self.count, np.int64)
        return TrueMeter(meter, 0, edges, np.diff(base), jitter, missing, replayed=True)

    def _amounts(
        self, load: Load, building: Building, name: str, wastes: Mapping[Waste, tuple[str, ...]]
    ) -> dict[str, np.ndarray]:
        """Return whole base units an hour by sub-item, waste included."""
        conditions = self.conditions[building.site]

        def draw(met: Conditions) -> dict[str, np.ndarray]:
            def factors(purpose: str, spread: float) -> np.ndarray:
                seed = self.plan.seed
                return noise(seed, f"{name}/{purpose}", self.count, spread=spread)

            return load.draw(met, building, factors)

        amounts = {
            item: np.rint(drawn).astype(np.int64) for item, drawn in draw(conditions).items()
        }
        for waste, items in wastes.items():
            mine = tuple(item for item in items if item in amounts)
            extra = extra_amounts(
                waste,
                draw,
                conditions,
                base_per_display=KINDS[load.kind].base_per_display,
                items=mine,
            )
            for item, more in extra.items():
                amounts[item] = amounts[item] + more
            total = np.sum(list(extra.values()), axis=0)
            self.wastes.append(true_waste(waste, conditions, total))
        return amounts

    def _tree(self, main: Meter, load: Load) -> Iterator[TrueMeter]:
        """Yield a main and its sub-meters; what no sub-meter sees is the rest."""
        subs = self.registry.children.get(main.meter, ())
        names = {main.meter: (), **{sub.meter: (sub.item,) for sub in subs}}
        wastes = {w: names[w.meter] for w in self.scenario.wastes if w.meter in names}
        everything = tuple(sub.item for sub in subs)
        amounts = self._amounts(
            load,
            self.registry.building[main.building],
            main.building,
            {waste: items or everything for waste, items in wastes.items()},
        )
        below = np.zeros(self.count + 1, np.int64)
        for sub in subs:
            drawn = amounts.pop(sub.item, np.zeros(self.count, np.int64))
            step = whole_base(sub)
            edges = np.concatenate(([0], np.cumsum(drawn))) // step
            below += edges * step
            yield self._true(sub, edges)
        step = whole_base(main)
        # At least one step of rest an hour: then rounding the main up never makes it negative.
        rest = np.maximum(np.sum(list(amounts.values()), axis=0), step)
        total = below + np.concatenate(([0], np.cumsum(rest)))
        yield self._true(main, -(-total // step))

    def _single(self, meter: Meter, load: Load) -> TrueMeter:
        wastes: dict[Waste, tuple[str, ...]] = {
            waste: (WHOLE,) for waste in self.scenario.wastes if waste.meter == meter.meter
        }
        building = self.registry.building[meter.building]
        amounts = self._amounts(load, building, meter.meter, wastes)
        cumulative = np.concatenate(([0], np.cumsum(amounts[WHOLE])))
        per_step = meter.base_per_step
        return self._true(meter, cumulative * per_step.denominator // per_step.numerator)

    def _load(self, meter: Meter) -> Load:
        name = self.scenario.meters.get(meter.meter, "")
        if not name and meter.kind == ELECTRICITY and meter.role == MAIN:
            name = self.scenario.buildings.get(meter.building, "")
        load = self.loads.get(name)
        if load is None or load.kind != meter.kind:
            problem = Text(
                f"计量点 {meter.meter!r} 没有数据来源：请在 {self.plan.scenario} 中为它写一个 "
                f"{meter.kind} 的负荷（已有负荷：{'、'.join(self.loads)}），"
                f"或在 {self.plan.mapping} 中写一列。",
                f"Nothing drives meter {meter.meter!r}: name a load of {meter.kind} for it in "
                f"{self.plan.scenario} (known loads: {', '.join(self.loads)}), or a column in "
                f"{self.plan.mapping}.",
            )
            raise ConfigError(problem)
        return load

    def _standing(self, meter: Meter) -> Iterator[TrueMeter]:
        """Yield a meter that stands for itself, and its sub-meters."""
        if meter.meter in self.columns:
            yield self._replay_meter(meter, self.columns[meter.meter])
        elif meter.kind == ELECTRICITY:
            yield from self._tree(meter, self._load(meter))
        else:
            yield self._single(meter, self._load(meter))

    def build(self) -> District:
        """Return the finished district."""
        standing = [m for m in self.registry.meters if m.table == REGISTER and m.role != SUB]
        built = {true.meter.meter: true for m in standing for true in self._standing(m)}
        return District(
            origin=self.plan.origin,
            count=self.count,
            seed=self.plan.seed,
            registry=self.registry,
            scenario=self.scenario,
            meters=built,
            gauges=self.gauges,
            wastes=tuple(self.wastes),
        )


def build(
    plan: Plan,
    registry: Registry,
    calendars: Mapping[str, Calendar],
    scenario: Scenario,
    *,
    hours: int,
) -> District:
    """Return the district's truth for a number of hours from the plan's origin.

    More hours never change earlier ones.

    Raises:
        ConfigError: If a meter is driven by nothing, a waste or fault has no meter, a calendar is
            missing, or the origin is not on a whole UTC hour.
    """
    if plan.origin % HOUR_MS:
        problem = Text(
            "历史必须从 UTC 整点开始：请换一个时区。",
            "The history must begin on a whole UTC hour: choose another time zone.",
        )
        raise ConfigError(problem)
    builder = _Builder(plan, registry, calendars, scenario, hours)
    check_scenario(scenario, registry, builder.columns.keys())
    return builder.build()
