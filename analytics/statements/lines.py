"""One line of a statement: a kind of energy or water in a stretch of days, by the signed source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from analytics.statements.figures import BILL, EARLIER, OWN, SETTLEMENT, Figure
from analytics.statements.weights import Emission, Terms, Weighed, co2_of, coal_of
from energy.kinds import KINDS
from energy.period import Stretch
from energy.text import Text
from energy.uses import OWN_GENERATION

_NOT_BEGUN = Text("尚未开始，尚无用量。", "It has not begun: there is no amount yet.")
_NOTHING = {
    BILL: Text("没有账单", "There is no bill"),
    SETTLEMENT: Text("结算表没有读数", "There is no reading of the settlement meter"),
    OWN: Text("自有计量没有读数", "There is no reading of its own meters"),
    EARLIER: Text("历史台账没有数字", "There is no total in the earlier ledger"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A kind, or a use of it, in a stretch.

    Attributes:
        kind: Kind of energy or water.
        use: "" for all of the kind; else of which, a word of figures.USES.
        stretch: The days, within one month.
        signed: The figure that is signed; its amount is None where it is missing.
        beside: What other sources say, in the order of figures.BASES.
        coal: Its standard coal; None without an amount or a coefficient, and for water.
        co2: Its CO2.
        notes: What a reader has to know of it.
    """

    kind: str
    use: str
    stretch: Stretch
    signed: Figure
    beside: tuple[Figure, ...] = ()
    coal: Weighed | None = None
    co2: tuple[Emission, ...] = ()
    notes: tuple[Text, ...] = field(default=())

    @property
    def key(self) -> str:
        """How the line is called in sheets and differences: kind, use, first day."""
        use = f"/{self.use}" if self.use else ""
        return f"{self.kind}{use}/{self.stretch.first.isoformat()}"


def line_of(
    kind: str,
    use: str,
    stretch: Stretch,
    figures: Mapping[str, Figure],
    *,
    basis: str,
    terms: Terms,
    generated: int = 0,
) -> Line:
    """Return a line with what its signed amount weighs and emits.

    Args:
        kind: Kind of energy or water.
        use: "" for all of it, else of which.
        stretch: The days.
        figures: Basis to what it says.
        basis: The one that is signed; where it says nothing the amount is missing.
        terms: What weighs it.
        generated: Of the signed amount, what was generated and not bought [base units], where the
            figure does not tell it.
    """
    signed = figures.get(basis)
    notes: tuple[Text, ...] = ()
    if signed is None:
        signed = Figure(basis, None)
        notes = (_nothing(basis),)
    amount, day = signed.amount, stretch.first
    if signed.generated is not None:
        generated = signed.generated.amount or 0
    # What the sun gave was not bought and emits nothing; as energy it counts.
    bought = None if amount is None or use == OWN_GENERATION else amount - generated
    coal = coal_of(amount, terms, kind=kind, day=day)
    if coal is None and amount is not None and KINDS[kind].is_energy:
        notes += (no_coefficient(terms.coal_set),)
    return Line(
        kind,
        use,
        stretch,
        signed,
        tuple(figures[one] for one in figures if one != basis and _says(figures[one])),
        coal,
        co2_of(bought, terms, kind=kind, day=day),
        notes + signed.notes,
    )


def if_begun(line: Line, zone: ZoneInfo, now_ms: int) -> Line:
    """Return a line; of days to come with that sentence in place of a missing source.

    Args:
        line: A line.
        zone: Wall clock of the institution.
        now_ms: The present [ms].
    """
    if line.signed.is_told or line.stretch.span(zone).start <= now_ms:
        return line
    nothing = _nothing(line.signed.basis)
    return replace(
        line, notes=tuple(_NOT_BEGUN if note == nothing else note for note in line.notes)
    )


def no_source_in(lines: Sequence[Line]) -> dict[Text, Text]:
    """Return what is said beside the sum of lines instead of what some of them say alone.

    A line whose source says nothing calls its amount missing; the sum of it and others has one.

    Args:
        lines: Of one kind and basis, in order of time.
    """
    if all(line.signed.amount is None for line in lines):
        return {}
    alone = _nothing(lines[0].signed.basis)
    months = [f"{line.stretch.first:%Y-%m}" for line in lines if alone in line.notes]
    zh, en = "、".join(months), ", ".join(months)
    instead = Text(f"（{zh}）：当时的用量未计入。", f" ({en}): what was used then is not in it.")
    return {alone: _NOTHING[lines[0].signed.basis] + instead}


def _says(figure: Figure) -> bool:
    """Tell whether a figure has something to show beside; months that no ledger splits have not."""
    return figure.basis != EARLIER or figure.amount is not None or figure.cost is not None


def _nothing(basis: str) -> Text:
    return _NOTHING[basis] + Text("，用量空缺。", ": the amount is missing.")


def no_coefficient(coal_set: str) -> Text:
    """Return what is said of energy that a set of coefficients does not know."""
    return Text(
        f"折标系数组 {coal_set} 没有这种能源的系数，未折算标准煤。",
        f"The set {coal_set} has no coefficient for it: it is not in the standard coal.",
    )
