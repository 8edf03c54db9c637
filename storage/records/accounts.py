"""Rows of the accounts with suppliers."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.schema import BIG_KEY, NAME, Row


class AccountMeterRow(Row):
    """A meter on an account; columns as in energy.bills.account.AccountMeter."""

    __tablename__ = "account_meters"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    position: Mapped[int]
    account: Mapped[str]
    meter: Mapped[str] = mapped_column(NAME, ForeignKey("meters.meter"))
    supplier: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    contract_w: Mapped[int | None]
    capacity_va: Mapped[int | None]
    quota: Mapped[int | None]
    households: Mapped[int | None]
    persons: Mapped[int | None]
