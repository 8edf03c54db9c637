"""What tiers are counted by, in words: the year before a bill, and each thing it is known by."""

from collections.abc import Iterator

from analytics.ledger.month_bill import MonthBill
from analytics.ledger.year_before import BILLED, EARLIER, GIVEN, METERED, PARTLY
from energy.kinds import KINDS
from energy.text import Text

_BY = {
    GIVEN: Text("给定", "as given"),
    BILLED: Text("账单", "bills"),
    METERED: Text("计量表", "these meters"),
    EARLIER: Text("历史台账", "earlier ledger"),
    PARTLY: Text("不完整", "not all of it known"),
}


def year_said(found: MonthBill) -> Iterator[Text]:
    """Yield what was used this year before a month and by what it is known, if tiers ask for it."""
    if found.tariff.tiers is None or not found.year.by:
        return
    kind = KINDS[found.tariff.kind]
    amount = f"{found.year.amount / kind.base_per_display:,.3f} {kind.display_unit}"
    parts = [
        (name, ", ".join(months))
        for by, name in _BY.items()
        if (months := found.year.by.get(by)) is not None
    ]
    zh = "；".join(f"{name.zh} {months}".strip() for name, months in parts)
    en = "; ".join(f"{name.en} {months}".strip() for name, months in parts)
    anew = Text("", "")
    if found.use.old_year is not None:
        anew = Text(
            "；账单期跨年，元旦起重新累计", "; they begin anew at the New Year within the bill"
        )
    yield (
        Text(
            f"阶梯按年累计，本年此前用量 {amount}（{zh}）",
            f"Tiers are counted over the year; used this year before: {amount} ({en})",
        )
        + anew
    )
