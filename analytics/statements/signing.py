"""From the records to what a statement is given: bills, earlier ledgers, and the basis signed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from analytics.ledger.mains import away_of, begun_of
from analytics.statements.cost.accounts import profiles_of
from analytics.statements.cost.month import FullCosts
from analytics.statements.ended_accounts import with_ended
from analytics.statements.figures import SETTLEMENT, Figure
from analytics.statements.given import choice_of, given_of
from analytics.statements.leaning import NOTHING, Leaning
from analytics.statements.open_months import open_months, open_uses
from analytics.statements.own import Asked, own_figures
from analytics.statements.statement import Choice, Given
from energy.instruments import Overdue
from energy.meter import MAIN, Institution, Meter
from energy.meter import SETTLEMENT as SUPPLIERS
from energy.period import Period, Stretch
from energy.registry import Registry
from energy.span import local_date
from storage.readings import ReadingStore
from storage.records import bases, bills, earlier_ledger
from storage.records.session import Session


class Signing(NamedTuple):
    """What a statement needs beside the own meters.

    Attributes:
        given: What bills and earlier ledgers say.
        choice: Which basis is signed.
    """

    given: Given
    choice: Choice


def signing_of(
    session: Session,
    store: ReadingStore,
    registry: Registry,
    institution: Institution,
    period: Period,
    *,
    now_ms: int,
    leaning: Leaning = NOTHING,
    monthly: FullCosts | None = None,
    overdue: Mapping[str, Overdue] = MappingProxyType({}),
) -> Signing:
    """Return what records and settlement meters say of an institution for a period.

    Args:
        session: Of the records.
        store: Days of meters.
        registry: The registry in force.
        institution: Whose.
        period: For when.
        now_ms: The present [ms].
        leaning: Tells which rows of reference data a cost leans on, and when there is heating.
        monthly: Adds to the cost of settlement meters what their tariff asks by the month; None
            where nobody asks.
        overdue: When the verification at meters was overdue, by their names.
    """
    name, zone = institution.institution, registry.site[institution.site].zone
    mains = mains_of(registry, name)
    billed = bills.in_force(session, name)
    meets = [bill for bill in billed if bill.first < period.until and period.first < bill.until]
    begun = _begun(store, mains, zone)
    given = given_of(
        billed,
        earlier_ledger.in_force(session, name),
        list(period.stretches()),
        profiles=profiles_of(store, registry, billed, meets, zone),
        begun=begun,
    )
    may_be_heated = partial(leaning.may_be_heated, registry.site[institution.site].region)
    own = {meter.meter for meter in registry.meters if meter.institution == name}
    rows = [row for row in registry.accounts if row.meter in own]
    given = with_ended(given, billed, rows, may_be_heated)
    asked = Asked(zone, now_ms, {}, overdue=overdue, leaning=leaning)
    settled = _settled(store, registry, name, period, asked, monthly=monthly)
    given = {
        key: [*given.get(key, ()), *settled.get(key, ())] for key in sorted({*given, *settled})
    }
    today = local_date(now_ms, zone)
    missing = open_months(
        [bill for bill in billed if bill.kind not in mains],  # of mains each month has a line
        given,
        list(period.stretches()),
        today=today,
        may_be_heated=may_be_heated,
    )
    given |= {key: [] for key in missing}
    choice = choice_of(bases.every(session, name), given, metered=set(mains), begun=begun)
    uses = open_uses(billed, given, choice, today=today, may_be_heated=may_be_heated)
    given |= {key: [] for key in uses}
    return Signing(given, choice)


def _settled(
    store: ReadingStore,
    registry: Registry,
    institution: str,
    period: Period,
    asked: Asked,
    *,
    monthly: FullCosts | None,
) -> dict[tuple[str, str, Stretch], list[Figure]]:
    """Return what the suppliers' meters at the boundary say, and what that costs in full."""
    begun = begun_of(store, SUPPLIERS)
    asked = asked._replace(begun=begun, away=away_of(registry))
    found = {}
    for kind, meters in mains_of(registry, institution, SUPPLIERS).items():
        heard = any(meter.meter in begun for meter in meters)
        stretches = list(period.stretches()) if heard else []
        figures = own_figures(store, meters, stretches, asked)
        for stretch, energy in figures.items():
            cost = energy if monthly is None else monthly.added(energy, meters, stretch, asked)
            found[kind, "", stretch] = [replace(cost, basis=SETTLEMENT)]
    return found


def mains_of(registry: Registry, institution: str, role: str = MAIN) -> dict[str, list[Meter]]:
    """Return the main meters of an institution by kind, or those of another role."""
    found: dict[str, list[Meter]] = {}
    for meter in registry.meters:
        if meter.institution == institution and meter.role == role:
            found.setdefault(meter.kind, []).append(meter)
    return found


def metered_since(store: ReadingStore, registry: Registry) -> dict[tuple[str, str], date]:
    """Return institution and kind to the first day of the month that own meters began in."""
    return {
        (one.institution, kind): day
        for one in registry.institutions
        for kind, day in _begun(
            store, mains_of(registry, one.institution), registry.site[one.site].zone
        ).items()
    }


def _begun(
    store: ReadingStore, mains: Mapping[str, Sequence[Meter]], zone: ZoneInfo
) -> dict[str, date]:
    """Return the first day of the month in which the mains of each kind were first heard."""
    heard = begun_of(store)
    found = {}
    for kind, meters in mains.items():
        times = [heard[meter.meter] for meter in meters if meter.meter in heard]
        if times:
            found[kind] = local_date(min(times), zone)
    return found
