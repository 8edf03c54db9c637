"""Of how much of their time lines are known, and beside which heat nobody tells the heating.

Source: docs/methods.md, "Intensity".
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from analytics.statements.lines import Line
from energy.uses import HEATING

HEAT = "heat"
"""The kind that is for heating unless a meter or a bill says otherwise."""


def untold_heating(lines: Iterable[Line]) -> list[Line]:
    """Return the lines of all heat beside which nothing tells how much of it was for heating."""
    heat = [line for line in lines if line.kind == HEAT and not line.signed.is_blank]
    told = {line.stretch for line in heat if line.use == HEATING}
    return [line for line in heat if not line.use and line.stretch not in told]


def share_known(lines: Sequence[Line], untold: Sequence[Line] = ()) -> Fraction:
    """Return how much of the time of lines is known, each by the days it has.

    Args:
        lines: Those that may be known.
        untold: Others whose days are to be told, too, and of which nothing is known.
    """
    known = sum((line.stretch.days * _known(line) for line in lines), Fraction(0))
    return known / sum(line.stretch.days for line in (*lines, *untold))


def _known(line: Line) -> Fraction:
    figure = line.signed
    if figure.amount is None:
        return Fraction(0)
    gone = figure.missing_s + figure.unresolved_s
    return Fraction(figure.due_s - gone, figure.due_s) if gone else Fraction(1)
