"""A tariff in full: what an authority publishes of one user class and voltage, in one version.

Every number is an integer: prices are 1e-6 yuan, ratios and percentages 1e-6 of one. From it
follow the rows that price a minute (energy/tariffs/rows.py) and the statement of a month
(energy/bills/bill.py).
"""

from dataclasses import dataclass
from datetime import date

from energy.text import Text

ALL_YEAR = tuple(range(1, 13))
SINGLE, TWO_PART = "single", "two-part"
HOUSEHOLD, PERSON = "household", "person"
PHASES = (SINGLE, TWO_PART)
PERIODS: dict[str, Text] = {
    "critical": Text("尖峰", "critical peak"),
    "peak": Text("高峰", "peak"),
    "flat": Text("平段", "flat"),
    "valley": Text("低谷", "valley"),
    "deep_valley": Text("深谷", "deep valley"),
    "all": Text("全时段", "all day"),
}
"""Time-of-use periods and what they are called."""

CRITICAL_PRIORITY = 10
"""A critical peak outranks what it lies in unless the tariff says otherwise (facts: it may lie
outside the peak period, so that nesting decides nothing)."""


@dataclass(frozen=True, slots=True)
class DatedPrice:
    """What a component costs between two dates.

    Attributes:
        valid_from: First local date.
        valid_to: First local date no longer; date.max when open.
        micro: Period and price [1e-6 yuan per display unit]; one entry "all" for one price.
    """

    valid_from: date
    valid_to: date
    micro: tuple[tuple[str, int], ...]

    @property
    def is_one(self) -> bool:
        """Whether it is one price, whatever the period."""
        return [period for period, _ in self.micro] == ["all"]


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the price of an amount, such as agent purchase or line loss.

    Attributes:
        name: Name in rows and statements.
        zh: Chinese label.
        en: English label.
        floats: Whether its one price is multiplied by the ratio of the period.
        is_adjusted: Whether the power-factor adjustment is taken on it.
        prices: What it costs, in order of time.
    """

    name: str
    zh: str
    en: str
    floats: bool
    is_adjusted: bool
    prices: tuple[DatedPrice, ...]


@dataclass(frozen=True, slots=True)
class Season:
    """Days of every year on which a period may hold.

    Attributes:
        name: Name that periods use.
        months: Months, 1 to 12.
        days: Spans as month x 100 + day, first and last included, none over New Year; empty if
            the months say all.
    """

    name: str
    months: tuple[int, ...]
    days: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """Minutes of the day that belong to a time-of-use period.

    Attributes:
        period: Of PERIODS.
        from_minute: First minute of the local wall clock.
        to_minute: First minute no longer; 1440 is the end of the day.
        season: Name of the season; empty for the whole year.
        day_types: Of energy.tariffs.tariff.DAY_TYPES; empty for every day.
        priority: Where two cover one minute the greater wins.
    """

    period: str
    from_minute: int
    to_minute: int
    season: str = ""
    day_types: tuple[str, ...] = ()
    priority: int = 0


@dataclass(frozen=True, slots=True)
class DemandCharge:
    """The part of a two-part tariff that is paid for power, a month.

    Attributes:
        per_kw: Price of demand [1e-6 yuan/kW].
        per_kva: Price of transformer capacity [1e-6 yuan/kVA].
        window_minutes: Length of the window whose mean power is the demand.
        over_percent: Demand up to this percentage of the contracted one is paid as contracted.
        over_times: What is above it costs so many times the price.
        relief_kwh_per_kva: From so many kWh per kVA and month on demand is cheaper; 0: never.
        relief_percent: The percentage of it that is then paid.
    """

    per_kw: int
    per_kva: int
    window_minutes: int = 15
    over_percent: int = 105
    over_times: int = 2
    relief_kwh_per_kva: int = 0
    relief_percent: int = 100


@dataclass(frozen=True, slots=True)
class PowerFactorRule:
    """The adjustment by power factor (力率调整).

    Attributes:
        target: Hundredths; here nothing is added or taken off.
        steps: Least power factor [hundredths] and what is added [1e-6 of the amount, negative if
            taken off], falling; the first whose bound is reached holds. The last begins at 0.
    """

    target: int
    steps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Tiers:
    """What is added to the price as the amount of the year rises.

    Attributes:
        of_quota: Whether bounds are 1e-6 of the quota of the year; else base units a year.
        steps: Above which bound, and what is added [1e-6 yuan per display unit], rising.
        per: Of which each has these bounds, HOUSEHOLD or PERSON; "" for the account as a whole.
    """

    of_quota: bool
    steps: tuple[tuple[int, int], ...]
    per: str = ""


@dataclass(frozen=True, slots=True)
class Rounding:
    """How the authority rounds, half up.

    Attributes:
        by_component: Whether each component is rounded and the total is their sum; else the total
            alone.
        decimals: Decimals of a yuan on the bill.
        price_decimals: Decimals of a price after its ratio was applied, 6 at most.
    """

    by_component: bool = False
    decimals: int = 2
    price_decimals: int = 6


@dataclass(frozen=True, slots=True)
class Tariff:
    """One version of one tariff.

    Attributes:
        tariff: Name that meters use.
        version: Name of the version, such as 2023-09.
        kind: Kind of energy or water.
        region: Administrative division code.
        user_class: Who pays it, in words.
        voltage: Voltage class in words; empty if not electricity.
        phase: single or two-part (单一制, 两部制).
        valid_from: First local date.
        valid_to: First local date no longer; date.max when open.
        components: What an amount costs.
        periods: Minutes of the day; one entry for the whole day if there is no time of use.
        seasons: Named by periods.
        ratios: Period and ratio to the flat price [1e-6].
        demand: What power costs; None in a single-part tariff.
        power_factor: None if not adjusted.
        tiers: None if the price does not depend on the amount.
        minimum: Least yuan of a month [1e-6 yuan].
        rounding: How it is rounded.
        currency: ISO code.
        is_taxed: Whether prices include value-added tax.
        source: Where it is published.
        source_date: When.
        confidence: verified, secondary, general or example.
        confirmed_by: Who compared it with a bill; empty for nobody.
        confirmed_at: On which day; empty where that is not known.
        id: Name of the version as a row of reference data; empty for one that was stored before
            versions had names.
    """

    tariff: str
    version: str
    kind: str
    region: str
    user_class: str
    voltage: str
    phase: str
    valid_from: date
    valid_to: date
    components: tuple[Component, ...]
    periods: tuple[Period, ...]
    seasons: tuple[Season, ...]
    ratios: tuple[tuple[str, int], ...]
    demand: DemandCharge | None
    power_factor: PowerFactorRule | None
    tiers: Tiers | None
    minimum: int
    rounding: Rounding
    currency: str
    is_taxed: bool
    source: str
    source_date: date
    confidence: str
    confirmed_by: str
    confirmed_at: str = ""
    id: str = ""

    @property
    def season(self) -> dict[str, Season]:
        """The seasons by name; "" is the whole year."""
        return {"": Season("", ALL_YEAR)} | {season.name: season for season in self.seasons}
