"""A sheet as people read it: display units, labels in a language, one entry a line.

Everything printed is made from the sheet alone, so that one that was closed years ago prints as it
was, whatever has become of meters and coefficients since.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from analytics.statements.cost.known_cost import is_least, is_without
from analytics.statements.covered import co2_covered
from analytics.statements.figures import BILL, EARLIER, OWN, SETTLEMENT
from analytics.statements.weights import LOCATION, MARKET
from energy.kinds import KINDS
from energy.provenance import confidence_text
from energy.scopes import scope_of
from energy.sizes import AREA, HEATED_AREA, PEOPLE, WATER_PERSONS
from energy.text import Text
from energy.uses import LABELS, OWN_GENERATION

Sheet = Mapping[str, Any]
"""JSON values of a sheet, as analytics/statements/sheet.py writes them."""

Emitted = tuple[int, str, Decimal | None, Decimal]
"""Scope, method, factor [kg a display unit; None for several together], CO2 [kg]."""

BASIS_LABELS = {
    OWN: Text("自有计量", "own meters"),
    BILL: Text("账单", "bill"),
    SETTLEMENT: Text("结算表", "settlement meter"),
    EARLIER: Text("历史台账", "earlier ledger"),
}
USE_LABELS = LABELS
MEASURE_LABELS = {
    AREA: Text("建筑面积（m²）", "floor area (m²)"),
    HEATED_AREA: Text("采暖面积（m²）", "heated area (m²)"),
    PEOPLE: Text("用能人数", "energy users"),
    WATER_PERSONS: Text("用水定额人数", "persons of the water quota"),
}
METHOD_LABELS = {
    LOCATION: Text("按地域", "by location"),
    MARKET: Text("按市场", "by market"),
}
MISSING = Text("缺失", "missing")
_MILLION = 1_000_000
_GRAMS = 1000


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line in display units; None where a number is missing.

    Attributes:
        key: Name of the line in the sheet.
        month: 2026-05, or the dates of a part of one.
        kind: Label of the kind.
        use: Label of the use; "" for all of the kind.
        is_part: Whether it is a part of the line above, and in no total.
        basis: Label of what is signed.
        amount: In display units, exact.
        unit: Display unit.
        coefficient: kgce a display unit.
        coal_kgce: Standard coal [kgce].
        emissions: (scope, method, factor [kg a display unit], CO2 [kg]) of each.
        cost_yuan: Cost [yuan].
        measured: Share of the time that is measured, 0 to 1; None where no meter is due.
        estimated: The same for estimated.
        missing: The same for unresolved and missing.
        billed: The same for days on bills, where these are not all of it; None where they are, or
            none is on one.
        is_blank: Whether the amount is left blank by rule.
        is_unpriced: Whether a part of what was bought has no price, and is not in the cost.
        is_without: Whether the cost is without what a tariff asks by the month.
        is_least: Whether the cost is the least it can be.
        sources: What the figure is made of.
        notes: What a reader has to know.
        beside: (basis label, amount, cost) of the other sources.
    """

    key: str
    month: str
    kind: str
    use: str
    is_part: bool
    basis: str
    amount: Decimal | None
    unit: str
    coefficient: Decimal | None
    coal_kgce: Decimal | None
    emissions: tuple[Emitted, ...]
    cost_yuan: Decimal | None
    measured: Decimal | None
    estimated: Decimal | None
    missing: Decimal | None
    billed: Decimal | None
    is_blank: bool
    is_unpriced: bool
    is_without: bool
    is_least: bool
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    beside: tuple[tuple[str, Decimal | None, Decimal | None], ...]

    def emission(self, method: str) -> Emitted | None:
        """Return what it emits by a method; None if nothing is known to."""
        return next((one for one in self.emissions if one[1] == method), None)


def lines_of_sheet(sheet: Sheet, language: str) -> list[PrintedLine]:
    """Return the lines of a sheet, kinds in their order, months in order, parts after the whole."""
    order = list(KINDS)
    uses = list(USE_LABELS)
    own = [(key, line) for key, line in sheet["lines"].items() if "kind" in line]
    lines = sorted(
        own,
        key=lambda pair: (
            order.index(pair[1]["kind"]),
            uses.index(pair[1]["use"]),
            pair[1]["from"],
        ),
    )
    return [_line(key, line, language) for key, line in lines]


def measures_of(sheet: Sheet) -> dict[str, Text]:
    """Return the measures of a sheet to their labels; of water quotas only where there is one."""
    ruled = WATER_PERSONS in sheet["sizes"]
    return {one: text for one, text in MEASURE_LABELS.items() if ruled or one != WATER_PERSONS}


def method_of(sheet: Sheet) -> str:
    """Return by which method CO2 is shown; sheets that do not say it show it by location."""
    return str(sheet["terms"].get("method", LOCATION))


def terms_said(sheet: Sheet, language: str) -> list[tuple[str, str]]:
    """Return label and text of what a sheet is weighed by."""
    terms = sheet["terms"]
    found = [
        (Text("折标系数组", "coal coefficients"), terms["coal_set"]),
        (Text("排放因子组", "emission factors"), terms["co2_set"]),
        (Text("排放因子地区", "region of the factors"), terms["co2_region"]),
        (Text("按市场法的因子组", "factors by market"), terms.get("residual_set", "")),
    ]
    return [(label.get(language), text) for label, text in found if text]


def scopes_of(sheet: Sheet) -> set[int]:
    """Return the scopes that kinds of a sheet have: of the others there is nothing to say."""
    scopes = (scope_of(line["kind"]) for line in sheet["lines"].values() if "kind" in line)
    return {int(scope) for scope in scopes if scope is not None}


def generated_beside(sheet: Sheet, key: str) -> str:
    """Return the line of what was generated of a line of all of a kind; "" where none is taken off.

    What the sun gave emits nothing, so the CO2 of a whole kind is without it.
    """
    lines = sheet["lines"]
    whole = lines[key]
    beside = f"{whole['kind']}/{OWN_GENERATION}/{whole['from']}"
    if "generated" in whole:
        return beside if beside in lines else ""
    is_netted = not whole["use"] and whole["basis"] == OWN and beside in lines
    return beside if is_netted and lines[beside]["basis"] == OWN else ""


def banner_of_sheet(sheet: Sheet) -> Text | None:
    """Return the sentence about reference data nobody has confirmed; None if all of it is."""
    rows = [(row["id"], confidence_text(row["confidence"])) for row in sheet["unconfirmed"]]
    if not rows:
        return None
    zh = "、".join(f"{row}（{sure.zh}）" for row, sure in rows)
    en = ", ".join(f"{row} ({sure.en})" for row, sure in rows)
    return Text(
        f"未经确认的参考数据：{zh}。报送前请核对并运行 jieneng reference confirm。",
        f"Reference data nobody has confirmed: {en}. Compare them with their source before "
        "the sheet is sent, and run jieneng reference confirm.",
    )


def emissions_of_sheet(sheet: Sheet, language: str) -> list[tuple[str, Decimal | None, str]]:
    """Return each total of CO2: what it is called, kg (None where not known), what is missing."""
    found = []
    for key, grams in sheet["totals"]["co2_g"].items():
        scope, method = key.split("/")
        if (method == MARKET and scope == "1") or int(scope) not in scopes_of(sheet):
            continue  # only bought electricity differs by market
        how = METHOD_LABELS[method]
        label = Text(f"CO₂ 范围{scope}（{how.zh}）", f"CO₂ scope {scope}, {how.en}")
        covered = co2_covered(sheet, int(scope), method)
        if covered.is_empty:
            continue  # every line is blank by rule
        note = covered.note().get(language)
        found.append((covered.label(label).get(language), kilograms(grams), note))
    return found


def _line(key: str, line: Mapping[str, Any], language: str) -> PrintedLine:
    kind = KINDS[line["kind"]]
    per_display = kind.base_per_display
    shares = _shares(line)
    return PrintedLine(
        key=key,
        month=month_of(line["from"], line["until"]),
        kind=kind.zh if language == "zh" else kind.en,
        use=USE_LABELS[line["use"]].get(language),
        is_part=bool(line["use"]),
        basis=BASIS_LABELS[line["basis"]].get(language),
        amount=_over(line["amount"], per_display),
        unit=kind.display_unit,
        coefficient=_fraction(line["coal_per_display"]),
        coal_kgce=kilograms(line["coal_g"]),
        emissions=tuple(
            (
                one["scope"],
                one["method"],
                _fraction(one["per_display"]),
                decimal(Fraction(one["grams"], _GRAMS)),
            )
            for one in line["co2"]
        ),
        cost_yuan=_over(line["cost"], _MILLION),
        measured=shares[0],
        estimated=shares[1],
        missing=shares[2],
        billed=shares[3] if line.get("billed_s") else None,
        is_blank=line["is_blank"],
        is_unpriced=bool(line.get("unpriced")),
        is_without=is_without(line),
        is_least=is_least(line),
        sources=tuple(line["sources"]),
        notes=_notes(line, language),
        beside=tuple(
            (
                BASIS_LABELS[one["basis"]].get(language),
                _over(one["amount"], per_display),
                _over(one["cost"], _MILLION),
            )
            for one in line["beside"]
        ),
    )


def _notes(line: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """Return what a reader has to know of a line and of its emission factors, each once."""
    of_factors = (note for emission in line["co2"] for note in emission.get("notes", ()))
    return tuple(dict.fromkeys(note[language] for note in (*line["notes"], *of_factors)))


def month_of(first: str, until: str) -> str:
    """Return how the days of a line are written: 2026-05, or 2026-11-15/2026-12-01 for a part."""
    starts, ends = first.endswith("-01"), until.endswith("-01")
    return first[:7] if starts and ends else f"{first}/{until}"


def _shares(line: Mapping[str, Any]) -> tuple[Decimal | None, ...]:
    """Return the shares of the time: measured, estimated, not known, and on bills."""
    gone, billed = line["unresolved_s"] + line["missing_s"], line.get("billed_s", 0)
    parts = (line["measured_s"], line["estimated_s"], gone, billed)
    due = sum(parts)
    return tuple(decimal(Fraction(part, due)) if due else None for part in parts)


def kilograms(grams: int | None) -> Decimal | None:
    """Return grams as kilograms; None where they are missing."""
    return _over(grams, _GRAMS)


def number_text(value: Decimal | None, places: int) -> str:
    """Return a number as people read it, half up; "" where it is missing."""
    if value is None:
        return ""
    step = Decimal(1).scaleb(-places)
    return f"{value.quantize(step, rounding=ROUND_HALF_UP):,}"


def _over(number: int | None, divisor: int) -> Decimal | None:
    return None if number is None else decimal(Fraction(number, divisor))


def _fraction(text: str | None) -> Decimal | None:
    return None if text is None else decimal(Fraction(text))


def decimal(number: Fraction) -> Decimal:
    """Return a fraction as a decimal: exact where one is, else to 28 digits."""
    return Decimal(number.numerator) / Decimal(number.denominator)
