"""What goes into the bill of a month, and what comes out of it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from energy.tariffs.tariff import TariffRow
from energy.tariffs.terms import PowerFactorRule, Tariff
from energy.text import Text

DEMAND, POWER_FACTOR, TIERS, MINIMUM = "demand", "power_factor", "tiers", "minimum"
LABELS = {
    DEMAND: Text("容（需）量电费", "demand charge"),
    POWER_FACTOR: Text("力率调整电费", "power-factor adjustment"),
    TIERS: Text("阶梯或超定额加价", "surcharge of tiers"),
    MINIMUM: Text("最低收费补足", "up to the minimum charge"),
}

NO_DEMAND = Text(
    "本月没有完整测得的需量时段，或读数比时段稀疏，容（需）量电费未计；可按容量计费。",
    "no window of the month was measured, or readings are rarer than windows, so the demand charge "
    "is left out; capacity may be paid instead.",
)
NO_CAPACITY = Text(
    "没有变压器容量，按容量的部分未计；请给出容量。",
    "the transformer capacity is not known, and what depends on it is left out; give it.",
)
NO_REACTIVE = Text(
    "没有无功电量，力率调整未计；请给出无功电量。",
    "the reactive energy is not known, so the power-factor adjustment is left out; give it.",
)
NO_QUOTA = Text(
    "没有年定额，超定额加价未计；请给出定额（bill_accounts.csv 的 quota，或 --quota）。",
    "the quota of the year is not known, so its surcharge is left out; give it (quota in "
    "bill_accounts.csv, or --quota).",
)
NO_HOUSEHOLDS = Text(
    "没有户数，阶梯加价未计；请给出户数（bill_accounts.csv 的 households，或 --households）。",
    "the number of households is not known, so the surcharge of tiers is left out; give it "
    "(households in bill_accounts.csv, or --households).",
)
NO_PERSONS = Text(
    "没有人数，阶梯加价未计；请给出人数（bill_accounts.csv 的 persons，或 --persons）。",
    "the number of persons is not known, so the surcharge of tiers is left out; give it "
    "(persons in bill_accounts.csv, or --persons).",
)
NO_ROW = Text(
    "有用量没有价格，费用未计入：",
    "an amount has no price and is left out: ",
)


class Held(NamedTuple):
    """A version of a tariff, and on how many days of the month it is in force."""

    tariff: Tariff
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthUse:
    """What a group of meters used in a month.

    Attributes:
        amounts: Rows that priced it, and how much each [base units].
        unpriced: What no row priced [base units].
        year_before: Used this year before the month, as far as it is known [base units].
        year_unknown: Months of this year before it of which not everything is known.
        old_year: What of it was used before a New Year within it [base units]; None if there is
            none.
        quota: Quota of the year [base units]; None if not known.
        households: Households behind the account; None if not known.
        persons: Persons behind the account; None if not known.
        demand_w: Greatest mean power of the tariff's window [W]; None if not known.
        contract_w: Contracted demand [W]; None if the actual demand is paid.
        capacity_va: Transformer capacity [VA]; None if not known.
        is_by_capacity: Whether capacity is paid instead of demand.
        reactive: Reactive energy [varh]; None if not known.
        power_factor: Mean power factor [hundredths], where it is said; None to compute it.
        windows: Where the demand is the least it can be: windows that were measured, and all.
        held: Versions of the tariff in force within the month, in order of time; empty for the one
            that it is billed by, on all days.
        days: Of the month; only with held.
        unused: What is known of the account and cannot be used, and why.
    """

    amounts: tuple[tuple[TariffRow, int], ...]
    unpriced: int = 0
    year_before: int = 0
    year_unknown: tuple[str, ...] = ()
    old_year: int | None = None
    quota: int | None = None
    households: int | None = None
    persons: int | None = None
    demand_w: int | None = None
    contract_w: int | None = None
    capacity_va: int | None = None
    is_by_capacity: bool = False
    reactive: int | None = None
    power_factor: int | None = None
    windows: tuple[int, int] | None = None
    held: tuple[Held, ...] = ()
    days: int = 1
    unused: tuple[Text, ...] = ()

    def versions(self, tariff: Tariff) -> tuple[Held, ...]:
        """Return the versions in force, where none is named the one that it is billed by."""
        return self.held or (Held(tariff, self.days),)

    @property
    def total(self) -> int:
        """All that was used [base units]."""
        return sum(amount for _, amount in self.amounts) + self.unpriced


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line.

    Attributes:
        component: Name of a component of the tariff, or of LABELS.
        label: What it is called.
        period: Time-of-use period; "" if it has none.
        quantity: What is multiplied [display units, kW or kVA; yuan for an adjustment].
        unit: Unit of the quantity.
        price: Price of one [1e-6 yuan]; share [1e-6] for an adjustment.
        rows: Tariff rows and sections that it was computed by.
        adjusted_by: The rule of the power factor that is taken on it; None if none is.
    """

    component: str
    label: Text
    period: str
    quantity: Fraction
    unit: str
    price: Fraction
    rows: tuple[str, ...]
    adjusted_by: PowerFactorRule | None = None

    @property
    def micro(self) -> Fraction:
        """Quantity times price, exactly [1e-6 yuan]."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Charge:
    """All lines of one component: exactly, and as it is asked [1e-6 yuan]."""

    component: str
    label: Text
    micro: Fraction
    asked: Fraction


@dataclass(frozen=True, slots=True)
class ComputedBill:
    """A month by its tariff.

    Attributes:
        lines: In the order of the tariff.
        charges: The same by component; rounded if the tariff rounds each.
        total: What is asked [1e-6 yuan].
        remainder: Exact sum of the lines less the total [1e-6 yuan].
        missing: What could not be computed, and what to give.
        least: What was computed as the least it can be, and why.
    """

    lines: tuple[BillLine, ...]
    charges: tuple[Charge, ...]
    total: int
    remainder: Fraction
    missing: tuple[Text, ...]
    least: tuple[Text, ...] = ()
