"""A tree of meters that balances: each shows what those below it show, and a rest nobody meters.

Everything is whole steps of registers, so the balance holds to the unit in every slot:

    meter + generation = meters below it + rest + export
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

import simulators.loads
from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.meter import CHECK, EXPORT, MAIN, SUB, Meter
from energy.offers import offers
from energy.reading import GAUGE
from energy.span import SECOND_MS
from energy.text import Text
from energy.units import base_units
from simulators.chance import generator, noise
from simulators.conditions import Conditions
from simulators.load import REST, Load
from simulators.replaying.replay import MICRO, evenly_between, to_steps
from simulators.scenario import Scenario, Waste
from simulators.trees.balance import balanced, since_origin
from simulators.trees.change import Draw, Items, changed
from simulators.trees.ground_truth import TrueMeter, whole_base
from simulators.trees.surroundings import Surroundings
from simulators.trees.waste import TrueWaste, extra_amounts, true_waste

ELECTRICITY = "electricity"
_LAST_SECOND = 60
_JITTER_SHARE = (
    3  # part of a slot in which meters are read: a minute is never read two minutes apart
)


class _Grown(NamedTuple):
    """A meter that is drawn: what it counted since the origin [base units], at each slot edge."""

    true: TrueMeter
    total: np.ndarray


class Trees:
    """Draws meters from the loads that a scenario names, or from real readings.

    Args:
        around: Weather, clocks, real readings.
        scenario: Loads and waste.

    Attributes:
        wastes: The waste that was planted in what has been drawn so far.
    """

    def __init__(self, around: Surroundings, scenario: Scenario) -> None:
        self._around = around
        self._registry = around.registry
        self._scenario = scenario
        self._grid = around.grid
        self._seed = around.plan.seed
        self._loads = offers(simulators.loads, "LOAD", Load)
        self._named_loads = scenario.loads
        self._drawn_devices = {
            meter.device
            for meter in around.registry.meters
            if meter.table != GAUGE and meter.meter not in around.columns
        }
        self.wastes: list[TrueWaste] = []

    def grow(self, top: Meter) -> Iterator[TrueMeter]:
        """Yield a meter without one above it, and all below it.

        Raises:
            ConfigError: If nothing drives one of them, or a step is no whole number of base units.
        """
        if top.meter in self._around.columns:
            yield self._replayed(top)
            return
        for grown in self._branch(top, {}):
            yield grown.true

    def _branch(self, meter: Meter, offered: Items) -> list[_Grown]:
        """Return a meter, first, and all below it; takes its sub-item out of what is offered."""
        own = self._own(meter, offered)
        children = self._registry.children.get(meter.meter, ())
        subs = [self._branch(child, own) for child in children if child.role == SUB]
        if not children and meter.role != SUB:
            return [self._single(meter, own)]
        solar = [self._single(child, self._own(child, {})) for child in children
                 if child.role == CHECK and self._named(child)]  # fmt: skip
        below = np.sum([branch[0].total for branch in subs] or [self._nothing()], axis=0)
        spent = np.sum(list(own.values()) or [self._nothing()[1:]], axis=0)
        given = np.sum([one.total for one in solar] or [self._nothing()], axis=0)
        exports = [child for child in children if child.role == EXPORT]
        more = np.diff(given) - np.diff(below) - spent
        surplus = since_origin(np.maximum(more, 0))
        sold = [self._copied(child, surplus) for child in exports]
        out = np.sum([one.total for one in sold] or [self._nothing()], axis=0)
        edges = balanced(whole_base(meter), below, spent, given=given, out=out)
        mine = _Grown(self._true(meter, edges), edges * whole_base(meter))
        checks = [
            self._copied(child, mine.total)
            for child in children
            if child.role == CHECK and not self._named(child)
        ]
        return [mine, *(one for branch in subs for one in branch), *solar, *sold, *checks]

    def _nothing(self) -> np.ndarray:
        return np.zeros(self._grid.count + 1, np.int64)

    def _copied(self, meter: Meter, total: np.ndarray) -> _Grown:
        """Return a meter that counts a total in steps of its own."""
        step = whole_base(meter)
        edges = total // step
        return _Grown(self._true(meter, edges), edges * step)

    def _single(self, meter: Meter, own: Items) -> _Grown:
        total = since_origin(np.sum(list(own.values()), axis=0))
        per_step = meter.base_per_step
        edges = total * per_step.denominator // per_step.numerator
        shown = edges * per_step.numerator // per_step.denominator
        return _Grown(self._true(meter, edges), shown)

    def _own(self, meter: Meter, offered: Items) -> Items:
        """Return what a meter's own load uses, or the sub-item that the load above has for it.

        A meter that replays real readings uses what they say, in place of both.
        """
        if meter.meter in self._around.columns:
            offered.pop(meter.item, None)
            return {meter.item: self._replayed(meter).used}
        load = self._load(meter)
        if load is not None:
            return self._amounts(load, meter)
        if meter.item and meter.item in offered:
            return {meter.item: offered.pop(meter.item)}
        if self._registry.children.get(meter.meter):
            return {}
        raise ConfigError(self._undriven(meter))

    def _named(self, meter: Meter) -> str:
        """Return the name of the load that the scenario has for a meter; "" for none."""
        name = self._named_loads.get(meter.meter, "")
        if not name and meter.kind == ELECTRICITY and meter.role == MAIN:
            name = self._scenario.buildings.get(meter.building, "")
        return name

    def _load(self, meter: Meter) -> Load | None:
        name = self._named(meter)
        load = self._loads.get(name)
        if name and (load is None or load.kind != meter.kind):
            raise ConfigError(self._undriven(meter))
        return load

    def _undriven(self, meter: Meter) -> Text:
        plan = self._around.plan
        return Text(
            f"计量点 {meter.meter!r} 没有数据来源：请在 {plan.scenario} 中为它写一个 "
            f"{meter.kind} 的负荷（已有负荷：{'、'.join(self._loads)}），"
            f"或在 {plan.mapping} 中写一列。",
            f"Nothing drives meter {meter.meter!r}: name a load of {meter.kind} for it in "
            f"{plan.scenario} (known loads: {', '.join(self._loads)}), or a column in "
            f"{plan.mapping}.",
        )

    def _amounts(self, load: Load, meter: Meter) -> Items:
        """Return whole base units a slot by sub-item, waste included."""
        building = self._registry.building[meter.building]
        name = building.building if meter.meter not in self._named_loads else meter.meter
        conditions = self._around.conditions[building.site]
        an_hour = self._grid.an_hour

        def unchanged(met: Conditions) -> Items:
            def factors(purpose: str, spread: float) -> np.ndarray:
                purpose = f"{name}/{purpose}"
                return noise(self._seed, purpose, len(met), spread=spread, an_hour=an_hour)

            drawn = load.draw(met, building, factors)
            return {item: amounts / an_hour for item, amounts in drawn.items()}

        draw = self._changed(unchanged, load, meter)
        amounts = {
            item: np.rint(drawn).astype(np.int64) for item, drawn in draw(conditions).items()
        }
        for waste, items in self._wastes(meter, amounts).items():
            extra = extra_amounts(
                waste,
                draw,
                conditions,
                base_per_display=KINDS[load.kind].base_per_display,
                items=items,
            )
            for item, more in extra.items():
                amounts[item] = amounts[item] + more
            total = np.sum(list(extra.values()), axis=0)
            self.wastes.append(true_waste(waste, conditions, total))
        return amounts

    def _changed(self, draw: Draw, load: Load, meter: Meter) -> Draw:
        """Return what a load uses with all the changes that happen to it, one after another."""
        reached: dict[str, str | None] = {
            child.meter: child.item
            for child in self._registry.children.get(meter.meter, ())
            if child.item and not self._named(child)
        }
        reached[meter.meter] = None
        for change in self._scenario.changes:
            if change.meter in reached:
                draw = changed(
                    draw,
                    change,
                    load,
                    item=reached[change.meter],
                    base_per_display=KINDS[load.kind].base_per_display,
                )
        return draw

    def _wastes(self, meter: Meter, amounts: Items) -> Mapping[Waste, tuple[str, ...]]:
        """Return the waste of a load and the sub-items it raises.

        Waste at the load's own meter raises all of them but the rest; waste at a meter below it
        that has no load of its own raises that meter's.
        """
        every = tuple(item for item in amounts if item != REST)
        children = self._registry.children.get(meter.meter, ())
        real = {child.item for child in children if child.meter in self._around.columns}
        raised = {meter.meter: tuple(item for item in every if item not in real)}
        raised |= {
            child.meter: (child.item,)
            for child in children
            if child.item in amounts and not self._named(child)
        }
        return {
            waste: raised[waste.meter] for waste in self._scenario.wastes if waste.meter in raised
        }

    def _true(self, meter: Meter, edges: np.ndarray) -> TrueMeter:
        per_step = meter.base_per_step
        base = edges * per_step.numerator // per_step.denominator
        begins = self._grid.slot(self._scenario.subs_from_day) if meter.role == SUB else 0
        if meter.meter in self._around.columns:
            real = self._replayed(meter)
            return replace(real, begins=begins, edges=edges, used=np.diff(base))
        return TrueMeter(
            meter,
            begins,
            edges,
            np.diff(base),
            self._jitter(meter.device),
            np.zeros(self._grid.count, bool),
            replayed=False,
        )

    def _replayed(self, meter: Meter) -> TrueMeter:
        entry = self._around.columns[meter.meter]
        moved = self._around.replayed(entry, meter)
        unit = base_units(kind=meter.kind, unit=entry.unit)
        cumulative = since_origin(moved.micro)
        steps_per_micro = entry.scale * unit / MICRO / meter.base_per_step
        hourly = to_steps(cumulative, steps_per_micro, meter=meter.meter)
        slots = self._grid.an_hour // moved.parts
        edges = evenly_between(hourly, slots)
        # The readings within and at the end of an hour without amount are the ones not there.
        missing = np.concatenate(([False], np.repeat(moved.missing, slots)[:-1]))
        base = edges * meter.base_per_step.numerator // meter.base_per_step.denominator
        jitter = self._jitter(meter.device)
        return TrueMeter(meter, 0, edges, np.diff(base), jitter, missing, replayed=True)

    def _jitter(self, device: str) -> np.ndarray:
        """Return how long after the start of each slot a device reads its meters [s].

        It reads all of them at once; where all of them are real, at the hours of the file.
        """
        if device not in self._drawn_devices:
            return np.zeros(self._grid.count, np.int64)
        last = min(_LAST_SECOND, self._grid.slot_ms // SECOND_MS // _JITTER_SHARE)
        drawn = generator(self._seed, f"jitter/{device}")
        return drawn.integers(0, last, self._grid.count, dtype=np.int64)
