"""What is booked in a sheet for closed periods before it, as people read it, and totals with it.

The totals and intensities of a sheet are those of its own period. Whoever adds up sheets takes
those with what is booked: closed sheets and adjustments together are what was used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from analytics.statements.covered import co2_covered, coal_covered, cost_covered
from analytics.statements.printed.costs import costs_of
from analytics.statements.printed.entries import METHOD_LABELS, Sheet, decimal, kilograms
from analytics.statements.printed.words import method_of_grams, place_of
from energy.kinds import KINDS
from energy.scopes import scope_of
from energy.text import Text

ADJUSTMENT = "adjustment"
"""What the lines of a sheet that are booked for another period are called, before its key."""

ADJUSTED = Text("调整", "adjustment")
_ENERGY = Text("综合能耗（含调整）", "comprehensive energy, with adjustments")
_MONEY = Text("费用合计（含调整）", "cost, with adjustments")
_MILLION = 1_000_000
_NUMBERS = ("amount", "cost", "coal_g")


@dataclass(slots=True)
class Booked:
    """The difference of one line of a closed period; what does not differ is 0, but of the cost.

    Attributes:
        key: Where it stands in the sheet.
        institution: Whose, by name, in a sum of several; else "".
        period: Key of the closed period.
        number: Of the adjustment of that period.
        kind: Kind of energy or water.
        use: Use of it; "" for all of the kind.
        first: First day of the line.
        subject: What people call the line: month, kind and use.
        amount: Difference of the amount [base units of the kind].
        cost: Difference of the cost [1e-6 yuan]; None where none is booked: it is missing in both
            sheets, or the same, which the difference does not tell apart.
        coal_g: Difference of standard coal [g].
        co2_g: Method to the difference of CO2 [g].
    """

    key: str
    institution: str
    period: str
    number: int
    kind: str
    use: str
    first: str
    subject: Text
    amount: int = 0
    cost: int | None = None
    coal_g: int = 0
    co2_g: dict[str, int] = field(default_factory=dict)

    @property
    def display_amount(self) -> Decimal:
        """Difference of the amount in display units, exact."""
        return decimal(Fraction(self.amount, KINDS[self.kind].base_per_display))

    @property
    def cost_yuan(self) -> Decimal | None:
        """Difference of the cost [yuan], exact; None where none is booked."""
        return None if self.cost is None else decimal(Fraction(self.cost, _MILLION))

    def label(self, language: str) -> str:
        """Return what the adjustment is called."""
        whose = f"{self.institution} " if self.institution else ""
        return f"{whose}{ADJUSTED.get(language)} {self.period} ({self.number})"


@dataclass(frozen=True, slots=True)
class BookedTotal:
    """A total of a sheet with what is booked in it.

    Attributes:
        label: What it is called.
        own: Of the sheet alone; None where nothing is known of it.
        booked: What is booked.
        unit: Of both.
        figure: coal, co2/SCOPE/METHOD or cost.
    """

    label: str
    own: Decimal | None
    booked: Decimal
    unit: str
    figure: str

    @property
    def together(self) -> Decimal | None:
        """Both; None where nothing is known of the sheet's own."""
        return None if self.own is None else self.own + self.booked


def booked_in(sheet: Sheet) -> list[Booked]:
    """Return what is booked in a sheet, and in those of the institutions it adds up.

    Lines of which only the time that is measured or missing differs are there with zeros.
    """
    found = list(_booked(sheet, ""))
    for name, member in sheet.get("members", {}).items():
        found += _booked(member, name)
    return found


def totals_with_booked(sheet: Sheet, language: str) -> list[BookedTotal]:
    """Return the totals that what is booked changes, each with it; none where nothing is booked."""
    booked = [one for one in booked_in(sheet) if not one.use]
    if not booked:
        return []
    coal = sum(one.coal_g for one in booked)
    found = [
        BookedTotal(
            coal_covered(sheet).label(_ENERGY).get(language),
            kilograms(sheet["totals"]["coal_g"]),
            decimal(Fraction(coal, 1000)),
            "kgce",
            "coal",
        )
    ]
    for scope, method in sorted(_emitting(booked)):
        grams = sum(
            one.co2_g.get(method, 0) for one in booked if int(scope_of(one.kind) or 0) == scope
        )
        how = METHOD_LABELS[method]
        label = Text(
            f"CO₂ 范围{scope}（{how.zh}，含调整）",
            f"CO₂ scope {scope}, {how.en}, with adjustments",
        )
        own = kilograms(sheet["totals"]["co2_g"].get(f"{scope}/{method}"))
        covered = co2_covered(sheet, scope, method)
        found.append(
            BookedTotal(
                covered.label(label).get(language),
                own,
                decimal(Fraction(grams, 1000)),
                "kg",
                f"co2/{scope}/{method}",
            )
        )
    cost = decimal(Fraction(sum(one.cost or 0 for one in booked), _MILLION))
    money = cost_covered(sheet).label(_MONEY).get(language)
    return [*found, BookedTotal(money, costs_of(sheet).counted, cost, "yuan", "cost")]


def _emitting(booked: list[Booked]) -> set[tuple[int, str]]:
    return {
        (int(scope), method)
        for one in booked
        for method, grams in one.co2_g.items()
        if grams and (scope := scope_of(one.kind)) is not None
    }


def _booked(sheet: Sheet, institution: str) -> Iterator[Booked]:
    for key, line in sheet["lines"].items():
        if "kind" in line:
            continue
        _, period, number = key.split()
        found: dict[str, Booked] = {}
        for place, less in line.items():
            where, what, subject = place_of(place)
            if not where:
                continue  # a size is no amount: it is in the intensities of the closed period
            kind, *use, first = where.split("/")
            one = found.setdefault(
                where,
                Booked(
                    f"{key}/{where}", institution, period, int(number),
                    kind, "".join(use), first, subject,
                ),
            )  # fmt: skip
            _take(one, what, less)
        yield from found.values()


def _take(one: Booked, what: str, less: int | None) -> None:
    if less is None:
        return  # a text
    if what in _NUMBERS:
        setattr(one, what, less)
    if method := method_of_grams(what):
        one.co2_g[method] = less


def table_rows(sheet: Sheet) -> list[Mapping[str, Any]]:
    """Return a row of the flat table for each line that is booked in a sheet of one institution."""
    return [
        {
            "institution": sheet["institution"],
            "period": sheet["period"],
            "line": one.key,
            "kind": one.kind,
            "use": one.use,
            "from": one.first,
            "basis": ADJUSTMENT,
            "amount": one.amount,
            "unit": KINDS[one.kind].base_unit,
            "cost": one.cost,
            "coal_g": one.coal_g,
            "co2_location_g": one.co2_g.get("location"),
            "co2_market_g": one.co2_g.get("market"),
            "is_blank": False,
        }
        for one in booked_in(sheet)
    ]
