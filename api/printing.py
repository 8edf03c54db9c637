"""A sheet as a page ready to print: A4, Chinese or English, nothing loaded from elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from analytics.statements.covered import coal_covered, cost_covered
from analytics.statements.figures import BILL
from analytics.statements.printed.booked import booked_in, totals_with_booked
from analytics.statements.printed.costs import EARLIER_MONEY, costs_of
from analytics.statements.printed.earlier import earlier_totals
from analytics.statements.printed.entries import (
    BASIS_LABELS,
    METHOD_LABELS,
    MISSING,
    PrintedLine,
    Sheet,
    decimal,
    emissions_of_sheet,
    kilograms,
    lines_of_sheet,
    measures_of,
    method_of,
    number_text,
    terms_said,
)
from analytics.statements.printed.of_kinds import KindTotal, totals_of_kinds
from analytics.statements.printed.quality import quality_text
from analytics.statements.printed.ratios import ratios_of_sheet
from analytics.statements.printed.restated import (
    Restated,
    change_text,
    changes_of,
    with_restatements,
    with_signed,
)
from analytics.statements.printed.words import institutions_called, members_said
from analytics.statements.weights import LOCATION
from energy.kinds import KINDS
from energy.provenance import confidence_text
from energy.text import Text

_ENERGY = Text("综合能耗（不含水）", "comprehensive energy, without water")
_MONEY = Text("费用合计", "cost of all lines")
_BLANK = {"zh": "按面积计费，不填", "en": "left blank: billed by area"}
_NOT_THERE = {"zh": "未装表，不填", "en": "left blank: no meter stood there"}
_TITLES = {
    "zh": (
        "月份", "能源种类", "依据", "消费量", "单位", "折标系数", "标准煤 kgce", "CO₂ kg",
        "费用 元", "实测 / 估算 / 缺失", "说明",
    ),
    "en": (
        "month", "kind", "basis", "amount", "unit", "coefficient", "coal kgce", "CO₂ kg",
        "cost yuan", "measured / estimated / missing", "notes",
    ),
}  # fmt: skip
_BESIDE = {
    "zh": ("月份", "能源种类", "其他依据", "消费量", "单位", "费用 元"),
    "en": ("month", "kind", "other source", "amount", "unit", "cost yuan"),
}
_ROLES = {
    "zh": ("填表人", "统计负责人", "单位负责人", "单位盖章"),
    "en": ("filled in by", "head of statistics", "head of the institution", "seal"),
}


def page_of(
    sheet: Sheet,
    *,
    language: str,
    state: str,
    marks: Mapping[str, str],
    restated: Sequence[Restated] = (),
    signed: Sequence[tuple[str, str] | None] = (),
    beside: Mapping[str, Text] | None = None,
) -> str:
    """Return a sheet as a page of HTML.

    Args:
        sheet: The sheet.
        language: zh or en.
        state: Whether it is a draft, submitted or closed, in that language.
        marks: What stands at its foot, label to text, such as hashes.
        restated: What was restated of it since it was closed.
        signed: Name and local day of who submitted, checked and closed it, in this order; None
            where nobody has: then there is room to sign by hand.
        beside: Key of a line of a draft to what a closed sheet of the same days says otherwise.
    """
    lines = with_signed(lines_of_sheet(sheet, language), beside or {}, language)
    lines = with_restatements(lines, restated, language)
    environment = Environment(
        loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("ledger.html").render(
        zh=language == "zh",
        name=sheet["name"][language],
        period=sheet["period"],
        first=sheet["from"],
        last=(date.fromisoformat(sheet["until"]) - timedelta(days=1)).isoformat(),
        state=state,
        unconfirmed=[
            (row["id"], confidence_text(row["confidence"]).get(language))
            for row in sheet["unconfirmed"]
        ],
        titles=_titles(method_of(sheet), language),
        rows=[_row(line, language, method_of(sheet)) for line in lines],
        totals=_totals(sheet, lines, language),
        ratios=[
            {
                "title": one.title,
                "value": number_text(one.value, 2) or MISSING.get(language),
                "unit": one.unit,
                "reason": one.reason,
                "known_part": one.known_part,
                "not_covered": institutions_called(sheet, one.not_covered, language)
                if "members" in sheet
                else "",
            }
            for one in ratios_of_sheet(sheet, language)
        ],
        sizes=[
            {
                "title": label.get(language),
                "value": number_text(_size(sheet["sizes"].get(measure)), 1)
                or MISSING.get(language),
            }
            for measure, label in measures_of(sheet).items()
            if sheet["sizes"]
        ],
        booked=_booked(sheet, language),
        beside_titles=_BESIDE[language],
        beside=_beside(lines),
        restated=[
            {
                "heading": one.heading(language),
                "changes": [change_text(change) for change in changes_of(one, language)],
            }
            for one in restated
        ],
        members=members_said(sheet, language),
        roles=list(zip_longest(_ROLES[language], signed)),
        terms=terms_said(sheet, language),
        code=sheet["code"],
        marks=list(marks.items()),
    )


def _titles(method: str, language: str) -> list[str]:
    how = METHOD_LABELS[method].get(language)
    said = f" {how}" if method != LOCATION else ""
    return [title + said if title.startswith("CO₂") else title for title in _TITLES[language]]


def _row(line: PrintedLine, language: str, method: str) -> dict[str, Any]:
    blank = _BLANK if line.basis == BASIS_LABELS[BILL].get(language) else _NOT_THERE
    nothing = blank[language] if line.is_blank else MISSING.get(language)
    emitted = line.emission(method)
    return {
        "month": line.month,
        "kind": f"{line.kind} · {line.use}" if line.use else line.kind,
        "is_part": line.is_part,
        "basis": line.basis,
        "amount": number_text(line.amount, 3) or nothing,
        "is_missing": line.amount is None and not line.is_blank,
        "unit": line.unit,
        "coefficient": f"{line.coefficient.normalize():f}" if line.coefficient else "",
        "coal": number_text(line.coal_kgce, 3),
        "co2": number_text(emitted[3], 3) if emitted else "",
        "cost": number_text(line.cost_yuan, 2),
        "quality": quality_text(line, language),
        "notes": " ".join(line.notes),
    }


def _totals(sheet: Sheet, lines: Sequence[PrintedLine], language: str) -> list[dict[str, Any]]:
    energy, money = coal_covered(sheet), cost_covered(sheet)
    costs = costs_of(sheet)
    missing = MISSING.get(language)
    coal = number_text(kilograms(sheet["totals"]["coal_g"]), 3)
    found = [_of_kind(one, language, method_of(sheet)) for one in totals_of_kinds(lines)]
    found += [
        {
            "label": energy.label(_ENERGY).get(language),
            "coal": coal or ("—" if energy.is_empty else missing),
            "co2": "",
            "cost": "",
            "note": energy.note().get(language),
        },
        {
            "label": money.label(_MONEY).get(language),
            "coal": "",
            "co2": "",
            "cost": number_text(costs.counted, 2) or ("—" if money.is_empty else missing),
            "note": money.note().get(language),
        },
    ]
    found += [
        {
            "label": label,
            "coal": "",
            "co2": number_text(kg, 3) or missing,
            "cost": "",
            "note": note,
        }
        for label, kg, note in emissions_of_sheet(sheet, language)
    ]
    found += [
        {
            "label": one.label.get(language),
            "coal": "" if one.scope else number_text(one.kg, 3),
            "co2": number_text(one.kg, 3) if one.scope else "",
            "cost": "",
            "note": "",
        }
        for one in earlier_totals(sheet)
    ]
    if costs.earlier is not None:
        label, cost = EARLIER_MONEY.get(language), number_text(costs.earlier, 2)
        found.append({"label": label, "coal": "", "co2": "", "cost": cost, "note": ""})
    return found


def _of_kind(total: KindTotal, language: str, method: str) -> dict[str, Any]:
    first = total.lines[0]
    amount = number_text(total.amount, 3) or MISSING.get(language)
    label = Text(
        f"{total.subject} 合计（{first.basis}）：{amount} {first.unit}",
        f"{total.subject}, total ({first.basis}): {amount} {first.unit}",
    )
    return {
        "label": label.get(language),
        "coal": number_text(total.coal_kgce, 3),
        "co2": number_text(total.emitted_kg(method), 3),
        "cost": number_text(total.cost_yuan, 2),
        "note": total.note.get(language),
    }


def _booked(sheet: Sheet, language: str) -> dict[str, Any]:
    """Return what is booked for closed periods, and the totals with it."""
    return {
        "rows": [
            {
                "label": one.label(language),
                "subject": one.subject.get(language),
                "amount": number_text(one.display_amount, 3),
                "unit": KINDS[one.kind].display_unit,
                "coal": number_text(kilograms(one.coal_g), 3),
                "co2": number_text(kilograms(one.co2_g.get(method_of(sheet), 0)), 3),
                "cost": number_text(one.cost_yuan, 2) or "—",
            }
            for one in booked_in(sheet)
        ],
        "totals": [
            {
                "label": total.label,
                "together": number_text(total.together, 3) or MISSING.get(language),
                "unit": total.unit,
            }
            for total in totals_with_booked(sheet, language)
        ],
    }


def _beside(lines: Sequence[PrintedLine]) -> list[dict[str, str]]:
    return [
        {
            "month": line.month,
            "kind": line.kind,
            "basis": basis,
            "amount": number_text(amount, 3),
            "unit": line.unit,
            "cost": number_text(cost, 2),
        }
        for line in lines
        for basis, amount, cost in line.beside
    ]


def _size(text: str | None) -> Decimal | None:
    return None if text is None else decimal(Fraction(text))
