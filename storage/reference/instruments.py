"""What rules ask of instruments, in the reference files: their rows are told apart by validity."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

from energy.errors import Mistake
from energy.instrument_rules import (
    LEVELS,
    PARTS,
    RULES,
    AccuracyNeed,
    EquipTarget,
    InstrumentRules,
    InstrumentType,
    fineness,
)
from energy.kinds import KINDS
from energy.provenance import SourceRow
from energy.text import Text
from storage.csv_cells import Cells
from storage.csv_files import read_rows
from storage.reference.source_cells import SOURCE_COLUMNS, source_row, validity

TYPE_COLUMNS = (
    "id", "type", "part", "accuracy", "rule", "months", "valid_from", "valid_to", "region",
    *SOURCE_COLUMNS,
)  # fmt: skip
NEED_COLUMNS = (
    "id", "kind", "category", "accuracy", "ct_class", "valid_from", "valid_to", "region",
    *SOURCE_COLUMNS,
)  # fmt: skip
TARGET_COLUMNS = (
    "id", "level", "percent", "valid_from", "valid_to", "region", *SOURCE_COLUMNS,
)  # fmt: skip
_LONGEST_MONTHS = 600

Sourced = list[tuple[Cells, SourceRow]]


class _Dated(Protocol):
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date: ...


_Rule = TypeVar("_Rule", bound=_Dated)
_Found = list[tuple[Cells, _Rule]]


def read_instrument_rules(folder: Path, mistakes: list[Mistake]) -> tuple[InstrumentRules, Sourced]:
    """Return what rules ask of instruments, and where the rows come from.

    Args:
        folder: Holds instrument_types.csv, accuracy_classes.csv and equip_targets.csv; a folder of
            before that has none of them says nothing.
        mistakes: Takes what is wrong.
    """
    sourced: Sourced = []
    types: _Found[InstrumentType] = []
    for cells in _rows(folder / "instrument_types.csv", TYPE_COLUMNS, mistakes):
        source = _sourced(cells, TYPE_COLUMNS, "instrument", sourced)
        types.append((cells, _type(cells, source)))
    needs: _Found[AccuracyNeed] = []
    for cells in _rows(folder / "accuracy_classes.csv", NEED_COLUMNS, mistakes):
        source = _sourced(cells, NEED_COLUMNS, "accuracy", sourced)
        needs.append((cells, _need(cells, source)))
    targets: _Found[EquipTarget] = []
    for cells in _rows(folder / "equip_targets.csv", TARGET_COLUMNS, mistakes):
        source = _sourced(cells, TARGET_COLUMNS, "equip rate", sourced)
        targets.append((cells, _target(cells, source)))
    _check_overlaps(types, "type", "accuracy")
    _check_overlaps(needs, "kind", "category")
    _check_overlaps(targets, "level")
    return InstrumentRules(_by_id(types), _by_id(needs), _by_id(targets)), sourced


def _rows(path: Path, columns: Sequence[str], mistakes: list[Mistake]) -> list[Cells]:
    return read_rows(path, columns, mistakes) if path.exists() else []


def _sourced(cells: Cells, columns: Sequence[str], subject: str, sourced: Sourced) -> SourceRow:
    source = source_row(cells, columns, subject=subject, valid=validity(cells))
    sourced.append((cells, source))
    return source


def _type(cells: Cells, source: SourceRow) -> InstrumentType:
    return InstrumentType(
        id=source.id,
        type=cells.name("type"),
        part=cells.one_of("part", PARTS),
        accuracy=_accuracy(cells, "accuracy", needed=False),
        rule=cells.one_of("rule", RULES),
        months=cells.whole("months", least=1, most=_LONGEST_MONTHS),
        valid_from=source.valid_from,
        valid_to=source.valid_to,
    )


def _need(cells: Cells, source: SourceRow) -> AccuracyNeed:
    return AccuracyNeed(
        id=source.id,
        kind=cells.one_of("kind", KINDS),
        category=cells.name("category", needed=False),
        accuracy=_accuracy(cells, "accuracy", needed=True),
        ct_class=_accuracy(cells, "ct_class", needed=False),
        valid_from=source.valid_from,
        valid_to=source.valid_to,
    )


def _target(cells: Cells, source: SourceRow) -> EquipTarget:
    return EquipTarget(
        id=source.id,
        level=cells.one_of("level", LEVELS),
        percent=cells.whole("percent", least=1, most=100),
        valid_from=source.valid_from,
        valid_to=source.valid_to,
    )


def _accuracy(cells: Cells, column: str, *, needed: bool) -> str:
    text = cells.text(column, needed=needed)
    if text and fineness(text) is None:
        problem = Text(
            f"{text!r} 不是准确度等级，请写成 0.5S、1 或 2.5。",
            f"{text!r} is no accuracy class. Write it like 0.5S, 1 or 2.5.",
        )
        cells.mistake(column, problem)
    return text


def _check_overlaps(found: _Found[_Rule], *columns: str) -> None:
    """Of one thing one row holds on a day."""
    above: dict[tuple[str, ...], _Found[_Rule]] = {}
    for cells, row in found:
        same = above.setdefault(tuple(cells.cell(column) for column in columns), [])
        for other_cells, other in same:
            if row.valid_from < other.valid_to and other.valid_from < row.valid_to:
                problem = Text(
                    f"与第 {other_cells.row} 行在相同的日期上重复有效；请给其中一行填写 valid_to。",
                    f"it holds on days on which row {other_cells.row} holds for the same; end one "
                    "of them with valid_to.",
                )
                cells.mistake("valid_from", problem)
        same.append((cells, row))


def _by_id(found: _Found[_Rule]) -> tuple[_Rule, ...]:
    ordered = sorted(found, key=lambda pair: pair[0].cell("id"))
    return tuple(row for _, row in ordered)
