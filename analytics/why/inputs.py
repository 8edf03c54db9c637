"""What a line of a sheet is made of: days of meters, parts of bills, totals of earlier ledgers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from analytics.ledger.mains import begun_of
from analytics.statements.cost.accounts import profiles_of
from analytics.statements.cost.month import full_costs_of
from analytics.statements.figures import BILL, EARLIER, MonthCharge
from analytics.statements.own import Asked as Present
from analytics.statements.own import own_figures
from analytics.why.asked import Answer, Asked, meter_name, raw_from
from analytics.why.made import stated_of
from energy.bills.bill import Bill
from energy.meter import SETTLEMENT
from energy.period import Stretch
from energy.span import next_month
from storage.records import bases, bills, earlier_ledger
from storage.tables import METER_DAY

Line = Mapping[str, Any]
"""A line of a sheet, as analytics/statements/sheet.py writes it."""


def stretch_of(line: Line) -> Stretch:
    """Return the days of a line."""
    return Stretch(date.fromisoformat(line["from"]), date.fromisoformat(line["until"]))


def inputs_of(asked: Asked, institution: str, line: Line) -> list[Answer]:
    """Return the sources of a line, each with its amount [base units] and cost [1e-6 yuan].

    A source that is not there any more has neither.
    """
    if "generated" in line:
        alone = {key: value for key, value in line.items() if key not in ("generated", "charges")}
        bought = {key: value for key, value in line.items() if key != "generated"}
        sun = inputs_of(asked, institution, {**alone, **line["generated"]})
        return [*inputs_of(asked, institution, bought), *sun]
    if line["basis"] == BILL:
        return [_bill(asked, institution, line, name) for name in line["sources"]]
    if line["basis"] == EARLIER:
        return _earlier(asked, institution, line)
    meters = [_meter(asked, institution, line, name) for name in line["sources"]]
    return [*meters, *_charges(asked, institution, line)]


def choice_told(asked: Asked, institution: str, line: Line) -> Answer:
    """Return who chose the basis of a line, when and why; nobody where the default holds."""
    rows = [
        row
        for row in bases.every(asked.session, institution)
        if row.kind == line["kind"] and row.valid_from <= stretch_of(line).first
    ]
    if not rows:
        return {"basis": line["basis"], "chosen": None}
    row = max(rows, key=lambda one: (one.valid_from, one.entered_at))
    chosen = {
        "basis": row.basis,
        "valid_from": row.valid_from.isoformat(),
        "author": row.author,
        "reason": row.reason,
    }
    return {"basis": line["basis"], "chosen": chosen}


def sum_of(parts: Sequence[Mapping[str, Any]], name: str) -> int | None:
    """Return the sum of what is known of some parts; None where nothing is."""
    known = [one[name] for one in parts if one[name] is not None]
    return sum(known) if known else None


def counted_in(lines: Iterable[Line], stated: Mapping[str, Any]) -> list[Line]:
    """Return the lines of totals: no uses, and no earlier ledgers where those are told apart."""
    is_apart = "earlier" in stated
    whole = [line for line in lines if not line["use"]]
    return [line for line in whole if not (is_apart and line["basis"] == EARLIER)]


def _meter(asked: Asked, institution: str, line: Line, name: str) -> Answer:
    stretch = stretch_of(line)
    zone = asked.registry.site[asked.registry.institution[institution].site].zone
    said = stated_of(asked, METER_DAY, name, stretch.span(zone))
    is_month = stretch.first.day == 1 and stretch.until == next_month(stretch.first)
    key = f"{stretch.first:%Y-%m}"
    return {
        "meter": name,
        "name": meter_name(asked, name),
        "amount": said["amount"],
        "estimated": said["amount_estimated"],
        "cost": said["cost"],
        "measured_s": said["measured_s"],
        "estimated_s": said["estimated_s"],
        "unresolved_s": said["unresolved_s"],
        "why": f"jieneng why {name} {key}" if is_month else None,
        "key": key if is_month else None,
    }


def _charges(asked: Asked, institution: str, line: Line) -> list[Answer]:
    """Return what the tariff asks by the month of the meters of a line, worked out again."""
    if not line.get("charges"):
        return []
    meters = [one for one in asked.registry.meters if one.meter in line["sources"]]
    zone = asked.registry.site[asked.registry.institution[institution].site].zone
    begun = begun_of(asked.store) | begun_of(asked.store, SETTLEMENT)
    present = Present(zone, asked.now_ms, begun)
    stretch = stretch_of(line)
    if stretch.span(zone).start < raw_from(asked):  # the readings are gone; what was said stands
        said = [MonthCharge(**one) for one in line["charges"]]
        return [_charge(one) for one in said]
    costs = full_costs_of(asked.session, asked.store, asked.registry, asked.reference, institution)
    own = own_figures(asked.store, meters, [stretch], present)
    found = costs.added(own[stretch], meters, stretch, present).charges if own else ()
    return [_charge(one) for one in found]


def _charge(charge: MonthCharge) -> Answer:
    return {"charge": charge.component, "amount": None, "cost": charge.micro}


def _bill(asked: Asked, institution: str, line: Line, name: str) -> Answer:
    own = [bill for bill in bills.in_force(asked.session, institution) if bill.bill == name]
    if not own:
        return {"bill": name, "is_in_force": False, "amount": None, "cost": None}
    (bill,) = own
    before, after, whole, by = _weights(asked, bill, stretch_of(line))
    return {
        "bill": name,
        "is_in_force": True,
        "first": bill.first.isoformat(),
        "until": bill.until.isoformat(),
        "bill_amount": bill.amount,
        "bill_cost": bill.cost,
        "split": {"by": by, "before": before, "after": after, "whole": whole},
        "amount": _share(bill.amount, before, after, whole),
        "cost": _share(bill.cost, before, after, whole),
        "evidence": bill.evidence,
        "author": bill.author,
    }


def _share(total: int | None, before: int, after: int, whole: int) -> int | None:
    """Return the part of a total between two weights, the fraction cut off at each of them."""
    return None if total is None else total * after // whole - total * before // whole


def _weights(asked: Asked, bill: Bill, stretch: Stretch) -> tuple[int, int, int, str]:
    """Return the weight of a bill's days before and until the end of a stretch, and of all.

    Days weigh what the main meters used on them where all of them are known, else alike.
    """
    zone = asked.registry.site[asked.registry.institution[bill.institution].site].zone
    billed = bills.in_force(asked.session, bill.institution)
    used = profiles_of(asked.store, asked.registry, billed, [bill], zone).get(bill.bill, {})
    days = [bill.first + timedelta(days=number) for number in range(bill.days)]
    weights = [used.get(day) for day in days]
    known = [one for one in weights if one is not None and one >= 0]
    by = "profile" if len(known) == len(days) and sum(known) > 0 else "days"
    each = known if by == "profile" else [1] * len(days)
    before = sum(one for day, one in zip(days, each, strict=True) if day < stretch.first)
    after = sum(one for day, one in zip(days, each, strict=True) if day < stretch.until)
    return before, after, sum(each), by


def _earlier(asked: Asked, institution: str, line: Line) -> list[Answer]:
    return [
        {
            "earlier": total.month.isoformat(),
            "source": total.source,
            "author": total.author,
            "amount": total.amount,
            "cost": total.cost,
        }
        for total in earlier_ledger.in_force(asked.session, institution)
        if (total.kind, total.month) == (line["kind"], stretch_of(line).first)
    ]
