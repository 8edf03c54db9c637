"""Bills of suppliers, and how one that crosses the end of a month is split, exactly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.period import Stretch
from energy.span import next_month
from energy.text import Text

BY_PROFILE = Text("跨月账单按计量曲线拆分", "a bill over a month end, split by the meters' profile")
BY_DAYS = Text("跨月账单按天数拆分", "a bill over a month end, split by days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What a supplier asks for some days.

    Attributes:
        bill: Its name, such as the number printed on it.
        institution: Who pays.
        kind: A word of energy.kinds.
        use: A word of analytics.statements.figures.USES; "" for all of the kind.
        supplier: Who sent it.
        account: Number of the account with the supplier; "" if it has one account only.
        first: First local day it covers.
        until: First day after it.
        amount: Base units; None if it names none, as a bill for heat by area; below zero for a note
            that takes back what other bills counted.
        cost: 1e-6 yuan; below zero for a refund.
        price: 1e-6 yuan per display unit, if it is printed.
        demand_w: Greatest demand billed [W], if it is printed.
        power_factor: As printed, such as 93/100.
        capacity_va: Contract capacity [VA], if it is printed.
        reactive: Reactive energy [varh], if it is printed.
        evidence: SHA-256 of a file, or its name; "" for none.
        author: Who entered it.
        entered_at: When [ms].
    """

    bill: str
    institution: str
    kind: str
    first: date
    until: date
    amount: int | None
    cost: int
    use: str = ""
    supplier: str = ""
    account: str = ""
    price: int | None = None
    demand_w: int | None = None
    power_factor: Fraction | None = None
    capacity_va: int | None = None
    reactive: int | None = None
    evidence: str = ""
    author: str = ""
    entered_at: int = 0

    def __post_init__(self) -> None:
        """Refuse a bill that cannot be.

        Raises:
            ConfigError: If its kind is not known, it covers no day, or lacks an amount.
        """
        problem = _problem(self)
        if problem is not None:
            raise ConfigError(Text(f"账单 {self.bill}：", f"Bill {self.bill}: ") + problem)

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.until - self.first).days

    @property
    def last(self) -> date:
        """Last day it covers."""
        return self.until - timedelta(days=1)

    @property
    def account_key(self) -> tuple[str, str, str, str, str]:
        """What tells accounts apart as far as the bills name them."""
        return *self.subject, self.supplier, self.account

    @property
    def subject(self) -> tuple[str, str, str]:
        """Whose bill it is, and for what."""
        return self.institution, self.kind, self.use

    @property
    def is_note(self) -> bool:
        """Whether it corrects other bills of its days: a refund, or a note with less than nothing.

        It adds to what they say and covers no day by itself.
        """
        if self.amount is None or self.amount == 0:
            return self.cost < 0
        return self.amount < 0

    def overlaps(self, other: "Bill") -> bool:
        """Return whether another bill of the same account covers one of its days.

        A bill that names no supplier is of the one that another names. A note may be of any days.
        """
        return self._may_repeat(other) and self.account == other.account

    def shares_account(self, other: "Bill") -> bool:
        """Return whether another bill, of whichever days, is of the same account."""
        suppliers = {self.supplier, other.supplier} - {""}
        is_same = (self.subject, self.account) == (other.subject, other.account)
        return is_same and len(suppliers) <= 1

    def is_like(self, other: "Bill") -> bool:
        """Return whether another bill covers one of its days, and one of both names no account.

        It may be the same bill, entered twice; or another account, which nobody can tell.
        """
        return (
            self._may_repeat(other)
            and self.account != other.account
            and "" in (self.account, other.account)
        )

    def _may_repeat(self, other: "Bill") -> bool:
        meets = self.first < other.until and other.first < self.until
        suppliers = {self.supplier, other.supplier} - {""}
        if self.is_note or other.is_note:
            return False
        return meets and self.subject == other.subject and len(suppliers) <= 1


def _problem(bill: Bill) -> Text | None:
    if bill.kind not in KINDS:
        known = ", ".join(KINDS)
        return Text(f"未知能源品种 {bill.kind!r}；已知：{known}。",
                    f"the kind {bill.kind!r} is not known; known: {known}.")  # fmt: skip
    if bill.until <= bill.first:
        return Text("结束日期早于开始日期。", "its last day is before its first.")
    if bill.amount is None and bill.kind != "heat":
        return Text("没有用量；只有按面积计费的热力可以留空；只退金额时用量写 0。",
                    "it names no amount; only heat billed by area may leave it blank. Of a refund "
                    "of money alone write 0.")  # fmt: skip
    return None


@dataclass(frozen=True, slots=True)
class Part:
    """What of a bill falls into one month.

    Attributes:
        bill: Which bill.
        stretch: Days of one month.
        amount: Base units; None if the bill names none.
        cost: 1e-6 yuan.
        note: How it was split; None for a bill within one month.
    """

    bill: Bill
    stretch: Stretch
    amount: int | None
    cost: int
    note: Text | None


def parts_of(bill: Bill, profile: Mapping[date, int | None] | None = None) -> list[Part]:
    """Return a bill by months; amounts and costs of the parts add up to the bill exactly.

    Args:
        bill: What is split.
        profile: As for part_within.
    """
    parts = (part_within(bill, one, profile) for one in _stretches(bill.first, bill.until))
    return [part for part in parts if part is not None]


def part_within(
    bill: Bill, stretch: Stretch, profile: Mapping[date, int | None] | None = None
) -> Part | None:
    """Return what of a bill falls into a stretch of days; None if it covers none of them.

    Parts of stretches that follow each other add up to the bill exactly.

    Args:
        bill: What is split.
        stretch: Any days.
        profile: Local day to what the institution's meters of the kind used [base units]; None
            where a day is not known. It is followed only if every day of the bill is known and
            something was used; else the days count alike.
    """
    first, until = max(bill.first, stretch.first), min(bill.until, stretch.until)
    if first >= until:
        return None
    weights, note = _weights(bill, profile or {})
    whole = sum(weights)
    before = sum(weights[: (first - bill.first).days])
    after = sum(weights[: (until - bill.first).days])
    return Part(
        bill,
        Stretch(first, until),
        None if bill.amount is None else _share(bill.amount, before, after, whole),
        _share(bill.cost, before, after, whole),
        note if (first, until) != (bill.first, bill.until) else None,
    )


def _stretches(first: date, until: date) -> Iterator[Stretch]:
    while first < until:
        end = min(next_month(first.replace(day=1)), until)
        yield Stretch(first, end)
        first = end


def _weights(bill: Bill, profile: Mapping[date, int | None]) -> tuple[list[int], Text]:
    """Return a weight for each day of a bill, and what they are."""
    days = [profile.get(bill.first + timedelta(days=day)) for day in range(bill.days)]
    known = [day for day in days if day is not None and day >= 0]
    if len(known) == bill.days and sum(known) > 0:
        return known, BY_PROFILE
    return [1] * bill.days, BY_DAYS


def _share(total: int, before: int, after: int, whole: int) -> int:
    """Return a share of a total; the cumulative is floored, so that nothing is lost between."""
    return total * after // whole - total * before // whole
