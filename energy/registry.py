"""The registry as the rest of the platform sees it: one frozen snapshot.

Its truth is in the records; CSV files are its way in and out.
"""

from dataclasses import dataclass
from functools import cached_property

from energy.bills.account import AccountMeter
from energy.binding import Binding, Channel, bindings_of
from energy.body import Body, bodies_below
from energy.counting.miscounted import Miscounted, miscounted
from energy.counting.virtual import Portion, VirtualPart, in_order, portions_of
from energy.equipping import Point
from energy.instruments import Instrument
from energy.messages.mapping import MappingRow
from energy.meter import Building, Device, Institution, Meter, MeterEvent, Site
from energy.reading import GAUGE
from energy.sizes import Size


@dataclass(frozen=True)
class Registry:
    """Everything the registry files say, as one snapshot.

    Attributes:
        mappings: Rows that say how to read what no payload format knows.
        name_zh: Chinese name of the district.
        name_en: English name of the district.
        number: Rises with every change; 0 for a registry that was never stored.
        bindings: Which channel hung at which meter in the past; what hangs there now, meters say.
        bodies: What institutions report to, on two lines.
        sizes: How large buildings are from a day on; before that, buildings say.
        points: Where energy and water should be metered.
        instruments: What stands at meters, a row a certificate.
        virtual: What virtual meters are made of.
        accounts: Which meters stand on the bills of which account.
    """

    sites: tuple[Site, ...] = ()
    institutions: tuple[Institution, ...] = ()
    buildings: tuple[Building, ...] = ()
    devices: tuple[Device, ...] = ()
    meters: tuple[Meter, ...] = ()
    events: tuple[MeterEvent, ...] = ()
    name_zh: str = ""
    name_en: str = ""
    number: int = 0
    mappings: tuple[MappingRow, ...] = ()
    bindings: tuple[Binding, ...] = ()
    bodies: tuple[Body, ...] = ()
    sizes: tuple[Size, ...] = ()
    points: tuple[Point, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    virtual: tuple[VirtualPart, ...] = ()
    accounts: tuple[AccountMeter, ...] = ()

    @cached_property
    def site(self) -> dict[str, Site]:
        """Sites by name."""
        return {site.site: site for site in self.sites}

    @cached_property
    def institution(self) -> dict[str, Institution]:
        """Institutions by name."""
        return {entry.institution: entry for entry in self.institutions}

    @cached_property
    def body(self) -> dict[str, Body]:
        """Bodies by name."""
        return {entry.body: entry for entry in self.bodies}

    def reporting_to(self, body: str) -> tuple[Institution, ...]:
        """Return the institutions that report to a body or to one below it, each once."""
        names = bodies_below(self.bodies, body)
        return tuple(one for one in self.institutions if one.reports_to in names)

    def seen_by(self, body: str) -> tuple[Institution, ...]:
        """Return the institutions that a body sees and that report on the other line."""
        names = bodies_below(self.bodies, body)
        return tuple(one for one in self.institutions if one.also_in in names)

    @cached_property
    def building(self) -> dict[str, Building]:
        """Buildings by name."""
        return {entry.building: entry for entry in self.buildings}

    @cached_property
    def device(self) -> dict[str, Device]:
        """Devices by name."""
        return {entry.device: entry for entry in self.devices}

    @cached_property
    def meter(self) -> dict[str, Meter]:
        """Meters by name."""
        return {entry.meter: entry for entry in self.meters}

    @cached_property
    def channel(self) -> dict[tuple[str, str], Meter]:
        """Meters by the device and channel they hang on now."""
        return {(entry.device, entry.channel): entry for entry in self.meters}

    @cached_property
    def on_device(self) -> dict[str, tuple[Meter, ...]]:
        """Meters with amounts by the device they hang on, where they never hung on another."""
        moved = {binding.meter for binding in self.bindings}
        found: dict[str, list[Meter]] = {}
        for meter in self.meters:
            if meter.device and meter.table != GAUGE and meter.meter not in moved:
                found.setdefault(meter.device, []).append(meter)
        return {device: tuple(meters) for device, meters in found.items()}

    @cached_property
    def bound(self) -> dict[Channel, tuple[Binding, ...]]:
        """What each device channel was and is bound to, in order of time."""
        return bindings_of(self.meters, self.bindings)

    @cached_property
    def children(self) -> dict[str, tuple[Meter, ...]]:
        """Sub-meters by the name of the meter above them."""
        found: dict[str, list[Meter]] = {}
        for meter in self.meters:
            if meter.parent:
                found.setdefault(meter.parent, []).append(meter)
        return {parent: tuple(children) for parent, children in found.items()}

    @cached_property
    def portions(self) -> dict[str, tuple[Portion, ...]]:
        """What each virtual meter is made of, by its name."""
        return portions_of(self.virtual)

    @cached_property
    def miscounted(self) -> tuple[Miscounted, ...]:
        """What it counts wrongly, or perhaps: files with what is sure are refused now."""
        return tuple(miscounted(self.meter, self.virtual, self.accounts))

    @cached_property
    def virtual_order(self) -> list[str]:
        """Virtual meters so that each comes after those it is made of."""
        return in_order(self.sources)

    @cached_property
    def sources(self) -> dict[str, list[str]]:
        """What each virtual meter takes from, by its name."""
        return {
            name: list(dict.fromkeys(portion.source for portion in portions))
            for name, portions in self.portions.items()
        }

    @cached_property
    def virtual_inputs(self) -> frozenset[str]:
        """Meters that virtual meters take from."""
        return frozenset(part.source for part in self.virtual)

    def events_of(self, meter: str) -> tuple[MeterEvent, ...]:
        """Return a meter's events in order of time.

        A virtual meter has none: no instrument stands there, and its inputs have their own. Rows
        taken before such events were refused are in ``events`` and count for nothing.
        """
        return self._lives.get(meter, ())

    @cached_property
    def _lives(self) -> dict[str, tuple[MeterEvent, ...]]:
        found: dict[str, list[MeterEvent]] = {}
        for event in sorted(self.events, key=lambda event: event.time):
            if event.meter not in self.portions:
                found.setdefault(event.meter, []).append(event)
        return {meter: tuple(events) for meter, events in found.items()}
