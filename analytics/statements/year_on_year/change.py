"""A month against the same month of the year before, split into effects that add up exactly.

Source: docs/methods.md, "Change explained".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from analytics.statements.figures import BILL, METERED, Figure, MonthCharge
from analytics.statements.year_on_year.weather import Day
from energy.period import Stretch
from energy.text import Text

CALENDAR, WEATHER, SIZE, QUALITY, PRICE, REST = (
    "calendar", "weather", "size", "quality", "price", "rest",
)  # fmt: skip
EFFECTS = (CALENDAR, WEATHER, SIZE, QUALITY, PRICE, REST)


@dataclass(frozen=True)
class Side:
    """One of the two months.

    Attributes:
        stretch: Its days.
        period_s: Its length [s].
        parts: What is signed: by meter where meters say it, by account where bills do, else one
            part under "".
        days: Its days as the own meters and the gauge of temperature tell them.
        sizes: Measure to its mean; None where it is not known.
        notes: What a reader has to know of the signed figure.
        generated: Of the amount, what was generated and not bought; None if nothing was.
        signed: All of the signed figure, with the charges of its month that no part has; None where
            the parts say all.
    """

    stretch: Stretch
    period_s: int
    parts: Mapping[str, Figure]
    days: Sequence[Day]
    sizes: Mapping[str, Fraction | None]
    notes: tuple[Text, ...] = ()
    signed: Figure | None = None
    generated: Figure | None = None

    @property
    def basis(self) -> str:
        """What it rests on, a word of figures.BASES."""
        return next(iter(self.parts.values())).basis

    @property
    def amount(self) -> int:
        """Base units; what is not known of it counts as lost, see ``lost_s``."""
        return sum(part.amount or 0 for part in self.parts.values())

    @property
    def cost(self) -> int | None:
        """1e-6 yuan, as the statement has it; None if no price is known, or not of all of it."""
        if self.signed is not None:
            return None if self.signed.unpriced else self.signed.cost
        if any(part.unpriced for part in self.parts.values()):
            return None
        costs = [part.cost for part in self.parts.values() if part.cost is not None]
        return sum(costs) if costs else None

    @property
    def bought(self) -> int:
        """Of the amount, what was bought [base units]: a cost is of that."""
        return self.amount - (0 if self.generated is None else self.generated.amount or 0)

    @property
    def cost_of_bought(self) -> int | None:
        """Of the cost, what was bought [1e-6 yuan]."""
        cost = self.cost
        return None if cost is None else cost - self._cost_of_generated

    @property
    def _cost_of_generated(self) -> int:
        return 0 if self.generated is None else self.generated.cost or 0

    @property
    def charges(self) -> tuple[MonthCharge, ...]:
        """Of the cost, what is asked by the month and follows no hour."""
        return () if self.signed is None else self.signed.charges

    def count(self, *, is_workday: bool) -> int:
        """Return how many of its days are of a type."""
        return sum(day.is_workday == is_workday for day in self.days)

    def lost_s(self, part: str) -> int:
        """Return the seconds in which a part is missing or unresolved."""
        figure = self.parts.get(part)
        if figure is None:
            # An account without bills before and after was not there: nobody lost its amount.
            return 0 if self.basis == BILL else self.period_s
        return min(figure.missing_s + figure.unresolved_s, self.span_s(part))

    def span_s(self, part: str) -> int:
        """Return the seconds of meters or of an account that a part stands for.

        A meter stands for none of the time in which no instrument stood at its point.
        """
        figure = self.parts.get(part)
        if figure is None:
            return self.period_s
        if part and figure.basis in METERED:
            return figure.due_s
        return self.period_s if part else max(self.period_s, figure.due_s)


class Effect(NamedTuple):
    """What one cause did to an amount and its cost.

    Attributes:
        name: A word of EFFECTS.
        amount: Base units.
        cost: 1e-6 yuan; None where no price is known on one side.
        text: How it was made.
    """

    name: str
    amount: int
    cost: int | None
    text: Text


@dataclass(frozen=True)
class Split:
    """The change of one month.

    Attributes:
        before: The month of the year before.
        now: The month.
        effects: One for each word of EFFECTS, in that order. Their amounts add up to the change of
            the amount, their costs to that of the cost.
        notes: What a reader has to know of both sides.
    """

    before: Side
    now: Side
    effects: tuple[Effect, ...]
    notes: tuple[Text, ...] = field(default=())

    @property
    def is_priced(self) -> bool:
        """Whether the cost is split, too."""
        return all(effect.cost is not None for effect in self.effects)

    def effect(self, name: str) -> Effect:
        """Return the effect of a name."""
        return self.effects[EFFECTS.index(name)]
