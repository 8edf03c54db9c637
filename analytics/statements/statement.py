"""The statement of an institution for a period: its lines, totals, sizes and intensities."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from analytics.ledger.mains import away_of, begun_of
from analytics.statements.cost.energy_alone import EnergyAlone
from analytics.statements.cost.month import FullCosts
from analytics.statements.earlier import Weighing, earlier_total_of, is_mixed, total_of
from analytics.statements.figures import BASES, DAY_S, OWN, Figure
from analytics.statements.generation import counted_wrongly, uncounted_generation, with_generation
from analytics.statements.intensities import Ratio, ratios_of
from analytics.statements.leaning import NOTHING, Leaning
from analytics.statements.lines import Line, if_begun, line_of
from analytics.statements.own import Asked, own_figures
from analytics.statements.parts import subjects_of
from analytics.statements.place_sizes import sizes_of
from analytics.statements.weights import Terms
from analytics.statements.wholes import judged, lacking
from energy.instruments import Overdue
from energy.kinds import KINDS
from energy.meter import SUB, Institution
from energy.period import Period, Stretch
from energy.provenance import SourceRow, leans_on
from energy.registry import Registry
from energy.sizes import Size
from energy.uses import OWN_GENERATION, USES
from storage.readings import ReadingStore

Key = tuple[str, str, Stretch]
"""(kind, use, stretch) of a line."""

Given = Mapping[Key, Sequence[Figure]]
"""(kind, use, stretch) to what bills and other sources say; nothing where they are silent."""

Choice = Callable[[str, str, Stretch], str]
"""(kind, use, stretch) -> the basis that is signed."""


@dataclass(frozen=True)
class Statement:
    """What an institution signs for a period.

    Attributes:
        institution: Whose.
        period: For when.
        terms: What weighs amounts.
        lines: Kinds in the order of energy.kinds, uses after them, months in order.
        sizes: Measure to its mean over the period; None where it is not known.
        rows: Ids of the rows of reference data that say when the period is.
    """

    institution: Institution
    period: Period
    terms: Terms
    lines: tuple[Line, ...]
    sizes: Mapping[str, Fraction | None]
    rows: tuple[str, ...] = ()

    @property
    def kinds(self) -> list[str]:
        """Kinds that have a line."""
        return list(dict.fromkeys(line.kind for line in self.lines))

    @property
    def ratios(self) -> dict[str, Ratio]:
        """Every intensity by name."""
        return ratios_of(self.institution.institution, self.lines, self.sizes)

    def lines_of(self, kind: str, use: str = "") -> list[Line]:
        """Return the months of a kind, or of a use of it."""
        return [line for line in self.lines if line.kind == kind and line.use == use]

    @property
    def coal_grams(self) -> int | None:
        """Standard coal of all lines in which it is known [g]; None if it is in none.

        Uses are parts of their kind, not more of it. Earlier ledgers are never added to others.
        """
        return total_of(self.weighing(_coal_grams))

    @property
    def is_mixed(self) -> bool:
        """Whether earlier ledgers and other sources both tell energy of it."""
        return is_mixed(self.weighing(_coal_grams))

    def weighing(self, grams: Callable[[Line], int | None]) -> list[Weighing]:
        """Return the lines of energy of a total, each with what it gives to it [g]."""
        return [
            Weighing(line.signed.basis, line.signed.amount is not None, grams(line))
            for line in self.lines
            if not line.use and KINDS[line.kind].is_energy
        ]

    def earlier_grams(self, scope: int = 0, method: str = "") -> int | None:
        """Return the coal of earlier ledgers alone, or of a scope their CO2 [g]; None if none."""
        grams = co2_by(scope, method) if scope else _coal_grams
        return earlier_total_of(self.weighing(grams))

    @property
    def not_in_coal(self) -> list[Line]:
        """Lines of energy whose coal is not known although they are not blank by rule."""
        return [
            line
            for line in self.lines
            if not line.use
            and KINDS[line.kind].is_energy
            and line.coal is None
            and not line.signed.is_blank
        ]

    @property
    def unconfirmed(self) -> tuple[SourceRow, ...]:
        """Rows of reference data it leans on that nobody has confirmed: its banner."""
        used = [
            row
            for line in self.lines
            for weighed in (line.coal, *(one.weighed for one in line.co2))
            if weighed is not None
            for row in weighed.rows
        ]
        used += [row for line in self.lines for row in (*line.signed.rows, *line.signed.priced_by)]
        used += self.rows
        return leans_on(self.terms.sources, used)

    def co2_grams(self, scope: int, method: str) -> int | None:
        """Return the CO2 of all lines in which it is known [g]; None if it is in none."""
        return total_of(self.weighing(co2_by(scope, method)))


def _coal_grams(line: Line) -> int | None:
    return line.coal.grams if line.coal else None


def co2_by(scope: int, method: str) -> Callable[[Line], int | None]:
    """Return what tells the CO2 of a line [g], by scope and method; None where it has none."""

    def grams(line: Line) -> int | None:
        same = (one for one in line.co2 if (one.scope, one.method) == (scope, method))
        return next((one.weighed.grams for one in same), None)

    return grams


@dataclass(frozen=True)
class Sources:
    """Where a statement is made from.

    Attributes:
        store: Days of meters.
        registry: Meters, buildings, institutions.
        sizes: Sizes of buildings over time.
        given: What bills and others say, of the institution that is asked.
        choice: Which basis is signed.
        now_ms: The present [ms].
        overdue: When the verification at meters was overdue, by their names.
        leaning: Tells which rows of reference data a cost and a season lean on.
        monthly: Adds to the cost of own mains what their tariff asks by the month, or says that it
            is not in it; None where nobody asks.
        has_wholes: Whether a kind of which uses alone are told has a line of all of it, too, which
            is missing; of a building, whose main may stand elsewhere, it has none.
    """

    store: ReadingStore
    registry: Registry
    sizes: Sequence[Size]
    given: Given
    choice: Choice
    now_ms: int
    overdue: Mapping[str, Overdue] = field(default_factory=dict)
    leaning: Leaning = NOTHING
    monthly: FullCosts | EnergyAlone | None = None
    has_wholes: bool = True


def own_basis(_kind: str, _use: str, _stretch: Stretch) -> str:
    """Sign what the own meters say."""
    return OWN


def statement_of(
    sources: Sources, institution: Institution, period: Period, terms: Terms
) -> Statement:
    """Return the statement of an institution.

    Args:
        sources: Where it is made from.
        institution: Whose.
        period: For when; what is still to come is not due.
        terms: What weighs amounts.
    """
    zone = sources.registry.site[institution.site].zone
    stretches = list(period.stretches())
    said: dict[Key, dict[str, Figure]] = {}
    asked = Asked(
        zone,
        sources.now_ms,
        _begun(sources),
        sources.overdue,
        sources.leaning,
        away_of(sources.registry),
    )
    for kind, use, meters in subjects_of(sources.registry, institution.institution):
        own = own_figures(sources.store, meters, stretches, asked)
        if sources.monthly is not None:
            costs = sources.monthly.of_parts if use else sources.monthly
            own = {
                stretch: costs.added(figure, meters, stretch, asked)
                for stretch, figure in own.items()
            }
        said_of = (sources.registry, institution.institution, kind)
        doubts = counted_wrongly(*said_of) if use in ("", OWN_GENERATION) else ()
        doubts = doubts if use else (*uncounted_generation(*said_of), *doubts)
        own = {one: replace(figure, notes=(*figure.notes, *doubts)) for one, figure in own.items()}
        for stretch in stretches:  # a month without a reading is missing, not left out
            said[kind, use, stretch] = {OWN: own[stretch]} if stretch in own else {}
    for key, figures in sources.given.items():
        for figure in figures:
            said.setdefault(key, {})[figure.basis] = figure
    for key in [key for key in said if not key[1]]:
        made = _generation(key, said, sources.given, sources.choice)
        said[key] = with_generation(said[key], made, key[0])
    without = lacking(said) if sources.has_wholes else set()
    said |= {key: {} for key in without | (sources.given.keys() - said.keys())}
    lines = [
        line_of(
            *key,
            _said(figures, basis := _basis(sources.choice(*key), key[1], figures)),
            basis=basis,
            terms=terms,
            generated=_generated(key, said, sources.choice(*key)),
        )
        for key, figures in sorted(said.items(), key=lambda pair: _order(pair[0]))
    ]
    begun = [if_begun(line, zone, sources.now_ms) for line in lines]
    sizes = sizes_of(sources, institution, Stretch(period.first, period.until))
    season = sources.leaning.of_season(period.key, terms.region)
    return Statement(institution, period, terms, judged(begun, without), sizes, season)


def _basis(chosen: str, use: str, figures: Mapping[str, Figure]) -> str:
    """Return the basis of a line: of a use that the chosen one does not tell, the own meters."""
    return OWN if use and chosen not in figures and OWN in figures else chosen


def _said(figures: Mapping[str, Figure], basis: str) -> dict[str, Figure]:
    """Return what is signed, and beside it what says anything, in the order of BASES."""
    return {
        one: figures[one]
        for one in BASES
        if one in figures and (one == basis or figures[one].is_told)
    }


def _generated(key: Key, said: Mapping[Key, Mapping[str, Figure]], basis: str) -> int:
    """Return what own mains generated of all of a kind; other figures tell it themselves."""
    kind, use, stretch = key
    if use or basis != OWN:
        return 0
    own = said.get((kind, OWN_GENERATION, stretch), {}).get(OWN)
    return 0 if own is None else own.amount or 0


def _generation(
    key: Key, said: Mapping[Key, Mapping[str, Figure]], given: Given, choice: Choice
) -> Figure | None:
    """Return what is signed of own generation beside all of a kind; None if none is due.

    Where it is due and its source is silent, all of its days are missing.
    """
    kind, _, stretch = key
    subject = kind, OWN_GENERATION, stretch
    if subject not in said and subject not in given:
        return None
    figures = said.get(subject, {})
    basis = _basis(choice(*subject), OWN_GENERATION, figures)
    return figures.get(basis) or Figure(basis, None, due_s=stretch.days * DAY_S)


def _begun(sources: Sources) -> dict[str, int]:
    """Return when each meter a statement may rest on was first heard [ms]."""
    has_parts = any(meter.use and meter.role == SUB for meter in sources.registry.meters)
    return begun_of(sources.store) | (begun_of(sources.store, SUB) if has_parts else {})


def _order(key: Key) -> tuple[int, int, Stretch]:
    kind, use, stretch = key
    return list(KINDS).index(kind), USES.index(use), stretch
