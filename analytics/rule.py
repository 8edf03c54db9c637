"""What a rule is, and what it looks at: one meter's measured hours on its wall clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analytics.clock import Clock
from analytics.clock_error import ClockError
from analytics.hours import Hours
from energy.finding import Finding, Stream
from energy.kinds import KINDS
from energy.meter import Meter

YEAR_HOURS = 8760
RECENT_DAYS = 430
Z80 = 1.2816
"""Half of an 80 % interval in standard deviations of a normal distribution."""


@dataclass(frozen=True)
class Evidence:
    """Everything a rule may know of one meter.

    Attributes:
        meter: The meter.
        category: Category of its institution (government, school, hospital, ...).
        clock: The hours looked at.
        amount: Measured amount of each hour [base units]; NaN where the hour was not measured from
            end to end: missing is not zero, and what was allocated over a gap is no evidence.
            Shape (n,).
        price: Price of each hour [1e-6 yuan per base unit]; NaN where no price is known.
            Shape (n,).
        newest: Time of the newest raw reading [ms]; None when none ever came.
        now: The present [ms].
        main: Amounts of the meter above it, of the same kind, like ``amount``; None without one.
        siblings: Amounts of the other sub-meters under that meter and of what else feeds them, by
            name, like ``amount``.
        temperature: Outdoor temperature of the site [degC], NaN where unknown; None without one.
        clock_error: How far its clock is from the right time; None when nobody can tell.
        timezone: Wall clock of the site, an IANA name.
        is_there: Whether an instrument stands there now, which was neither removed nor is yet to
            be installed.
    """

    meter: Meter
    category: str
    clock: Clock
    amount: np.ndarray
    price: np.ndarray
    newest: int | None
    now: int
    main: np.ndarray | None = None
    siblings: Mapping[str, np.ndarray] = field(default_factory=dict)
    temperature: np.ndarray | None = None
    clock_error: ClockError | None = None
    timezone: str = "UTC"
    is_there: bool = True

    @property
    def last_word(self) -> int | None:
        """When its newest reading came, or where that is on time when it was taken [ms]."""
        if self.clock_error is None or not self.clock_error.behind_ms:
            return self.newest
        return self.clock_error.end

    @cached_property
    def hours(self) -> Hours:
        """Its hours beside what is usual: what ``analytics.sound`` is asked about."""
        return Hours(self.amount, self.clock, float(self.meter.base_per_step))

    @cached_property
    def recent(self) -> Hours:
        """Those of the newest RECENT_DAYS: a year, and what the season before it needs."""
        return self.hours.last(days=RECENT_DAYS)

    @property
    def per_display(self) -> int:
        """Base units in one unit that people read."""
        return KINDS[self.meter.kind].base_per_display

    @property
    def unit(self) -> str:
        """Unit that people read."""
        return self.meter.display_unit

    @property
    def rate_unit(self) -> str:
        """Unit of an amount an hour: kW for electricity."""
        return "kW" if self.unit == "kWh" else f"{self.unit}/h"

    def coverage(self, *, from_day: int) -> float:
        """Return the share of the hours from a day on that were measured."""
        hours = self.clock.day >= from_day
        return float(np.isfinite(self.amount[hours]).mean()) if hours.any() else 0.0

    def micro_yuan(self, base: float, *, hours: np.ndarray) -> int | None:
        """Return what an amount costs at the mean price of some hours; None without a price.

        Args:
            base: Amount [base units], spread evenly over the hours.
            hours: Hours it is used in, bool. Shape (n,).
        """
        prices = self.price[hours]
        known = prices[np.isfinite(prices)]
        return round(base * float(known.mean())) if len(known) else None


@dataclass(frozen=True, slots=True)
class Threshold:
    """One number a rule decides by.

    Attributes:
        name: What it limits.
        value: The number.
        unit: Its unit; "1" for a share.
        reason: Where it comes from, or why it was chosen.
    """

    name: str
    value: float
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class Code:
    """Why a rule concludes nothing of a meter.

    Attributes:
        name: Named code, such as few_days.
        zh: One sentence in Chinese.
        en: The same in English.
    """

    name: str
    zh: str
    en: str


@dataclass(frozen=True)
class Rule:
    """One kind of waste, or of fault of data.

    Attributes:
        name: The file's own name.
        version: Rises when the rule says something else of the same data.
        label_zh: What it finds, in Chinese.
        label_en: The same in English.
        stream: Waste or data.
        thresholds: Every number it decides by.
        needs: One sentence: which data it must have.
        disproof: What would disprove its findings on site.
        codes: Every code its gate may answer.
        gate: Evidence to the name of the code that forbids a conclusion; "" when it may look.
        look: Evidence that passed the gate to findings; at most one for each fingerprint.
        memory_days: How far back its conclusion leans [d]: what it still sees that long after
            somebody called the cause fixed, is not fixed. Four weeks, the longest window of ours,
            where a rule says nothing else.
    """

    name: str
    version: int
    label_zh: str
    label_en: str
    stream: Stream
    thresholds: tuple[Threshold, ...]
    needs: str
    disproof: str
    codes: tuple[Code, ...]
    gate: Callable[[Evidence], str]
    look: Callable[[Evidence], list[Finding]]
    memory_days: int = 28

    def threshold(self, name: str) -> float:
        """Return one of its numbers by name."""
        return next(entry.value for entry in self.thresholds if entry.name == name)
