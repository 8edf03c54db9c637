"""Why the amount of a meter is what it is: all that it stands on, and the amount again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from analytics.clock import calendar_of
from analytics.ledger.hours import CO2_SET, COAL_SET
from analytics.statements.cost.energy_alone import EnergyAlone
from analytics.why.asked import (
    Answer,
    Asked,
    compared,
    fraction,
    is_same,
    iso,
    raw_from,
    taken,
    unknown,
    verdict_of,
)
from analytics.why.failed import failed_told
from analytics.why.frozen import frozen_sheets
from analytics.why.made import OF_AMOUNT, Made, made_of_meters, made_of_readings, stated_of
from analytics.why.told import factor_told, price_told
from analytics.why.when import When, straddling, when_of
from analytics.why.worth import Worth, cost_again, emits_nothing, weight_again
from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.meter import Meter, Site
from energy.period import Stretch
from energy.reading import GAUGE
from energy.regions import COUNTRY
from energy.span import local_date
from energy.text import Text
from energy.uses import OWN_GENERATION
from energy.version import program
from storage.records import late_arrivals, touched
from storage.tables import METER_HOUR

AMOUNT, COST, COAL, CO2 = "amount", "cost", "coal", "co2"
QUANTITIES = (AMOUNT, COST, COAL, CO2)
_UNITS = {COST: "1e-6 yuan", COAL: "mgce", CO2: "mg"}


def why_meter(asked: Asked, name: str, key: str, quantity: str = "") -> Answer:
    """Return why an amount of a meter is what it is.

    Args:
        asked: Where inputs are taken from.
        name: Name of the meter.
        key: Hour, day, month, quarter, year or heating season; analytics/why/when.py.
        quantity: A word of QUANTITIES; "" for all of them.

    Raises:
        ConfigError: If there is no such meter, time or quantity, or the meter counts nothing.
    """
    meter = asked.registry.meter.get(name)
    if meter is None:
        raise unknown(Text("计量点", "meter"), name, list(asked.registry.meter))
    if meter.table == GAUGE:
        raise ConfigError(
            Text(f"{name} 是瞬时量，没有用量。", f"{name} is a gauge; it has no amount.")
        )
    if quantity and quantity not in QUANTITIES:
        raise unknown(Text("这个量", "quantity"), quantity, list(QUANTITIES))
    site = asked.registry.site[meter.site]
    when = when_of(key, site, asked.reference)
    return _Why(asked, meter, site, when).answer((quantity,) if quantity else QUANTITIES)


@dataclass(frozen=True)
class _Why:
    """One question."""

    asked: Asked
    meter: Meter
    site: Site
    when: When

    def answer(self, quantities: Sequence[str]) -> Answer:
        figures = self._frozen(quantities) if self._is_gone else self._again(quantities)
        sheets = self._sheets
        is_good = is_same(figures) and all(sheet["is_whole"] for sheet in sheets)
        span = self.when.span
        verdict = verdict_of(self.asked, span, figures, is_good=is_good, is_gone=self._is_gone)
        grounds = {} if self._is_gone else self._grounds(quantities)
        return {
            "what": "meter",
            **self._who(),
            "figures": figures,
            "verdict": verdict,
            "has_ended": self.asked.now_ms >= span.end,
            **grounds,
            "checks": failed_told(self.asked, self.meter.meter, self.when.span, self.site.timezone),
            "frozen": sheets,
            "raw_from": iso(self._raw_from) if self._raw_from else None,
            "is_removed": self._is_gone,
            "waiting": self._waiting,
            "code": program(),
            "registry": self.asked.registry.number,
        }

    def _who(self) -> Answer:
        meter, across = self.meter, straddling(self.when, self.site.zone)
        return {
            "meter": meter.meter,
            "name": {"zh": meter.name_zh, "en": meter.name_en},
            "kind": meter.kind,
            "table": meter.table,
            "institution": meter.institution,
            "unit": meter.unit,
            "step": fraction(meter.step),
            "when": self.when.key,
            "from": iso(self.when.span.start),
            "until": iso(self.when.span.end),
            "timezone": self.site.timezone,
            "straddles": None if across is None else {"zh": across.zh, "en": across.en},
        }

    @cached_property
    def _raw_from(self) -> int:
        return raw_from(self.asked)

    @property
    def _is_gone(self) -> bool:
        """Whether retention has removed the readings, or is about to."""
        return self.when.span.start < self._raw_from

    @cached_property
    def _waiting(self) -> bool:
        """Whether readings are new that the next round takes in."""
        session = self.asked.session
        return bool(touched.waiting(session) or late_arrivals.waiting(session))

    @cached_property
    def _sheets(self) -> list[Answer]:
        if not self.meter.institution:
            return []
        return frozen_sheets(
            self.asked,
            self.meter.institution,
            self.when.span,
            lambda line: self.meter.meter in line["sources"],
        )

    @cached_property
    def _stated(self) -> dict[str, int | None]:
        return stated_of(self.asked, self.when.table, self.meter.meter, self.when.span)

    def _unit(self, field: str) -> str:
        if field.endswith("_s"):
            return "s"
        return _UNITS.get(field, KINDS[self.meter.kind].base_unit)

    def _frozen(self, quantities: Sequence[str]) -> list[Answer]:
        """Return figures whose readings are gone beside the sums of the rows that make them up."""
        finer = self._finer
        return [
            taken(field, self._unit(field), self._stated[field])
            if finer is None
            else compared(field, self._unit(field), self._stated[field], finer[field])
            for field in _fields(quantities)
        ]

    @property
    def _finer(self) -> dict[str, int | None] | None:
        """What the rows say that make up the figures; None where hours are gone: days never go."""
        if self.when.finer is None:
            return None
        found = stated_of(self.asked, self.when.finer, self.meter.meter, self.when.span)
        some_are_gone = _covered(found) < _covered(self._stated)
        return None if self.when.finer is METER_HOUR and some_are_gone else found

    def _again(self, quantities: Sequence[str]) -> list[Answer]:
        again = self._made.amounts
        again |= {name: worth.total for name, worth in self._worths.items()}
        return [
            compared(field, self._unit(field), self._stated[field], again[field])
            for field in _fields(quantities)
        ]

    @cached_property
    def _made(self) -> Made:
        """What the amounts are made of: readings, or the hours of other meters."""
        if self.meter.meter in self.asked.registry.portions:
            return made_of_meters(self.asked, self.meter, self.site, self.when)
        return made_of_readings(self.asked, self.meter, self.site, self.when)

    @cached_property
    def _worths(self) -> dict[str, Worth]:
        kind, wanted, reference = self.meter.kind, self.when.span, self.asked.reference
        prices = [row for row in reference.tariffs.get(self.meter.tariff, ()) if row.kind == kind]
        coal, co2 = (reference.factors.get(name, ()) for name in (COAL_SET, CO2_SET))
        hours, region = self._made.hours, self.site.region
        return {
            COST: cost_again(
                self._made.between,
                hours,
                prices,
                kind=kind,
                site=self.site,
                calendar=calendar_of(reference, self.site),
                wanted=wanted,
            ),
            COAL: weight_again(hours, coal, kind=kind, region=region, wanted=wanted),
            CO2: emits_nothing(hours, wanted=wanted)
            if self.meter.use == OWN_GENERATION
            else weight_again(hours, co2, kind=kind, region=COUNTRY, wanted=wanted),
        }

    def _cost_is_without(self, quantities: Sequence[str]) -> Answer:
        """Return what the cost is without where its tariff asks more by the month; else nothing."""
        if COST not in quantities or self._stated[COST] is None:
            return {}
        zone, span = self.site.zone, self.when.span
        until = local_date(span.end - 1, zone) + timedelta(days=1)
        days = Stretch(local_date(span.start, zone), until)
        said = EnergyAlone(self.asked.reference).said([self.meter], days)
        return {} if said is None else {"cost_without": {"zh": said.zh, "en": said.en}}

    def _grounds(self, quantities: Sequence[str]) -> Answer:
        sources = self.asked.reference.sources
        worths = {name: self._worths[name] for name in quantities if name != AMOUNT}
        return {
            **self._made.told,
            **self._cost_is_without(quantities),
            "prices": [price_told(row, sources) for row in worths[COST].rows]
            if COST in worths
            else [],
            "factors": {
                name: [factor_told(row, sources) for row in worths[name].rows]
                for name in (COAL, CO2)
                if name in worths
            },
        }


def _fields(quantities: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in quantities:
        found += OF_AMOUNT if name == AMOUNT else [name]
    return found


def _covered(said: Mapping[str, int | None]) -> int:
    """Return the seconds of which something is said."""
    return sum(said[name] or 0 for name in ("measured_s", "estimated_s", "unresolved_s"))
