"""What signed sheets say of lines that come out otherwise by now."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from analytics.closing.period import period_for
from analytics.statements.amounts import Amount, factor_notes
from analytics.statements.lines import Line
from analytics.statements.printed.entries import BASIS_LABELS, MISSING, decimal, number_text
from analytics.statements.statement import Statement
from energy.errors import ClosingError
from energy.kinds import KINDS
from energy.period import Stretch
from energy.reference import Reference
from energy.registry import Registry
from energy.text import Text
from storage.records import sheets
from storage.records.session import Session
from storage.records.sheets import Step

_Place = tuple[str, str, str, str]
"""Kind, use, first day and the day after the last of a line."""


class _Now(NamedTuple):
    """A line as it comes out now: its key, its amount [base units], its basis."""

    key: str
    amount: int | None
    basis: str


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
        now = {
            _place(line): _Now(line.key, line.signed.amount, line.signed.basis)
            for line in statement.lines
        }
        asked = Stretch(statement.period.first, statement.period.until)
        return self._differing(statement.institution.institution, asked, now)

    def differing_from(self, sheet: Mapping[str, Any]) -> dict[str, Text]:
        """Return the same of a sheet as it comes out now, such as the draft of a quarter.

        Args:
            sheet: Of an institution; bookings of earlier periods in it are not compared.
        """
        now = {
            _signed_place(line): _Now(key, line["amount"], line["basis"])
            for key, line in sheet["lines"].items()
            if "kind" in line
        }
        asked = Stretch(date.fromisoformat(sheet["from"]), date.fromisoformat(sheet["until"]))
        return self._differing(sheet["institution"], asked, now)

    def _differing(
        self, whose: str, asked: Stretch, now: Mapping[_Place, "_Now"]
    ) -> dict[str, Text]:
        found: dict[str, Text] = {}
        for key, sheet in self._of(whose, asked):
            first = self._first_closed(whose, key)["lines"]
            for name, signed in sheet["lines"].items():
                line = now.get(_signed_place(signed))
                if line is None:
                    continue
                note = _said(whose, key, signed)
                if (line.amount, line.basis) == (signed["amount"], signed["basis"]):
                    before = first.get(name)
                    if before is None or before["amount"] == signed["amount"]:
                        continue
                    note = _said_first(whose, key, before)
                found[line.key] = found[line.key] + note if line.key in found else note
        return found

    def _first_closed(self, whose: str, key: str) -> Mapping[str, Any]:
        """Return the sheet of a period as it was closed, before any restatement."""
        steps = sheets.history(self.session, whose, key)
        place = next(number for number, one in enumerate(steps) if one.step is Step.CLOSED)
        content = sheets.content_of(self.session, sheets.in_force(steps[: place + 1]))
        found: Mapping[str, Any] = json.loads(content)
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

    def _of(self, whose: str, asked: Stretch) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield period and content of the closed sheets of an institution that share days."""
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


def _number(signed: Mapping[str, Any]) -> Text:
    kind, amount = KINDS[signed["kind"]], signed["amount"]
    if amount is None:
        return MISSING
    shown = number_text(decimal(Fraction(amount, kind.base_per_display)), 3)
    return Text(f"{shown} {kind.display_unit}", f"{shown} {kind.display_unit}")


def _said_first(institution: str, key: str, before: Mapping[str, Any]) -> Text:
    number = _number(before)
    return Text(
        f"{key} 报表结账时为 {number.zh}，此后已重述：jieneng statement {institution} {key}。",
        f"The sheet of {key} was closed with {number.en} and restated since: "
        f"jieneng statement {institution} {key}.",
    )


def _said(institution: str, key: str, signed: Mapping[str, Any]) -> Text:
    number = _number(signed)
    basis = BASIS_LABELS[signed["basis"]]
    return Text(
        f"已结账的 {key} 报表为 {number.zh}（{basis.zh}），与现值不同："
        f"jieneng statement {institution} {key}。",
        f"The closed sheet of {key} says {number.en} by {basis.en}, not this: "
        f"jieneng statement {institution} {key}.",
    )
