"""Meters, the devices behind them, their life, and the places they stand in."""

from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from energy.errors import UnitError
from energy.kinds import KINDS, QUANTITIES
from energy.reading import GAUGE
from energy.span import HOUR_MS, SECOND_MS
from energy.text import Text
from energy.units import base_units

MAIN = "main"
SUB = "sub"
CHECK = "check"
EXPORT = "export"
SETTLEMENT = "settlement"
ROLES = (MAIN, SUB, CHECK, EXPORT, SETTLEMENT)

UP, NET, VOLATILE = "", "net", "volatile"
COUNTS = (UP, NET, VOLATILE)
"""How a register counts: up, and through its end to 0; both ways; up, and from 0 again whenever it
loses its power."""

ON_TIME_INTERVALS = 2
ON_TIME_MS = 600_000
"""A reading is on time within two intervals or ten minutes of its time; chosen: gateways batch."""

REPLACEMENT = "replacement"
RATIO = "ratio"
RESET = "reset"
REMOVED = "removed"
INSTALLED = "installed"
EVENTS = (REPLACEMENT, RATIO, RESET, REMOVED, INSTALLED)


@dataclass(frozen=True, slots=True)
class Site:
    """A piece of ground with one clock, one weather and one set of tariffs.

    Attributes:
        site: Name in tags.
        name_zh: Chinese name.
        name_en: English name.
        timezone: IANA name of the wall clock, such as Asia/Shanghai.
        calendar: Name of the calendar in reference/calendars (workdays and holidays).
        region: Administrative division code (GB/T 2260), chooses factors.
    """

    site: str
    name_zh: str
    name_en: str
    timezone: str
    calendar: str
    region: str

    @property
    def zone(self) -> ZoneInfo:
        """The wall clock."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Institution:
    """A public institution that keeps and signs a ledger.

    Attributes:
        institution: Name in tags.
        name_zh: Chinese name.
        name_en: English name.
        category: government, school, hospital, library, ... (class of the statistics system).
        site: The site it reports from.
        reports_to: The body it reports to, on one line; "" where that is not said.
        also_in: A body of the other line that only sees it; "" for none.
    """

    institution: str
    name_zh: str
    name_en: str
    category: str
    site: str
    reports_to: str = ""
    also_in: str = ""


@dataclass(frozen=True, slots=True)
class Building:
    """A building of an institution.

    Attributes:
        building: Name in tags.
        institution: Whose it is.
        site: Where it stands.
        name_zh: Chinese name.
        name_en: English name.
        building_class: Letter of the building class of the 15-character code (A office ...).
        area_m2: Floor area [m2]; 0 when not known, which is never shown as an intensity.
        people: People who use it (用能人数); 0 when not known.
        serial: Its number in the 15-character code, 1 to 999; 0 when it has none.
    """

    building: str
    institution: str
    site: str
    name_zh: str
    name_en: str
    building_class: str
    area_m2: int
    people: int
    serial: int = 0


@dataclass(frozen=True, slots=True)
class Device:
    """What speaks MQTT: one or more meters hang on its channels.

    Attributes:
        device: Name in topics.
        gateway: The gateway it must arrive through in batch messages; empty when it speaks itself.
        format: Name of the payload format (a file of ``formats/``).
        topic: Topic it publishes on, where the format does not derive it from the name.
        time_unit: "s" or "ms" for formats with a bare number as time.
        timezone: Zone of the device's clock where its format sends local time; "UTC" otherwise.
    """

    device: str
    gateway: str
    format: str
    topic: str
    time_unit: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Meter:
    """One metering point and the register behind it.

    Attributes:
        meter: Name in tags.
        building: Where what it counts is used.
        site: Its clock and tariff.
        institution: Whose ledger it belongs to.
        kind: A name of energy/kinds.py: a kind (electricity ...) or a quantity (temperature ...).
        table: register, interval or gauge.
        role: main (settles a building), sub (part of a main), check (never summed), export.
        parent: The meter above it in the tree; empty for a main.
        item: Sub-item (分项) such as B HVAC, B1 its plant, B1A chilled-water pumps; "" for all.
        device: Device it hangs on now; what hung there before is a Binding.
        channel: Name of its value in the device's messages.
        unit: Unit the device speaks.
        step: The register's own step in that unit, exact.
        resolution: The finest step the device sends, in that unit, exact.
        digits: Width of the register: it wraps at 10**digits steps.
        ratio: CT x PT ratio that multiplies amounts, exact.
        max_rate: Greatest plausible rate [display units an hour], for the cap of an advance.
        interval_s: Nominal time between readings [s].
        tariff: Name of the tariff; empty when it costs nothing by itself.
        name_zh: Chinese name.
        name_en: English name.
        use: What its energy is for, a word of energy.uses.USES; "" where no form asks for it.
        counts: How its register counts, a word of COUNTS.
    """

    meter: str
    building: str
    site: str
    institution: str
    kind: str
    table: str
    role: str
    parent: str
    item: str
    device: str
    channel: str
    unit: str
    step: Fraction
    resolution: Fraction
    digits: int
    ratio: Fraction
    max_rate: Fraction
    interval_s: int
    tariff: str
    name_zh: str
    name_en: str
    use: str = ""
    counts: str = UP

    @property
    def modulus(self) -> int:
        """Steps at which the register starts again from 0."""
        return int(10**self.digits)

    @property
    def base_per_step(self) -> Fraction:
        """Base units of the kind in one step of the register, the ratio included, exactly.

        Raises:
            UnitError: If the meter is a gauge: an instant has no amount.
        """
        if self.table == GAUGE:
            problem = Text(
                f"{self.meter} 是瞬时量（gauge），没有用量。",
                f"{self.meter} is a gauge; it has no amount.",
            )
            raise UnitError(problem)
        return self.step * base_units(kind=self.kind, unit=self.unit) * self.ratio

    @property
    def base_per_hour_max(self) -> Fraction:
        """Greatest plausible advance of an hour in base units."""
        return self.max_rate * KINDS[self.kind].base_per_display

    @property
    def on_time_ms(self) -> int:
        """Most milliseconds between a reading's time and its arrival for it to count as on time."""
        return max(ON_TIME_INTERVALS * self.interval_s * SECOND_MS, ON_TIME_MS)

    @property
    def base_per_interval_max(self) -> int:
        """Greatest plausible amount of a nominal interval in base units, rounded up."""
        return -int(-self.base_per_hour_max * self.interval_s * SECOND_MS // HOUR_MS)

    @property
    def display_unit(self) -> str:
        """Unit that people read."""
        if self.kind in QUANTITIES:
            return QUANTITIES[self.kind].unit
        return KINDS[self.kind].display_unit


@dataclass(frozen=True, slots=True)
class MeterEvent:
    """A dated event in a meter's life.

    Attributes:
        meter: Whose.
        time: When [ms since 1970 UTC].
        event: One of EVENTS; energy/life.py says what each of them does.
        closing: What was shown right before it [steps of the meter]; None if nobody wrote it down.
        opening: What was shown right after it [steps of the meter]; None if nobody wrote it down.
        digits: Width of the new register; None where the register stays.
        author: Who entered it.
        reason: Why.
        evidence: Name of a file or document that shows it; may be empty.
        ratio: CT x PT ratio from then on; None if it stays.
        step: The new register's own step in the meter's unit; None if it stays.
        max_rate: Greatest plausible rate from then on; None if it stays.
    """

    meter: str
    time: int
    event: str
    closing: int | None
    opening: int | None
    digits: int | None
    author: str
    reason: str
    evidence: str = ""
    ratio: Fraction | None = None
    step: Fraction | None = None
    max_rate: Fraction | None = None
