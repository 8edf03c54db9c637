"""Months that bills should tell and that no source does: they are missing, not left out.

Source: docs/methods.md, "What a meter should cover".
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from analytics.statements.figures import BILL
from analytics.statements.known_shares import HEAT
from analytics.statements.statement import Choice, Given
from energy.bills.bill import Bill
from energy.period import Stretch
from energy.uses import HEATING, OWN_GENERATION, PURCHASED

Key = tuple[str, str, Stretch]


def open_months(
    bills: Sequence[Bill],
    told: Collection[Key],
    stretches: Sequence[Stretch],
    *,
    today: date,
    may_be_heated: Callable[[Stretch], bool],
) -> list[Key]:
    """Return the months of all of a kind that are over and of which no source says anything.

    A kind is billed from its first bill on; a refund or a note begins nothing. Nobody knows
    whether the months before it are left out or another's, and months to come are not due.

    Args:
        bills: Of one institution.
        told: What bills, earlier ledgers and meters tell.
        stretches: Those of the period that is asked for.
        today: The local day; what ends after it is not over.
        may_be_heated: Whether heating is on in a stretch, or nobody knows that it is not: heat
            that is billed for heating alone, or by area, is not due outside of it.
    """
    by_kind: dict[str, list[Bill]] = {}
    for bill in bills:
        if not bill.is_note and bill.use != OWN_GENERATION:
            by_kind.setdefault(bill.kind, []).append(bill)
    found = []
    for kind, own in sorted(by_kind.items()):
        first = min(bill.first for bill in own)
        for stretch in stretches:
            is_due = first < stretch.until <= today
            if is_due and is_heating_alone(own) and not may_be_heated(stretch):
                is_due = False
            if is_due and (kind, PURCHASED, stretch) not in told:
                found.append((kind, PURCHASED, stretch))
    return found


def open_uses(
    bills: Sequence[Bill],
    given: Given,
    choice: Choice,
    *,
    today: date,
    may_be_heated: Callable[[Stretch], bool],
) -> list[Key]:
    """Return the months that are over of uses that bills tell, where they tell the whole alone.

    A use is billed from its first bill on, as a kind is. Where the signed bills of a month know all
    of the kind and not the use, the use is missing, and not nothing.

    Args:
        bills: Of one institution.
        given: What bills and others tell.
        choice: Which basis is signed.
        today: The local day; what ends after it is not over.
        may_be_heated: As of ``open_months``: heating is not due where it is off.
    """
    first: dict[tuple[str, str], date] = {}
    for bill in bills:
        if bill.use and not bill.is_note:
            subject = bill.kind, bill.use
            first[subject] = min(first.get(subject, bill.first), bill.first)
    return [
        (kind, use, stretch)
        for (kind, use), begun in sorted(first.items())
        for whole, of_all, stretch in sorted(given)
        if (whole, of_all) == (kind, PURCHASED)
        and begun < stretch.until <= today
        and (use != HEATING or may_be_heated(stretch))
        and (kind, use, stretch) not in given
        and choice(kind, use, stretch) == BILL
        and any(one.basis == BILL and one.sources for one in given[whole, of_all, stretch])
    ]


def is_heating_alone(bills: Sequence[Bill]) -> bool:
    """Tell whether bills of a kind are of heat that comes in the heating season alone."""
    return all(bill.kind == HEAT and (bill.use == HEATING or bill.amount is None) for bill in bills)
