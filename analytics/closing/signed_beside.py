"""What signed sheets say of lines that come out otherwise by now."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from analytics.closing.period import period_for
from analytics.statements.amounts import Amount, factor_notes
from analytics.statements.lines import Line
from analytics.statements.printed import BASIS_LABELS, MISSING, decimal, number_text
from analytics.statements.statement import Statement
from energy.errors import ClosingError
from energy.kinds import KINDS
from energy.reference import Reference
from energy.registry import Registry
from energy.text import Text
from storage.records import sheets
from storage.records.session import Session

_Place = tuple[str, str, str, str]
"""Kind, use, first day and the day after the last of a line."""


@dataclass(frozen=True)
class SignedSheets:
    """The closed sheets of institutions.

    Attributes:
        session: Of the records.
        registry: The registry in force.
        reference: Knows the heating seasons.
    """

    session: Session
    registry: Registry
    reference: Reference

    def differing(self, statement: Statement) -> dict[str, Text]:
        """Return key of a line to what a signed sheet says of it, where amount or basis differ.

        Sheets of any period count that share days with the statement's: what was closed by the
        month is known of the quarter, too. A line of other days than a signed one is not compared.

        Args:
            statement: Of an institution, as it comes out now.
        """
        lines = {_place(line): line for line in statement.lines}
        found: dict[str, Text] = {}
        for key, sheet in self._of(statement):
            for signed in sheet["lines"].values():
                line = lines.get(_signed_place(signed))
                if line is not None and _differs(line, signed):
                    whose = statement.institution.institution
                    note = _said(whose, key, signed)
                    found[line.key] = found[line.key] + note if line.key in found else note
        return found

    def beside(self, statement: Statement) -> list[Line]:
        """Return the lines of a statement: those that a closed sheet has otherwise say so."""
        differing = self.differing(statement)
        return [
            replace(line, notes=(*line.notes, differing[line.key]))
            if line.key in differing
            else line
            for line in statement.lines
        ]

    def noted(
        self, amounts: Sequence[Amount], statements: Sequence[Statement], *, method: str
    ) -> list[Amount]:
        """Return sums with what holds of each of their institutions.

        That is what closed sheets say otherwise, and each step down to another emission factor.

        Args:
            amounts: Sums of the statements.
            statements: As they come out now.
            method: By which the CO2 of the sums is counted.
        """
        told: dict[tuple[str, str, str], list[Text]] = {}
        for statement in statements:
            differing = self.differing(statement)
            for line in statement.lines:
                notes = told.setdefault((line.kind, line.use, line.signed.basis), [])
                notes += [differing[line.key]] if line.key in differing else []
                notes += factor_notes([line], method)
        found = []
        for one in amounts:
            notes = told.get((one.kind, one.use, one.figure.basis), [])
            figure = replace(one.figure, notes=(*one.figure.notes, *dict.fromkeys(notes)))
            found.append(replace(one, figure=figure))
        return found

    def _of(self, statement: Statement) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield period and content of the closed sheets that share days with a statement."""
        whose, asked = statement.institution.institution, statement.period
        for institution, key in sheets.closed(self.session):
            if institution != whose:
                continue
            try:
                period = period_for(self.registry, self.reference, whose, key)
            except ClosingError:  # a heating season that reference data knows no more
                continue
            if period.first < asked.until and asked.first < period.until:
                content = sheets.as_of(self.session, whose, key, None)
                if content is not None:
                    yield key, json.loads(content)


def _place(line: Line) -> _Place:
    first, until = line.stretch.first, line.stretch.until
    return line.kind, line.use, first.isoformat(), until.isoformat()


def _signed_place(signed: Mapping[str, Any]) -> _Place:
    """Return the same of a line of a sheet; bookings of earlier periods have no place."""
    if "kind" not in signed:
        return "", "", "", ""
    return signed["kind"], signed["use"], signed["from"], signed["until"]


def _differs(line: Line, signed: Mapping[str, Any]) -> bool:
    return (line.signed.amount, line.signed.basis) != (signed["amount"], signed["basis"])


def _said(institution: str, key: str, signed: Mapping[str, Any]) -> Text:
    kind, amount = KINDS[signed["kind"]], signed["amount"]
    if amount is None:
        number = MISSING
    else:
        shown = number_text(decimal(Fraction(amount, kind.base_per_display)), 3)
        number = Text(f"{shown} {kind.display_unit}", f"{shown} {kind.display_unit}")
    basis = BASIS_LABELS[signed["basis"]]
    return Text(
        f"已结账的 {key} 报表为 {number.zh}（{basis.zh}），与现值不同："
        f"jieneng statement {institution} {key}。",
        f"The closed sheet of {key} says {number.en} by {basis.en}, not this: "
        f"jieneng statement {institution} {key}.",
    )
