"""Statements of several institutions together: of a body on a line of reporting, of the district.

An institution counts once: in the sum of the body it reports to and of those above it. A body of
the other line sees it in a view. Sums of sums are sums: grams are added, never weighed again.

Source: docs/methods.md, "Sums of institutions".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.statements.earlier import Weighing, earlier_total_of, is_mixed, total_of
from analytics.statements.figures import BASES, Figure, joined_figures
from analytics.statements.intensities import INTENSITIES, Ratio, summed
from analytics.statements.lines import Line
from analytics.statements.statement import Statement
from energy.kinds import KINDS
from energy.meter import Institution
from energy.period import Stretch
from energy.registry import Registry
from energy.uses import USES
from storage.tables import DISTRICT

Key = tuple[str, str, Stretch, str]
"""(kind, use, stretch, basis): amounts of different bases are never added."""


@dataclass(frozen=True, slots=True)
class SumLine:
    """A kind, or a use of it, in a stretch, of all institutions that sign it on one basis.

    Attributes:
        key: Kind, use, stretch, basis.
        figure: The known part together; its amount is None if nobody's is known.
        coal_grams: Standard coal of the known part [g]; None if it is known of nobody.
        co2_grams: (scope, method) to the CO2 of the known part [g].
        covered: Institutions whose amount is whole, or left blank by rule, by name.
        partly: Those of whose amount a part is missing or unresolved.
        not_covered: Those whose amount is missing.
        not_in_coal: Those whose energy is not in the coal though it is not blank by rule.
    """

    key: Key
    figure: Figure
    coal_grams: int | None
    co2_grams: Mapping[tuple[int, str], int]
    covered: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    not_covered: tuple[str, ...] = ()
    not_in_coal: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sum:
    """Statements of several institutions together.

    Attributes:
        name: Of the body, or DISTRICT.
        institutions: Whose statements they are, by name, sorted, each once.
        lines: Kinds in the order of energy.kinds, uses after them, months, bases in order.
        ratios: Every intensity by name: numerators and denominators added apart.
        silent: Institutions whose statement has no line.
        is_view: Whether the institutions report on the other line: then it is no part of a sum.
    """

    name: str
    institutions: tuple[str, ...]
    lines: tuple[SumLine, ...]
    ratios: Mapping[str, Ratio]
    silent: tuple[str, ...] = ()
    is_view: bool = False

    @property
    def coal_grams(self) -> int | None:
        """Standard coal of all lines in which it is known [g]; None if it is in none.

        Uses are parts of their kind, not more of it. Earlier ledgers are never added to others.
        """
        return total_of(self._weighing(_coal_grams))

    @property
    def is_mixed(self) -> bool:
        """Whether earlier ledgers and other sources both tell energy of it."""
        return is_mixed(self._weighing(_coal_grams))

    def earlier_grams(self, scope: int = 0, method: str = "") -> int | None:
        """Return the coal of earlier ledgers alone, or of a scope their CO2 [g]; None if none."""
        grams = _co2_by(scope, method) if scope else _coal_grams
        return earlier_total_of(self._weighing(grams))

    def _weighing(self, grams: Callable[[SumLine], int | None]) -> list[Weighing]:
        return [
            Weighing(line.key[3], line.figure.amount is not None, grams(line))
            for line in self.lines
            if not line.key[1] and KINDS[line.key[0]].is_energy
        ]

    def co2_grams(self, scope: int, method: str) -> int | None:
        """Return the CO2 of all lines in which it is known [g]; None if it is in none."""
        return total_of(self._weighing(_co2_by(scope, method)))


def _coal_grams(line: SumLine) -> int | None:
    return line.coal_grams


def _co2_by(scope: int, method: str) -> Callable[[SumLine], int | None]:
    return lambda line: line.co2_grams.get((scope, method))


def sum_of(name: str, statements: Iterable[Statement], *, is_view: bool = False) -> Sum:
    """Return the statements of several institutions together.

    Raises:
        ValueError: If an institution is there twice.
    """
    return together(name, [_alone(statement) for statement in statements], is_view=is_view)


def together(name: str, sums: Sequence[Sum], *, is_view: bool = False) -> Sum:
    """Return sums together: that of a body is those of the bodies below it and of its own.

    Raises:
        ValueError: If an institution is in two of them.
    """
    names = [whose for one in sums for whose in one.institutions]
    twice = sorted({whose for whose in names if names.count(whose) > 1})
    if twice:
        raise ValueError(f"Institutions in more than one of the sums: {', '.join(twice)}.")
    lines: dict[Key, list[SumLine]] = {}
    for one in sums:
        for line in one.lines:
            lines.setdefault(line.key, []).append(line)
    return Sum(
        name,
        tuple(sorted(names)),
        tuple(_added(lines[key]) for key in sorted(lines, key=_order)),
        _ratios(sums),
        tuple(sorted(whose for one in sums for whose in one.silent)),
        is_view,
    )


def _ratios(sums: Sequence[Sum]) -> dict[str, Ratio]:
    """Return every intensity that one of them has."""
    found = {}
    for one in INTENSITIES:
        own = [each.ratios[one.name] for each in sums if one.name in each.ratios]
        if own:
            found[one.name] = summed(own)
    return found


def members_of(registry: Registry, place: str, *, is_view: bool = False) -> tuple[Institution, ...]:
    """Return the institutions that are summed for a body or for the district, each once.

    Args:
        registry: Has the lines of reporting.
        place: Name of a body, or DISTRICT for all, whatever line they report on.
        is_view: Those that the body, or one below it, sees on the other line, and not those that
            report to it.
    """
    if place == DISTRICT:
        return registry.institutions
    return registry.seen_by(place) if is_view else registry.reporting_to(place)


def _alone(statement: Statement) -> Sum:
    name = statement.institution.institution
    lines = tuple(_line(name, line) for line in statement.lines)
    return Sum(name, (name,), lines, statement.ratios, () if lines else (name,))


def _line(whose: str, line: Line) -> SumLine:
    signed, name = line.signed, (whose,)
    has_amount = signed.amount is not None or signed.is_blank
    weighs = KINDS[line.kind].is_energy and not signed.is_blank
    return SumLine(
        (line.kind, line.use, line.stretch, signed.basis),
        _plain(signed),
        line.coal.grams if line.coal else None,
        {(one.scope, one.method): one.weighed.grams for one in line.co2},
        covered=name if signed.is_whole else (),
        partly=name if has_amount and not signed.is_whole else (),
        not_covered=() if has_amount else name,
        not_in_coal=name if weighs and line.coal is None else (),
    )


def _plain(figure: Figure) -> Figure:
    """Return a figure without the notes of one institution: they stand in its statement."""
    return replace(figure, notes=())


def _added(lines: Sequence[SumLine]) -> SumLine:
    co2: dict[tuple[int, str], int] = {}
    for line in lines:
        for key, grams in line.co2_grams.items():
            co2[key] = co2.get(key, 0) + grams
    return SumLine(
        lines[0].key,
        joined_figures([line.figure for line in lines]),
        _added_if_any(line.coal_grams for line in lines),
        dict(sorted(co2.items())),
        covered=_names(line.covered for line in lines),
        partly=_names(line.partly for line in lines),
        not_covered=_names(line.not_covered for line in lines),
        not_in_coal=_names(line.not_in_coal for line in lines),
    )


def _added_if_any(known: Iterable[int | None]) -> int | None:
    """Return the sum of what is known; None, not zero, where nothing is."""
    found = [each for each in known if each is not None]
    return sum(found) if found else None


def _names(groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(sorted(name for names in groups for name in names))


def _order(key: Key) -> tuple[int, int, Stretch, int]:
    kind, use, stretch, basis = key
    return list(KINDS).index(kind), USES.index(use), stretch, BASES.index(basis)
