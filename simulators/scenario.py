"""A scenario: which load drives which building, and which faults and waste are planted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from energy.meter import Site
from energy.registry import Registry
from simulators.houses.made import House, registry_of

SITE = Site("site", "园区", "Site", "Asia/Shanghai", "cn", "110102")
"""Where houses stand if a scenario does not say."""

CLOCK = ("clock_drift", "clock_step", "beijing_as_utc")
"""The device's clock is wrong: what it shows stands at other times."""

INSTRUMENT = ("stuck", "silent", "ratio", "ct_change", "reversed_sign", "swapped_child", *CLOCK)
"""Faults of the instrument itself: to be found by rules; the register is right about itself."""

GATEWAY = ("half_dead_gateway",)
"""Faults of all devices behind a gateway."""

READING = (
    "rollover",
    "replacement",
    "replacement_unannounced",
    "dip",
    "zero",
    "duplicate",
    "resend",
    "out_of_order",
    "backlog",
    "outage",
    "ambiguous_wrap",
    "reset",
    "unit_slip",
    "backlog_without_times",
    "retained",
    "missing_branch",
    *GATEWAY,
)
MESSAGE = (
    "unreadable",
    "unknown_device",
    "unknown_channel",
    "not_its_device",
    "nan",
    "negative",
    "wrong_time_unit",
    "far_future",
)
BAD_EVERY_HOURS = 3
"""How long after one bad message the next is sent [h]; chosen."""
WRITTEN_DOWN = ("ct_change",)
"""Faults of INSTRUMENT that the registry tells: no amount is wrong, and nothing is to be found."""
FAULTS = (*READING, *INSTRUMENT, *MESSAGE)
DEVICE_WIDE = (
    "outage",
    "ambiguous_wrap",
    "backlog",
    "backlog_without_times",
    "out_of_order",
    "duplicate",
    "resend",
    "retained",
    *CLOCK,
)
"""Faults of all meters of a device."""
WASTES = (
    "no_setback",
    "weekend_as_workday",
    "holiday_as_workday",
    "early_start",
    "late_stop",
    "chiller_at_night",
    "lights_left_on",
    "setpoint_drift",
    "heating_and_cooling",
    "step",
    "leak",
    "fixed_speed",
    "demand_peak",
)
MEASURES = ("retrofit", "led", "setback", "insulation", "heating_curve", "pump_speed")
"""Changes that save energy: their strength is a share, 0 to 1."""
NON_ROUTINE = ("occupancy", "new_load")
"""Changes of what a building is for: whoever measures a saving must take them out."""
CHANGES = (*MEASURES, *NON_ROUTINE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault of a meter or of what is sent.

    Attributes:
        kind: One of FAULTS.
        meter: Meter it happens at; outages, backlogs, repeats and clocks take its whole device,
            faults of a GATEWAY all devices behind it.
        day: When, in days after the origin.
        hours: How long; 0 where the kind has no length, and "until the end" for INSTRUMENT and
            GATEWAY.
        strength: What the kind needs: share of the reading that a dip falls by, opening reading
            [steps] of a replacement or reset, true transformer ratio, factor of a unit slip,
            seconds (a day) that a clock is ahead, share of messages lost, number of bad messages.
        other: The meter whose channel a swapped one says; "" for the next below the same parent.
    """

    kind: str
    meter: str
    day: float
    hours: float
    strength: float
    other: str = ""


@dataclass(frozen=True, slots=True)
class Waste:
    """One planted waste of a building.

    Attributes:
        kind: One of WASTES.
        meter: The meter whose load it raises; the meters above it see it too.
        from_day: When it begins, in days after the origin.
        to_day: When it ends; after the end of the history where it goes on.
        strength: Rate [display units an hour] of a step, leak, pump of fixed speed or demand peak;
            hours of an early start or late stop; kelvin of a drift, or of heating against cooling.
    """

    kind: str
    meter: str
    from_day: float
    to_day: float
    strength: float


@dataclass(frozen=True, slots=True)
class Change:
    """One planted change of a building that is neither a fault nor waste.

    Attributes:
        kind: One of CHANGES.
        meter: The meter whose load it changes; the meters above it see it too.
        from_day: When the works begin, in days after the origin.
        done_day: When they end; until then it takes hold little by little.
        strength: Share that is saved of a measure; share of people who come on top; rate [display
            units an hour] of a new load.
    """

    kind: str
    meter: str
    from_day: float
    done_day: float
    strength: float


@dataclass(frozen=True)
class Scenario:
    """What happens in a district.

    Attributes:
        days: How long the history is at first.
        subs_from_day: Day after the origin from which sub-meters are read.
        buildings: Building to the load of its electricity.
        meters: Other meters to their load.
        faults: Planted faults.
        wastes: Planted waste.
        changes: Planted changes.
        file: Name of the file it was read from; "" for none.
        name_zh: What it is called in Chinese.
        name_en: What it is called in English.
        start: Local date on which the history begins; None for so many days before now.
        seed: Chooses every random number; None for the platform's own.
        climate: One of simulators.weather.climate.CLIMATES.
        weather: File of the weather, beside the scenario; "" for one drawn around the climate.
        readings: Wide Parquet file of real readings, beside the scenario; "" for none.
        mapping: File that says which of its columns feeds which meter; "" for none.
        district: Folder of registry files, beside the scenario; "" for one made from the houses.
        houses: Houses of a district that is made.
        site: Where they stand.
        interval_s: How often their meters are read [s].
        payload: Payload format that their devices speak.
    """

    days: int
    subs_from_day: int
    buildings: Mapping[str, str]
    meters: Mapping[str, str]
    faults: tuple[Fault, ...]
    wastes: tuple[Waste, ...]
    changes: tuple[Change, ...] = ()
    file: str = ""
    name_zh: str = ""
    name_en: str = ""
    start: date | None = None
    seed: int | None = None
    climate: str = "beijing"
    weather: str = ""
    readings: str = ""
    mapping: str = ""
    district: str = ""
    houses: tuple[House, ...] = ()
    site: Site = SITE
    interval_s: int = 900
    payload: str = "own_batch"

    @property
    def loads(self) -> dict[str, str]:
        """Meters to their load: those that the file names, and those of its houses."""
        own = {
            f"{name}_{point.suffix}": point.load
            for house in self.houses
            for name, _, _ in house.each()
            for point in house.points
            if point.load
        }
        return own | dict(self.meters)

    def registry(self) -> Registry:
        """Return the registry of its houses."""
        return registry_of(
            self.houses,
            self.site,
            interval_s=self.interval_s,
            form=self.payload,
            name_zh=self.name_zh or self.site.name_zh,
            name_en=self.name_en or self.site.name_en,
        )
