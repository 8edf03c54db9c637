"""The intensities of a sheet in display units, with the reason where there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from analytics.statements.intensities import INTENSITIES, Intensity
from analytics.statements.printed.entries import MEASURE_LABELS, Sheet, decimal
from energy.sizes import WATER_PERSONS
from energy.text import Text


@dataclass(frozen=True, slots=True)
class PrintedRatio:
    """One intensity.

    Attributes:
        name: Its name in the sheet.
        title: What people call it.
        unit: Its unit.
        value: The number; None where one of its two numbers is not known, or it divides by zero.
        not_covered: Institutions left out.
        reason: Why there is no number, and what to do; "" where there is one.
    """

    name: str
    title: str
    unit: str
    value: Decimal | None
    not_covered: tuple[str, ...]
    reason: str


def ratios_of_sheet(sheet: Sheet, language: str) -> list[PrintedRatio]:
    """Return the intensities of a sheet."""
    found = []
    for one in INTENSITIES:
        said = sheet["intensities"].get(one.name)
        if said is None:
            continue
        value, reason = None, _why_no_ratio(one, said)
        if reason is None:
            top = Fraction(said["numerator"], one.per_shown)
            value = decimal(top / Fraction(said["denominator"]))
        found.append(
            PrintedRatio(
                name=one.name,
                title=one.title.get(language),
                unit=_unit(one, language),
                value=value,
                not_covered=tuple(said["not_covered"]),
                reason=reason.get(language) if reason else "",
            )
        )
    return found


def _unit(one: Intensity, language: str) -> str:
    """Return the unit as people write it: a person has no sign."""
    top, _, bottom = one.unit.partition("/")
    return f"{top}/{Text('人', 'person').get(language)}" if bottom == "p" else one.unit


def _why_no_ratio(one: Intensity, said: Mapping[str, Any]) -> Text | None:
    """Return why an intensity of a sheet has no number, and what to do; None where it has one."""
    label = MEASURE_LABELS[one.measure]
    if len(said["not_covered"]) > 1 and said["denominator"] is None:
        return Text("没有机构两项数字齐全", "no institution has both numbers")
    if said["denominator"] is None and one.measure == WATER_PERSONS:
        return label + Text(
            "未知：请把教职工（staff）与学生，或职工、床位与门诊量写入登记表的 sizes.csv",
            " are not known: write staff with students or pupils, or staff with beds and visits, "
            "into sizes.csv of the registry",
        )
    if said["denominator"] is None:
        # 0 in a registry file says that nobody knows: nothing is ever divided by it.
        return label + Text(
            "未知：请写入登记表的 sizes.csv",
            " is not known: write it into sizes.csv of the registry",
        )
    if said["numerator"] is None:
        return Text(
            "所需的用能量缺失，或没有计量点标明该用途（use）",
            "an amount it needs is missing, or no meter bears its use",
        )
    return None
