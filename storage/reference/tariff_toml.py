"""Tariffs in full in the reference files: one TOML file a version."""

from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from energy.errors import Mistake
from energy.kinds import KINDS
from energy.provenance import CONFIDENCES, SourceRow
from energy.tariffs.faults import faults_between, faults_of
from energy.tariffs.terms import (
    HOUSEHOLD,
    PERSON,
    PHASES,
    SINGLE,
    DemandCharge,
    PowerFactorRule,
    Rounding,
    Tariff,
    Tiers,
)
from energy.text import Text
from storage.reference.tariff_clock import periods_of, seasons_of
from storage.reference.tariff_prices import component_of, micro_of, per_display
from storage.toml_tables import Table, read_toml

FORMAT = 2
"""Tariffs of format 1 are the rows of tariffs/*.csv."""

_CONFIRMATION = ("confirmed_by", "confirmed_at")
_EACH = {"year_amount_per_household": HOUSEHOLD, "year_amount_per_person": PERSON}
_TIERS_OF = ("quota_percent", "year_amount", *_EACH)
_PERCENT = 10_000
"""Of 1e-6."""


def read_full_tariffs(
    folder: Path, taken: Collection[str], mistakes: list[Mistake]
) -> tuple[dict[str, tuple[Tariff, ...]], list[tuple[Table, SourceRow]]]:
    """Return the versions of each tariff of a folder, in order of time, and their sources.

    Args:
        folder: Holds TOML files of any name.
        taken: Names of tariffs that rows of CSV files define.
        mistakes: Where every mistake of every file is kept.
    """
    found: dict[str, list[tuple[Table, Tariff]]] = {}
    sourced: list[tuple[Table, SourceRow]] = []
    for path in sorted(folder.glob("*.toml")):
        before = len(mistakes)
        table = read_toml(path, mistakes)
        if table is None:
            continue
        tariff = _tariff(table)
        if tariff.tariff in taken:
            problem = Text(
                "CSV 文件中已有这个价格表；请改名。", "a CSV file defines it; rename one."
            )
            table.mistake("tariff", problem)
        if len(mistakes) == before:
            for key, fault in faults_of(tariff):
                table.mistake(key, fault)
            found.setdefault(tariff.tariff, []).append((table, tariff))
            sourced.append((table, _source(table, tariff)))
    for entries in found.values():
        _judge_together(entries)
    tariffs = {name: _in_order([one for _, one in entries]) for name, entries in found.items()}
    return tariffs, sourced


def _judge_together(entries: Sequence[tuple[Table, Tariff]]) -> None:
    tables = {id(tariff): table for table, tariff in entries}
    for tariff, (key, fault) in faults_between([tariff for _, tariff in entries]):
        tables[id(tariff)].mistake(key, fault)


def _in_order(versions: Sequence[Tariff]) -> tuple[Tariff, ...]:
    return tuple(sorted(versions, key=lambda version: version.valid_from))


def _source(table: Table, tariff: Tariff) -> SourceRow:
    """Return where a version comes from: a confirmation is of its whole file as it reads."""
    return SourceRow(
        id=tariff.id,
        file=table.file,
        subject=tariff.tariff,
        region=tariff.region,
        valid_from=tariff.valid_from,
        valid_to=tariff.valid_to,
        content=table.content(without=_CONFIRMATION),
        source=tariff.source,
        source_date=tariff.source_date.isoformat(),
        confidence=tariff.confidence,
        confirmed_by=tariff.confirmed_by,
        confirmed_at=tariff.confirmed_at,
    )


def _tariff(table: Table) -> Tariff:
    if table.value("format") != FORMAT:
        problem = Text(f"请写 format = {FORMAT}。", f"write format = {FORMAT}.")
        table.mistake("format", problem)
    kind = table.one_of("kind", tuple(KINDS))
    valid_from = table.day("valid_from")
    valid_to = table.day("valid_to", date.max)
    if valid_from >= valid_to:
        problem = Text(
            f"{valid_to} 不晚于 valid_from {valid_from}。",
            f"{valid_to} is not after valid_from {valid_from}.",
        )
        table.mistake("valid_to", problem)
    per_unit = per_display(table, kind)
    name, version = table.name("tariff"), table.name("version")
    tariff = Tariff(
        tariff=name,
        version=version,
        kind=kind,
        region=table.text("region"),
        user_class=table.text("user_class"),
        voltage=table.text("voltage", ""),
        phase=table.one_of("phase", PHASES, SINGLE),
        valid_from=valid_from,
        valid_to=valid_to,
        components=tuple(
            component_of(one, per_unit, valid_from, valid_to) for one in table.tables("components")
        ),
        periods=periods_of(table),
        seasons=seasons_of(table),
        ratios=_ratios(table.table("ratios")),
        demand=_demand(table.table("demand")),
        power_factor=_power_factor(table.table("power_factor")),
        tiers=_tiers(table.table("tiers"), kind, per_unit),
        minimum=micro_of(table, "minimum", table.number("minimum", Fraction(0))),
        rounding=_rounding(table.table("rounding")),
        currency=table.text("currency", "CNY"),
        is_taxed=table.flag("tax_included", default=True),
        source=table.text("source"),
        source_date=table.day("source_date"),
        confidence=table.one_of("confidence", CONFIDENCES),
        confirmed_by=table.text("confirmed_by", ""),
        confirmed_at=_confirmed_at(table),
        id=table.name("id") if table.has("id") else f"{name}-{version}",
    )
    table.close()
    return tariff


def _confirmed_at(table: Table) -> str:
    """Return on which day somebody confirmed a version; files of before have a name alone."""
    if not table.has("confirmed_at"):
        return ""
    if not table.text("confirmed_by", ""):
        problem = Text(
            "请写明 confirmed_by，或去掉这一行。", "write confirmed_by, or leave it out."
        )
        table.mistake("confirmed_at", problem)
    return table.day("confirmed_at").isoformat()


def _ratios(table: Table | None) -> tuple[tuple[str, int], ...]:
    found = table.numbers() if table else {}
    return tuple(
        (period, micro_of(table, period, ratio)) for period, ratio in found.items() if table
    )


def _demand(table: Table | None) -> DemandCharge | None:
    if table is None:
        return None
    demand = DemandCharge(
        per_kw=micro_of(table, "per_kw", table.number("per_kw")),
        per_kva=micro_of(table, "per_kva", table.number("per_kva")),
        window_minutes=table.whole("window_minutes", least=1, most=60, default=15),
        over_percent=table.whole("over_percent", least=100, most=1000, default=105),
        over_times=table.whole("over_times", least=1, most=10, default=2),
        relief_kwh_per_kva=table.whole("relief_kwh_per_kva", least=0, most=744, default=0),
        relief_percent=table.whole("relief_percent", least=0, most=100, default=100),
    )
    table.close()
    return demand


def _power_factor(table: Table | None) -> PowerFactorRule | None:
    if table is None:
        return None
    steps = [
        (_hundredths(table, least), micro_of(table, "steps", percent / 100))
        for least, percent in _pairs(table, "steps")
    ]
    rule = PowerFactorRule(_hundredths(table, table.number("target")), tuple(steps))
    table.close()
    return rule


def _hundredths(table: Table, factor: Fraction) -> int:
    if factor > 1 or (factor * 100).denominator != 1:
        problem = Text("请写 0 到 1 的两位小数。", "write 0 to 1 with two decimals.")
        table.mistake("", problem)
    return round(factor * 100)


def _pairs(table: Table, key: str) -> list[tuple[Fraction, Fraction]]:
    """Return a list of pairs of numbers, of which the second may be negative."""
    found = table.value(key)
    if not isinstance(found, list) or not all(
        isinstance(pair, list) and len(pair) == 2  # noqa: PLR2004  a pair
        for pair in found
    ):
        table.mistake(key, Text("请写成 [[0.95, -0.75], ...]。", "write [[0.95, -0.75], ...]."))
        return []
    return [
        (table.exact(key, one), table.exact(key, other, below_zero=True)) for one, other in found
    ]


def _tiers(table: Table | None, kind: str, per_unit: Fraction) -> Tiers | None:
    if table is None:
        return None
    of = table.one_of("of", _TIERS_OF)
    of_quota = of == "quota_percent"
    base = KINDS[kind].base_per_display
    steps = []
    for step in table.tables("steps"):
        above = step.number("above")
        # An amount stands in the unit of the prices.
        bound = above * _PERCENT if of_quota else above * base / per_unit
        steps.append((round(bound), micro_of(step, "add", step.number("add") * per_unit)))
        step.close()
    table.close()
    return Tiers(of_quota, tuple(steps), _EACH.get(of, ""))


def _rounding(table: Table | None) -> Rounding:
    if table is None:
        return Rounding()
    rounding = Rounding(
        by_component=table.one_of("of", ("component", "total"), "total") == "component",
        decimals=table.whole("decimals", least=0, most=6, default=2),
        price_decimals=table.whole("price_decimals", least=0, most=6, default=6),
    )
    table.close()
    return rounding
