"""The effects of a change, each made alone; what is left is the rest.

Source: docs/methods.md, "Change explained".
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from statistics import median

import numpy as np

from analytics.statements.figures import METERED
from analytics.statements.year_on_year import words, words_of_charges
from analytics.statements.year_on_year.change import (
    CALENDAR,
    EFFECTS,
    PRICE,
    QUALITY,
    REST,
    SIZE,
    WEATHER,
    Effect,
    Side,
    Split,
)
from analytics.statements.year_on_year.weather import (
    COOLING,
    HEATING,
    Day,
    least_running,
    lines_on,
    running,
)
from energy.kinds import KINDS
from energy.sizes import AREA, HEATED_AREA, PEOPLE
from energy.text import Text

SIZE_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "electricity": (AREA,),
    "gas": (AREA,),
    "heat": (HEATED_AREA, AREA),
    "cold": (AREA,),
    "steam": (AREA,),
    "water": (PEOPLE,),
}
"""What an amount is in proportion to, the first that is known on both sides; chosen: elasticity 1,
heat and light by floor area and water by person, as the statistics system divides them. Fuels that
are mostly for vehicles grow with neither."""

SORTS_OF_KIND: Mapping[str, tuple[int, ...]] = {
    "electricity": (HEATING, COOLING),
    "water": (HEATING, COOLING),
    "heat": (HEATING,),
    "gas": (HEATING,),
    "steam": (HEATING,),
    "cold": (COOLING,),
}
"""What weather may do to a kind; of gas never cooling (CalTRACK 2.0). Other fuels: nothing."""

LEAST_KNOWN = 0.8
"""Share of the days of a month whose temperature has to be known; chosen: 24 of 30."""


def split_of(kind: str, before: Side, now: Side, learnt: Sequence[Day]) -> Split:
    """Return the change of an amount and its cost, split into effects.

    Args:
        kind: Kind of energy or water.
        before: The month of the year before.
        now: The month.
        learnt: Days that tell how the amount depends on the weather, at best a year of them.
    """
    made = {
        CALENDAR: _calendar(kind, before, now),
        WEATHER: _weather(kind, before, now, learnt),
        SIZE: _size(kind, before, now),
        QUALITY: _quality(kind, before, now),
    }
    amounts = {name: (_whole(amount), text) for name, (amount, text) in made.items()}
    amounts[PRICE] = (0, words.PRICE_WITHOUT_AMOUNT)
    change = now.amount - before.amount
    amounts[REST] = (change - sum(amount for amount, _ in amounts.values()), words.REST)
    return Split(before, now, _with_costs(kind, before, now, amounts), _notes(before, now))


def _with_costs(
    kind: str, before: Side, now: Side, amounts: Mapping[str, tuple[int, Text]]
) -> tuple[Effect, ...]:
    """Return effects with costs: each amount at the mean price of what was bought the year before.

    What a tariff asks by the month follows no amount, so what it changed is price, where both sides
    are by meters and tell it; a bill does not tell it apart.
    """
    cost_before, cost_now = before.cost_of_bought, now.cost_of_bought
    if cost_before is None or cost_now is None or before.bought <= 0:
        no_price = {PRICE: words.no_price(is_before=cost_before is None or before.bought <= 0)}
        return tuple(
            Effect(name, amount, None, no_price.get(name, text))
            for name, (amount, text) in ((name, amounts[name]) for name in EFFECTS)
        )
    by_meters = {before.basis, now.basis} <= {*METERED}
    charges = (before.charges, now.charges) if by_meters else ((), ())
    asked = sum(charge.micro for charge in charges[0])
    price = Fraction(cost_before - asked, before.bought)
    costs = {name: _whole(amount * price) for name, (amount, _) in amounts.items()}
    costs[PRICE] = cost_now - _whole(now.bought * price) - asked
    others = sum(cost for name, cost in costs.items() if name != REST)
    costs[REST] = (now.cost or 0) - (before.cost or 0) - others
    texts = {name: text for name, (_, text) in amounts.items()}
    texts[REST] += words.generated(
        before.amount - before.bought, now.amount - now.bought, price, KINDS[kind]
    )
    if now.bought > 0:
        energy = cost_now - sum(charge.micro for charge in charges[1])
        texts[PRICE] = words.price(price, Fraction(energy, now.bought), KINDS[kind])
        texts[PRICE] += words_of_charges.text(*charges)
    return tuple(Effect(name, amounts[name][0], costs[name], texts[name]) for name in EFFECTS)


def _calendar(kind: str, before: Side, now: Side) -> tuple[Fraction, Text]:
    """Return the days more or less of each type times a typical day of it."""
    told = before if any(day.amount is not None for day in before.days) else now
    total, parts = Fraction(0), []
    for is_workday in (True, False):
        more = now.count(is_workday=is_workday) - before.count(is_workday=is_workday)
        amounts = [
            day.amount
            for day in told.days
            if day.is_workday == is_workday and day.amount is not None
        ]
        typical = Fraction(median(amounts)) if amounts else None
        if more and typical is None:
            return Fraction(0), words.no_typical_day(is_workday=is_workday)
        total += more * (typical or 0)
        parts.append((more, typical))
    text = words.calendar(parts[0], parts[1], KINDS[kind], is_before=told is before)
    return total, text


def _weather(kind: str, before: Side, now: Side, learnt: Sequence[Day]) -> tuple[Fraction, Text]:
    """Return the change of mean degrees times what a degree does in a day, for days that run."""
    for side in (before, now):
        if len(_temperatures_c(side.days)) < LEAST_KNOWN * len(side.days):
            return Fraction(0), words.no_temperature(is_before=side is before)
    least = least_running(learnt)
    ran = running(learnt, least)
    lines = lines_on(ran, SORTS_OF_KIND.get(kind, ()))
    if not lines:
        told = sum(day.amount is not None and day.temperature_c is not None for day in ran)
        return Fraction(0), words.no_dependence(told)
    ran_before, ran_now = running(before.days, least), running(now.days, least)
    cold_before, cold_now = _temperatures_c(ran_before), _temperatures_c(ran_now)
    if not len(cold_before) or not len(cold_now):
        return Fraction(0), words.not_running(is_before=not len(cold_before))
    more = sum(
        line.slope * (line.mean_degrees(cold_now) - line.mean_degrees(cold_before))
        for line in lines
    )
    days = Fraction(len(ran_now) * len(now.days), _known(now.days))
    means = float(cold_before.mean()), float(cold_now.mean())
    return Fraction(more) * days, words.weather(lines, *means, KINDS[kind])


def _temperatures_c(days: Sequence[Day]) -> np.ndarray:
    return np.array([day.temperature_c for day in days if day.temperature_c is not None])


def _known(days: Sequence[Day]) -> int:
    """Return the number of days whose amount is known; all where none is."""
    return sum(day.amount is not None for day in days) or len(days)


def _size(kind: str, before: Side, now: Side) -> tuple[Fraction, Text]:
    """Return the amount of the year before times the growth of what it is in proportion to."""
    measures = SIZE_OF_KIND.get(kind, ())
    for measure in measures:
        size_before, size_now = before.sizes.get(measure), now.sizes.get(measure)
        if size_before and size_now:
            text = words.size(measure, size_before, size_now)
            return before.amount * (size_now / size_before - 1), text
    return Fraction(0), words.no_size(measures)


def _quality(kind: str, before: Side, now: Side) -> tuple[Fraction, Text]:
    """Return what is lost of the year before less what is lost now, by the mean of what is known.

    A part that says nothing on one side is lost there for all of it, unless the bases differ: parts
    of different bases are not each other.
    """
    names = sorted({*before.parts, *now.parts})
    is_same = before.basis == now.basis
    lost_before = _lost(before, now, names if is_same else sorted(before.parts))
    lost_now = _lost(now, before, names if is_same else sorted(now.parts), first=before)
    text = words.quality(lost_before, lost_now, KINDS[kind])
    return lost_before.amount - lost_now.amount, text


def _lost(side: Side, other: Side, names: Sequence[str], first: Side | None = None) -> words.Lost:
    seconds, amount = 0, Fraction(0)
    for name in names:
        lost_s = side.lost_s(name)
        known = (_each_second(one, name) for one in (first or side, side, other))
        rate = next((one for one in known if one is not None), Fraction(0))
        seconds, amount = seconds + lost_s, amount + lost_s * rate
    return words.Lost(seconds, amount)


def _each_second(side: Side, name: str) -> Fraction | None:
    """Return what a part uses in a second of which it is known; None if it never is."""
    figure = side.parts.get(name)
    known_s = side.span_s(name) - side.lost_s(name)
    if figure is None or figure.amount is None or known_s <= 0:
        return None
    return Fraction(figure.amount, known_s)


def _notes(before: Side, now: Side) -> tuple[Text, ...]:
    notes = tuple(
        words.of_month(side.stretch.first, note) for side in (before, now) for note in side.notes
    )
    if before.basis == now.basis:
        return notes
    return (words.bases_differ(before.basis, now.basis), *notes)


def _whole(number: Fraction) -> int:
    """Return the nearest whole number; a half goes up."""
    return floor(number + Fraction(1, 2))
