"""What any place used in any period: a meter, a sub-item, a building, an institution, a body."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analytics.closing.building import statement_of_building
from analytics.closing.period import period_for
from analytics.closing.sheet import Drafter
from analytics.closing.signed_beside import SignedSheets
from analytics.ledger.mains import away_of, begun_of
from analytics.statements.amounts import (
    Amount,
    amounts_of_lines,
    amounts_of_sum,
    with_own_generation,
)
from analytics.statements.cost.energy_alone import EnergyAlone
from analytics.statements.figures import OWN, Figure
from analytics.statements.items import items_of
from analytics.statements.lines import Line, line_of
from analytics.statements.overdue import overdue_of
from analytics.statements.own import Asked, own_figures
from analytics.statements.sums import members_of, sum_of
from analytics.statements.virtual_part import note_of_part
from analytics.statements.weights import Terms
from energy.errors import ClosingError, ConfigError
from energy.item_code import code_of, is_within
from energy.kinds import KINDS
from energy.meter import MAIN, SUB, Building, Institution, Meter
from energy.period import Period, Stretch
from energy.reading import GAUGE
from energy.registry import Registry
from energy.text import Text
from storage.tables import DISTRICT

METER, BUILDING, INSTITUTION, BODY = "meter", "building", "institution", "body"
LEVELS = (METER, BUILDING, INSTITUTION, BODY, DISTRICT)


@dataclass(frozen=True)
class Told:
    """What a place used in a period.

    Attributes:
        level: A word of LEVELS.
        place: Its name.
        name: What people call it.
        period: For when; None for several institutions, whose heating seasons may differ.
        amounts: Kinds in order, their uses after them.
        items: Sub-items and the rest, kinds in order.
        institutions: Whose they are, where they are of several.
        silent: Those of them of which nothing at all is known, or not when the period is.
        is_view: Whether the institutions report on the other line.
    """

    level: str
    place: str
    name: Text
    period: Period | None
    amounts: Sequence[Amount]
    items: Sequence[Amount] = ()
    institutions: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    is_view: bool = False


@dataclass(frozen=True)
class Teller:
    """Tells what places used in one period.

    Attributes:
        drafter: Makes statements.
        key: Of the period, such as 2026-Q2.
    """

    drafter: Drafter
    key: str

    @property
    def _registry(self) -> Registry:
        return self.drafter.registry

    @property
    def _signed(self) -> SignedSheets:
        return SignedSheets(self.drafter.session, self._registry, self.drafter.reference)

    def told(self, level: str, place: str, *, item: str = "", view: bool = False) -> Told:
        """Return what a place used.

        Args:
            level: A word of LEVELS.
            place: Its name.
            item: This sub-item and its children alone; "" for all.
            view: Institutions that a body sees on the other line, and not those that report to it.

        Raises:
            ClosingError: If the period is not known.
            ConfigError: If the place has no amounts, no sub-items or no view.
        """
        if item and level not in (BUILDING, INSTITUTION):
            raise ConfigError(
                Text("只有建筑和机构有分项。", "Only buildings and institutions have sub-items.")
            )
        if view and level != BODY:
            raise ConfigError(Text("只有上报单位有视图。", "Only bodies have a view."))
        if level == METER:
            return self._meter(self._registry.meter[place])
        if level == BUILDING:
            told = self._building(self._registry.building[place])
        elif level == INSTITUTION:
            told = self._institution(self._registry.institution[place])
        else:
            return self._several(level, place, view=view)
        return _of_item(told, item) if item else told

    def _meter(self, meter: Meter) -> Told:
        if meter.table == GAUGE:
            zh, en = "是瞬时量（gauge），没有用量。", "is a gauge; it has no amount."
            raise ConfigError(Text(f"{meter.meter} {zh}", f"{meter.meter} {en}"))
        period = self._period(meter.institution)
        asked = self._asked(meter.site, meter.role)
        stretches = list(period.stretches())
        figures = own_figures(self.drafter.store, [meter], stretches, asked)
        terms = self._terms(meter.site, meter.institution)
        costs = EnergyAlone(self.drafter.reference)
        figures = {one: costs.added(figures[one], [meter], one, asked) for one in figures}
        lines = [_line(meter.kind, meter.use, one, figures[one], terms) for one in figures]
        part = note_of_part(
            self.drafter.store,
            self._registry,
            meter,
            Stretch(period.first, period.until).span(asked.zone),
        )
        if part is not None and lines:
            lines[-1] = replace(lines[-1], notes=(*lines[-1].notes, part))
        name = Text(meter.name_zh, meter.name_en)
        building = self._registry.building[meter.building]
        amounts = [self._coded(building, one, meter.item) for one in self._added(lines)]
        return Told(METER, meter.meter, name, period, amounts)

    def _building(self, building: Building) -> Told:
        alone, said = statement_of_building(self.drafter, building, self.key)
        own, period = alone.meters, said.period
        name = Text(building.name_zh, building.name_en)
        amounts = [
            one if one.use else self._coded(building, one, "") for one in self._added(said.lines)
        ]
        items = [
            one if one.is_rest else self._coded(building, one, one.item)
            for one in self._items(own, period, building.site, building.institution)
        ]
        items = with_own_generation(items, amounts)
        return Told(BUILDING, building.building, name, period, amounts, items)

    def _coded(self, building: Building, amount: Amount, item: str) -> Amount:
        code = code_of(
            division=self._registry.site[building.site].region,
            building_class=building.building_class,
            serial=building.serial,
            energy_class=KINDS[amount.kind].item_code,
            item=item,
        )
        return replace(amount, code=code)

    def _institution(self, whose: Institution) -> Told:
        said = self.drafter.draft(whose.institution, self.key)
        own = [one for one in self._registry.meters if one.institution == whose.institution]
        items = self._items(own, said.period, whose.site, whose.institution)
        name = Text(whose.name_zh, whose.name_en)
        amounts = self._added(self._signed.beside(said))
        items = with_own_generation(items, amounts)
        return Told(INSTITUTION, whose.institution, name, said.period, amounts, items)

    def _several(self, level: str, place: str, *, view: bool) -> Told:
        registry = self._registry
        named = registry if level == DISTRICT else registry.body[place]
        asked = members_of(registry, place, is_view=view)
        dated = self._dated(asked)
        drafts = [self.drafter.draft(one.institution, self.key) for one in dated]
        total, method = sum_of(place, drafts, is_view=view), self.drafter.choices.method
        undated = {one.institution for one in asked} - {one.institution for one in dated}
        return Told(
            level,
            place,
            Text(named.name_zh, named.name_en),
            None,
            self._signed.noted(amounts_of_sum(total, method=method), drafts, method=method),
            institutions=tuple(sorted({*total.institutions, *undated})),
            silent=tuple(sorted({*total.silent, *undated})),
            is_view=total.is_view,
        )

    def _dated(self, asked: Sequence[Institution]) -> list[Institution]:
        """Return those of which it is known when the period is: heating seasons differ by region.

        Raises:
            ClosingError: If it is known of none.
        """
        found, errors = [], []
        for one in asked:
            try:
                self._period(one.institution)
            except ClosingError as error:
                errors.append(error)
            else:
                found.append(one)
        if errors and not found:
            raise errors[0]
        return found

    def _items(self, own: Sequence[Meter], period: Period, site: str, whose: str) -> list[Amount]:
        asked, terms = self._asked(site, MAIN, SUB), self._terms(site, whose)
        found = []
        costs = EnergyAlone(self.drafter.reference)
        for one in items_of(self.drafter.store, self._registry, own, period, asked):
            made_of = [self._registry.meter[name] for name in one.figure.sources]
            lines = [
                _line(one.kind, "", stretch, costs.added(figure, made_of, stretch, asked), terms)
                for stretch, figure in one.figures.items()
            ]
            (amount,) = self._added(lines, one.item)
            found.append(replace(amount, is_rest=not one.item))
        return found

    def _period(self, institution: str) -> Period:
        return period_for(self._registry, self.drafter.reference, institution, self.key)

    def _asked(self, site: str, *roles: str) -> Asked:
        begun: dict[str, int] = {}
        for role in roles:
            begun |= begun_of(self.drafter.store, role)
        zone = self._registry.site[site].zone
        overdue = overdue_of(self._registry, self.drafter.reference.instruments.types)
        away = away_of(self._registry)
        return Asked(zone, self.drafter.now_ms, begun, overdue=overdue, away=away)

    def _added(self, lines: Iterable[Line], item: str = "") -> list[Amount]:
        return amounts_of_lines(lines, item=item, method=self.drafter.choices.method)

    def _terms(self, site: str, whose: str) -> Terms:
        region = self._registry.site[site].region
        return self.drafter.choices.terms(self.drafter.reference, region, whose)


def _line(kind: str, use: str, stretch: Stretch, figure: Figure, terms: Terms) -> Line:
    return line_of(kind, use, stretch, {OWN: figure}, basis=OWN, terms=terms)


def _of_item(told: Told, item: str) -> Told:
    """Return a sub-item of a place and its children alone.

    Raises:
        ConfigError: If no meter of the place has it.
    """
    found = [one for one in told.items if one.item and is_within(one.item, item)]
    if not found:
        known = dict.fromkeys(one.item for one in told.items if one.item)
        zh, en = "、".join(known) or "（无）", ", ".join(known) or "none"
        raise ConfigError(
            Text(
                f"{told.place} 没有分项 {item!r} 的用量；已有：{zh}。",
                f"{told.place} has no amounts of the sub-item {item!r}; it has: {en}.",
            )
        )
    return replace(told, amounts=(), items=found)
