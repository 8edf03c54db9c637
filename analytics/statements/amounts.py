"""What a place used in a whole period, a kind at a time: months added up, with how it is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from analytics.statements.covered import months_said
from analytics.statements.figures import Figure, joined_figures
from analytics.statements.lines import Line, no_source_in
from analytics.statements.sums import Sum, SumLine
from analytics.statements.weights import LOCATION
from energy.text import Text
from energy.uses import OWN_GENERATION

AS_BOUGHT = Text(
    "CO₂ 按全部购入计算：其中自发自用的部分不产生排放，而分表不能区分，故各分项之和大于合计。",
    "CO2 as if all of it was bought: what is own generation of it emits nothing, and no sub-meter "
    "tells it apart, so sub-items add up to more than the whole.",
)


class Shares(NamedTuple):
    """How the time of a figure is known, in parts of all time that meters should cover.

    Attributes:
        measured: By readings of normal cadence.
        estimated: By gaps whose total is known.
        unresolved: Nobody can know.
        missing: No meter said anything.
        billed: On bills, beside days or meters that are not.
    """

    measured: Fraction
    estimated: Fraction
    unresolved: Fraction
    missing: Fraction
    billed: Fraction


@dataclass(frozen=True, slots=True)
class Amount:
    """What was used of a kind, a use or a sub-item of it, on one basis, in a period.

    Attributes:
        kind: Kind of energy or water.
        use: "" for all of the kind; else of which.
        item: Sub-item; "" for none.
        figure: The known part together.
        coal_grams: Standard coal of the known part [g]; None if nothing is known.
        co2_grams: CO2 of scopes 1 and 2 of the known part by one method [g]; None as well.
        partly: Institutions of which a part is missing, where it is of several.
        not_covered: Institutions of which nothing is known.
        is_rest: Whether it is what no sub-item has.
        code: The 15 characters that name it, where it is of one building; "" if it has none.
    """

    kind: str
    use: str
    item: str
    figure: Figure
    coal_grams: int | None
    co2_grams: int | None
    partly: tuple[str, ...] = ()
    not_covered: tuple[str, ...] = ()
    is_rest: bool = False
    code: str = ""

    @property
    def shares(self) -> Shares | None:
        """How its time is known; None where no meter stands behind it, as with a whole bill."""
        figure = self.figure
        said = (figure.measured_s, figure.estimated_s, figure.unresolved_s, figure.missing_s)
        if not any(said):
            return None
        whole = sum(said) + figure.billed_s
        return Shares(*(Fraction(seconds, whole) for seconds in (*said, figure.billed_s)))


def amounts_of_lines(
    lines: Iterable[Line], *, item: str = "", method: str = LOCATION
) -> list[Amount]:
    """Return the lines of one place with their months added up, bases apart, in their order.

    Args:
        lines: Of one place.
        item: The sub-item they are of; "" for none.
        method: By which CO2 is counted.
    """
    groups: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.kind, line.use, line.signed.basis), []).append(line)
    return [_amount_of(group, item, method) for group in groups.values()]


def _amount_of(lines: Sequence[Line], item: str, method: str) -> Amount:
    instead = no_source_in(lines)
    own = (instead.get(note, note) for line in lines for note in line.notes)
    notes = dict.fromkeys((*_months_missing(lines), *own, *factor_notes(lines, method)))
    emissions = [one.weighed.grams for line in lines for one in line.co2 if one.method == method]
    return Amount(
        lines[0].kind,
        lines[0].use,
        item,
        replace(joined_figures([line.signed for line in lines]), notes=tuple(notes)),
        _known([line.coal.grams if line.coal else None for line in lines]),
        _known(emissions),
    )


def _months_missing(lines: Sequence[Line]) -> list[Text]:
    """Return that a sum is of some of its months alone, and which are missing; else nothing."""
    due = [line for line in lines if not line.signed.is_blank]
    missing = [line.stretch for line in due if line.signed.amount is None]
    if not missing or len(missing) == len(due):
        return []
    spans = [(one.first.isoformat(), one.until.isoformat()) for one in missing]
    known, months = len(due) - len(missing), months_said(spans)
    return [
        Text(
            f"已知部分：{len(due)} 个月中的 {known} 个月；缺 {months.zh}。",
            f"The known part: {known} of {len(due)} months; missing: {months.en}.",
        )
    ]


def factor_notes(lines: Iterable[Line], method: str) -> list[Text]:
    """Return each step down to another emission factor that CO2 by a method leans on, once."""
    emissions = (one for line in lines for one in line.co2 if one.method == method)
    return list(dict.fromkeys(note for one in emissions for note in one.weighed.notes))


def amounts_of_sum(total: Sum, *, method: str = LOCATION) -> list[Amount]:
    """Return the lines of several institutions with their months added up, bases apart.

    Args:
        total: Their statements together.
        method: By which CO2 is counted.
    """
    groups: dict[tuple[str, str, str], list[SumLine]] = {}
    for line in total.lines:
        kind, use, _, basis = line.key
        groups.setdefault((kind, use, basis), []).append(line)
    return [
        Amount(
            kind,
            use,
            "",
            joined_figures([line.figure for line in lines]),
            _known([line.coal_grams for line in lines]),
            _known([grams for line in lines for grams in _by(method, line.co2_grams)]),
            partly=_partly(lines),
            not_covered=tuple(
                sorted({*_names(line.not_covered for line in lines)} - {*_partly(lines)})
            ),
        )
        for (kind, use, _), lines in groups.items()
    ]


def _by(method: str, co2_grams: Mapping[tuple[int, str], int]) -> list[int]:
    return [grams for (_, how), grams in co2_grams.items() if how == method]


def _known(grams: Sequence[int | None]) -> int | None:
    known = [one for one in grams if one is not None]
    return sum(known) if known else None


def _partly(lines: Sequence[SumLine]) -> tuple[str, ...]:
    """Return those of which a part is missing: of a month, or a whole month beside known ones."""
    known = {*_names((*line.covered, *line.partly) for line in lines)}
    gone = {*_names(line.not_covered for line in lines)}
    return tuple(sorted({*_names(line.partly for line in lines)} | (known & gone)))


def _names(groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(sorted({name for names in groups for name in names}))


def with_own_generation(items: Sequence[Amount], amounts: Sequence[Amount]) -> list[Amount]:
    """Return sub-items that say how their CO2 is counted where a part of their kind is generated.

    Args:
        items: Sub-items of a place, and the rest.
        amounts: Its kinds and their uses.
    """
    made = {one.kind for one in amounts if one.use == OWN_GENERATION and one.figure.amount}
    return [
        replace(one, figure=replace(one.figure, notes=(*one.figure.notes, AS_BOUGHT)))
        if one.kind in made and one.co2_grams is not None
        else one
        for one in items
    ]
