"""The registry at rest: load a snapshot, replace it whole, and say which meters that touches."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from energy.bills.account import AccountMeter
from energy.binding import Binding
from energy.body import Body
from energy.counting.virtual import VirtualPart
from energy.equipping import Point
from energy.instruments import Instrument
from energy.messages.mapping import MappingRow
from energy.meter import Building, Device, Institution, Meter, MeterEvent, Site
from energy.registry import Registry
from energy.sizes import Size
from energy.uses import OWN_GENERATION
from storage.records import audit, reporting_lines, touched, values
from storage.records.accounts import AccountMeterRow
from storage.records.instruments import InstrumentRow, PointRow
from storage.records.meters import (
    BindingRow,
    DeviceRow,
    MappingLine,
    MeterEventRow,
    MeterRow,
    VirtualPartRow,
)
from storage.records.places import BodyRow, BuildingRow, InstitutionRow, SiteRow, SizeRow
from storage.records.schema import (
    Row,
    Value,
    cells_of,
    number_of,
    raise_number,
    take_turn,
    value_of,
)

_NUMBER = "registry"
_NAME_ZH = "registry.name_zh"
_NAME_EN = "registry.name_en"
TABLES: tuple[type[Row], ...] = (
    SiteRow,
    InstitutionRow,
    BuildingRow,
    DeviceRow,
    MeterRow,
    MeterEventRow,
    MappingLine,
    BindingRow,
    BodyRow,
    SizeRow,
    PointRow,
    InstrumentRow,
    VirtualPartRow,
    AccountMeterRow,
)
"""Each after those it refers to."""

_LABELS = ("device", "channel", "resolution", "name_zh", "name_en", "use")
"""Fields of a meter that no amount and no tag of a derived table depends on."""


def number(session: Session) -> int:
    """Return the number of the registry; 0 before the first was stored."""
    return number_of(session, _NUMBER)


def load(session: Session) -> Registry:
    """Return the registry as one snapshot, everything in the order it was given."""
    take_turn(session, "registry", reading=True)
    return Registry(
        sites=_values(session, Site, SiteRow),
        institutions=_values(session, Institution, InstitutionRow),
        buildings=_values(session, Building, BuildingRow),
        devices=_values(session, Device, DeviceRow),
        meters=_values(session, Meter, MeterRow),
        events=_values(session, MeterEvent, MeterEventRow),
        mappings=_values(session, MappingRow, MappingLine),
        bindings=_values(session, Binding, BindingRow),
        bodies=_values(session, Body, BodyRow),
        sizes=_values(session, Size, SizeRow),
        points=_values(session, Point, PointRow),
        instruments=_values(session, Instrument, InstrumentRow),
        virtual=_values(session, VirtualPart, VirtualPartRow),
        accounts=_values(session, AccountMeter, AccountMeterRow),
        name_zh=values.get(session, _NAME_ZH) or "",
        name_en=values.get(session, _NAME_EN) or "",
        number=number(session),
    )


def load_to_change(session: Session) -> Registry:
    """Return the registry as ``load`` does; until this transaction ends nobody else changes it."""
    take_turn(session, "registry")
    return load(session)


def replace(session: Session, registry: Registry, *, author: str, reason: str) -> int:
    """Make the records hold this registry and return its number.

    In the same transaction: the number rises, the audit says who and why, and every meter whose
    amounts or tags change, or that is gone, is touched from its beginning. A registry equal to the
    stored one changes nothing, the number included.
    """
    take_turn(session, "registry")
    stored = load(session)
    if number(session) and _contents(stored) == _contents(registry):
        return stored.number
    for table in reversed(TABLES):
        session.execute(delete(table))
    session.expunge_all()
    _add(session, SiteRow, registry.sites)
    _add(session, InstitutionRow, registry.institutions)
    _add(session, BuildingRow, registry.buildings)
    _add(session, DeviceRow, registry.devices)
    _add(session, MeterRow, registry.meters)
    _add(session, MeterEventRow, registry.events)
    _add(session, MappingLine, registry.mappings)
    _add(session, BindingRow, registry.bindings)
    _add(session, BodyRow, registry.bodies)
    _add(session, SizeRow, registry.sizes)
    _add(session, PointRow, registry.points)
    _add(session, InstrumentRow, registry.instruments)
    _add(session, VirtualPartRow, registry.virtual)
    _add(session, AccountMeterRow, registry.accounts)
    values.put(session, _NAME_ZH, registry.name_zh)
    values.put(session, _NAME_EN, registry.name_en)
    changed = changed_meters(stored, registry)
    touched.publish(session, dict.fromkeys(changed, 0))
    new_number = raise_number(session, _NUMBER)
    detail = f"number {new_number}, {len(registry.meters)} meters, {len(changed)} touched: {reason}"
    audit.add(session, author, "registry replaced", detail, tables=TABLES)
    reporting_lines.keep(session, stored, registry, by=author)
    return new_number


def changed_meters(before: Registry, after: Registry) -> list[str]:
    """Return the meters whose amounts or tags may differ between two registries, sorted."""
    old, new = _definitions(before), _definitions(after)
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _definitions(registry: Registry) -> dict[str, object]:
    events: dict[str, list[MeterEvent]] = {}
    for event in sorted(registry.events, key=lambda event: event.time):
        events.setdefault(event.meter, []).append(event)
    found: dict[str, object] = {}
    for meter in registry.meters:
        cells = {name: cell for name, cell in cells_of(meter).items() if name not in _LABELS}
        site = registry.site[meter.site]
        clock = site.timezone, site.calendar  # gaps take their shape from like days
        made_of = registry.portions.get(meter.meter)
        makes = meter.use == OWN_GENERATION  # balances count it the other way
        found[meter.meter] = (cells, *clock, site.region, events.get(meter.meter), made_of, makes)
    return found


def _contents(registry: Registry) -> dict[str, object]:
    return {name: cell for name, cell in cells_of(registry).items() if name != "number"}


def _values(session: Session, kind: type[Value], table: type[Row]) -> tuple[Value, ...]:
    position = table.__table__.c["position"]
    return tuple(value_of(kind, row) for row in session.scalars(select(table).order_by(position)))


def _add(session: Session, table: type[Row], entries: Iterable[object]) -> None:
    rows = [{"position": place, **cells_of(entry)} for place, entry in enumerate(entries)]
    if rows:
        session.execute(insert(table), rows)
