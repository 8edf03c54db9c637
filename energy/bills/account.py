"""Accounts with suppliers: which meters stand on the bills of an account, and its contract."""

from dataclasses import dataclass
from datetime import date

from energy.period import NO_FIRST_DAY, NO_LAST_DAY, Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMeter:
    """A main meter that stands on the bills of an account.

    Attributes:
        account: Number of the account, as bills print it.
        meter: The meter.
        supplier: Who sends the bills; "" if the number alone tells.
        valid_from: First local day on which it stands there.
        valid_to: First local day on which it does no longer.
        contract_w: Contracted demand of the account [W]; None if the actual demand is paid.
        capacity_va: Transformer capacity of the account [VA]; None if bills tell it.
        quota: Quota of the account for a year [base units]; None if it has none.
        households: Households behind the account; None if its price does not depend on them.
        persons: Persons behind the account; None if its price does not depend on them.
    """

    account: str
    meter: str
    supplier: str = ""
    valid_from: date = NO_FIRST_DAY
    valid_to: date = NO_LAST_DAY
    contract_w: int | None = None
    capacity_va: int | None = None
    quota: int | None = None
    households: int | None = None
    persons: int | None = None

    def is_of(self, supplier: str, account: str) -> bool:
        """Tell whether bills of this supplier and account are meant; "" is any supplier."""
        return self.account == account and len({self.supplier, supplier} - {""}) <= 1

    def within(self, days: Stretch) -> Stretch | None:
        """Return the part of some days on which it holds; None if it holds on none of them."""
        first, until = max(days.first, self.valid_from), min(days.until, self.valid_to)
        return Stretch(first, until) if first < until else None
