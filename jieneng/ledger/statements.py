"""Statements of a house: what the commands hand out and say of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from api.handing_out import PRINTERS, Counter, Handed
from energy.text import Text, padded
from jieneng.ledger.choices import choices_of, sets_said
from jieneng.wiring import House
from storage.records import reference as reference_records

if TYPE_CHECKING:
    from analytics.statements.printed.entries import PrintedLine
    from analytics.statements.printed.of_kinds import KindTotal

__all__ = ["PRINTERS", "lines_to_say", "sheet_to_hand_out"]

_NOT_COVERED = Text("未覆盖：", "not covered: ")
_TOTAL = Text("综合能耗", "comprehensive energy")


def sheet_to_hand_out(
    house: House,
    institution: str,
    period: str,
    *,
    language: str,
    choices: Mapping[str, str] | None = None,
) -> Handed:
    """Return the sheet in force, or else the draft of now.

    Raises:
        ClosingError: If institution or period are not known.
        ConfigError: If a choice is not known.
    """
    with house.records.reading() as session:
        weighing = choices_of(reference_records.load(session), choices)
        counter = Counter(session, house.store, house.clock(), weighing)
        return counter.handed(institution, period, language=language)


def lines_to_say(handed: Handed) -> list[str]:
    """Return a line for each line of a sheet, and its totals, for the terminal."""
    from analytics.statements.printed.entries import (
        MISSING,
        banner_of_sheet,
        lines_of_sheet,
        number_text,
    )
    from analytics.statements.printed.of_kinds import totals_of_kinds
    from analytics.statements.printed.ratios import ratios_of_sheet
    from analytics.statements.printed.restated import (
        change_text,
        changes_of,
        with_restatements,
        with_signed,
    )
    from analytics.statements.printed.words import institutions_called, members_said

    sheet = json.loads(handed.content)
    lines = lines_of_sheet(sheet, handed.language)
    missing = MISSING.get(handed.language)
    said = [f"{sheet['name'][handed.language]}   {sheet['period']}   {handed.state}"]
    said += [text.get(handed.language) for text in sets_said(sheet["terms"])]
    banner = banner_of_sheet(sheet)
    lines = with_signed(lines, handed.beside, handed.language)
    for line in with_restatements(lines, handed.restated, handed.language):
        said.append(_line_said(line, handed.language))
        said += [f"          {one}" for one in _beside(line, handed.language)]
        said += [f"          {note}" for note in (*_gone(line, handed.language), *line.notes)]
    said += [_of_kind(one, sheet["period"], handed.language) for one in totals_of_kinds(lines)]
    said += _totals(sheet, handed.language)
    said += _booked(sheet, handed.language)
    for ratio in ratios_of_sheet(sheet, handed.language):
        value = number_text(ratio.value, 2) or missing
        said.append(f"{ratio.title}   {value} {ratio.unit}   {ratio.remark}".rstrip())
        if ratio.not_covered and "members" in sheet and ratio.value is not None:
            names = institutions_called(sheet, ratio.not_covered, handed.language)
            said.append("          " + _NOT_COVERED.get(handed.language) + names)
    if banner is not None:
        said.append(banner.get(handed.language))
    said += members_said(sheet, handed.language)
    for one in handed.restated:
        said.append(one.heading(handed.language))
        said += [f"  {change_text(change)}" for change in changes_of(one, handed.language)]
    said += [f"{label}   {text}" for label, text in handed.marks.items()]
    return said


def _line_said(line: "PrintedLine", language: str) -> str:
    """Return a line of a sheet with its amount, coal, cost and basis, one below the other."""
    from analytics.statements.printed.entries import MISSING, number_text

    nothing = "—" if line.is_blank else MISSING.get(language)
    amount = f"{number_text(line.amount, 3) or nothing} {line.unit}"
    coal = f"{number_text(line.coal_kgce, 1)} kgce" if line.coal_kgce is not None else ""
    of_which, yuan = Text("  其中", "  of which"), Text("元", "yuan").get(language)
    name = f"{of_which.get(language)} {line.use}" if line.is_part else line.kind
    cost = f"{number_text(line.cost_yuan, 2)} {yuan}" if line.cost_yuan is not None else ""
    columns = [padded(name, 20)]
    columns += [padded(cell, cells, right=True) for cell, cells in ((amount, 20), (coal, 18))]
    return f"{line.month}   {' '.join(columns)} {padded(cost, 18, right=True)}   {line.basis}"


def _beside(line: "PrintedLine", language: str) -> list[str]:
    """Return what other sources say of a line, one below the other."""
    from analytics.statements.printed.entries import number_text

    lead, yuan = Text("另：", "beside it: ").get(language), Text("元", "yuan").get(language)
    return [
        f"{lead}{basis}"
        + (f"   {number_text(amount, 3)} {line.unit}" if amount is not None else "")
        + (f"   {number_text(cost, 2)} {yuan}" if cost is not None else "")
        for basis, amount, cost in line.beside
    ]


def _of_kind(total: "KindTotal", period: str, language: str) -> str:
    """Return the months of a kind added up."""
    first = total.lines[0]
    summed = replace(
        first,
        month=period,
        amount=total.amount,
        coal_kgce=total.coal_kgce,
        cost_yuan=total.cost_yuan,
        is_blank=all(line.is_blank for line in total.lines),
    )
    note = total.note.get(language)
    word = Text("合计", "total").get(language)
    return f"{_line_said(summed, language)}, {word}{f' ({note})' if note else ''}"


def _gone(line: "PrintedLine", language: str) -> list[str]:
    """Return how much of the time of a line is missing, where it has an amount all the same."""
    if line.amount is None or not line.missing:
        return []
    share = line.missing * 100
    shown = f"{share:,.1f} %" if share >= Decimal("0.05") else "< 0.1 %"
    return [
        Text(
            f"已知部分：{shown} 的时间缺失", f"the known part: {shown} of the time is missing"
        ).get(language)
    ]


def _booked(sheet: Mapping[str, Any], language: str) -> list[str]:
    """Return a line for each difference booked in a sheet, and the totals with them."""
    from analytics.statements.printed.booked import booked_in, totals_with_booked
    from analytics.statements.printed.entries import MISSING, number_text
    from energy.kinds import KINDS

    yuan = Text("元", "yuan").get(language)
    said = [
        f"{one.label(language)}   {one.subject.get(language)}   "
        f"{number_text(one.display_amount, 3)} {KINDS[one.kind].display_unit}   "
        f"{number_text(one.cost_yuan, 2) or '—'} {yuan}"
        for one in booked_in(sheet)
    ]
    for total in totals_with_booked(sheet, language):
        together = number_text(total.together, 3) or MISSING.get(language)
        said.append(f"{total.label}   {together} {total.unit}")
    return said


def _totals(sheet: Mapping[str, Any], language: str) -> list[str]:
    """Return a line for standard coal and for each CO2, and below it which lines it misses."""
    from analytics.statements.covered import coal_covered
    from analytics.statements.printed.earlier import earlier_totals
    from analytics.statements.printed.entries import (
        MISSING,
        emissions_of_sheet,
        kilograms,
        number_text,
    )

    energy, missing = coal_covered(sheet), MISSING.get(language)
    coal = number_text(kilograms(sheet["totals"]["coal_g"]), 1) or (
        "—" if energy.is_empty else missing
    )
    totals = [(f"{energy.label(_TOTAL).get(language)}   {coal} kgce", energy.note().get(language))]
    for label, kg, note in emissions_of_sheet(sheet, language):
        totals.append((f"{label}   {number_text(kg, 1) or missing} kg", note))
    totals += [
        (f"{one.label.get(language)}   {number_text(one.kg, 1)}", "")
        for one in earlier_totals(sheet)
    ]
    return [
        line for total, note in totals for line in (total, note and f"          {note}") if line
    ]
