"""Which emission factor a figure takes when the right one does not exist: a step at a time, said.

Order: docs/methods.md, "Choice of an emission factor".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from energy.factors import Factor
from energy.kinds import KINDS
from energy.regions import upwards
from energy.text import Text

OWN_SET, GUIDELINE_SET = "own-factors", "guideline-defaults"
"""Names of the series of emission_factors.csv whose rows a user names, and of those that a
guideline gives where there is no official row. Of an own row the region may be an institution."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A factor and how far it lies from the one that was asked for.

    Attributes:
        factor: The row; None where nothing fits, and then there is no figure.
        warnings: One for each step down from the same region and year.
    """

    factor: Factor | None
    warnings: tuple[Text, ...] = ()


def choose_factor(
    rows: Sequence[Factor],
    *,
    kind: str,
    region: str,
    day: date,
    parents: Mapping[str, str],
    whose: str = "",
    own: Sequence[Factor] = (),
    defaults: Sequence[Factor] = (),
) -> Choice:
    """Return the factor of a kind in a region for the year of a day.

    Args:
        rows: The official rows of one series.
        kind: Kind of energy.
        region: Division of the site.
        day: Any local day of the year that is reported.
        parents: The region above each, from reference/regions.csv.
        whose: Name of the institution; "" for none.
        own: Rows that the user has named, of the institution, its region or one above; one that is
            in force wins over all others.
        defaults: Defaults of a guideline, taken where no official row exists.
    """
    named = own_factor(own, kind=kind, region=region, day=day, parents=parents, whose=whose)
    if named is not None:
        return Choice(named)
    official = [row for row in rows if row.kind == kind]
    steps: list[Text] = []
    for place in upwards(region, parents):
        here = [row for row in official if row.region == place]
        if here:
            return _of_year(here, day, steps)
        steps.append(_nothing_for(kind, place))
    guideline = _in_force(defaults, kind, region, day, parents)
    if guideline is not None:
        return Choice(guideline, (*steps, _default_of(guideline)))
    return Choice(None, (*steps, _none(kind, day)))


def own_factor(
    own: Sequence[Factor],
    *,
    kind: str,
    region: str,
    day: date,
    parents: Mapping[str, str],
    whose: str = "",
) -> Factor | None:
    """Return the row that the user has named for a kind on a day; None if there is none.

    Args:
        own: Rows that the user has named, of an institution, a division or all.
        kind: Kind of energy.
        region: Division of the site.
        day: A local day on which the row is in force.
        parents: The region above each, from reference/regions.csv.
        whose: Name of the institution; "" for none. Its own row is nearer than that of its region.
    """
    below = {**parents, whose: region} if whose else parents
    return _in_force(own, kind, whose or region, day, below)


def national_instead(found: Factor | None, kind: str) -> Choice:
    """Return the national factor that stands in where own factors are asked for and none is named.

    Args:
        found: The national factor in use; None if there is none.
        kind: Kind of energy.
    """
    named = KINDS[kind]
    lacking = Text(
        f"没有登记{named.zh}的自有排放因子，采用现行全国因子。",
        f"No own factor of {named.en} is named; the national factor in use is taken.",
    )
    return Choice(found, (lacking,))


def _of_year(here: Sequence[Factor], day: date, steps: Iterable[Text]) -> Choice:
    exact = [row for row in here if _is_of(row, day)]
    if exact:
        return Choice(max(exact, key=_newest), tuple(steps))
    dated = [row for row in here if row.data_year]
    if not dated:
        return Choice(None, (*steps, _none(here[0].kind, day)))
    distance = min(abs(row.data_year - day.year) for row in dated)
    nearest = [row for row in dated if abs(row.data_year - day.year) == distance]
    row = max(nearest, key=_newest)
    return Choice(row, (*steps, _other_year(row, day)))


def _is_of(row: Factor, day: date) -> bool:
    """A row with a data year is of that year; one without is of the days it is in use."""
    if row.data_year:
        return row.data_year == day.year
    return row.valid_from <= day < row.valid_to


def _newest(row: Factor) -> tuple[int, str, date]:
    return row.data_year, row.published, row.valid_from


def _in_force(
    rows: Sequence[Factor], kind: str, region: str, day: date, parents: Mapping[str, str]
) -> Factor | None:
    for place in upwards(region, parents):
        holding = [
            row
            for row in rows
            if row.kind == kind and row.region == place and row.valid_from <= day < row.valid_to
        ]
        if holding:
            return max(holding, key=_newest)
    return None


def _nothing_for(kind: str, place: str) -> Text:
    named = KINDS[kind]
    return Text(
        f"{place or '全国'} 没有{named.zh}的排放因子，改用上一级地区的。",
        f"There is no factor of {named.en} for {place or 'the country'}; "
        "the region above is taken.",
    )


def _other_year(row: Factor, day: date) -> Text:
    return Text(
        f"没有 {day.year} 年数据的排放因子，采用最近的 {row.data_year} 年数据（{row.id}）。",
        f"There is no factor of data year {day.year}; the nearest, {row.data_year}, is taken "
        f"({row.id}).",
    )


def _default_of(row: Factor) -> Text:
    return Text(
        f"没有官方排放因子，采用指南缺省值（{row.id}）。",
        f"There is no official factor; the default of a guideline is taken ({row.id}).",
    )


def _none(kind: str, day: date) -> Text:
    named = KINDS[kind]
    return Text(
        f"{day.year} 年没有{named.zh}的排放因子，因此没有排放量；"
        "请在 emission_factors.csv 中补上。",
        f"There is no factor of {named.en} for {day.year}, so there is no figure; add one to "
        "emission_factors.csv.",
    )
