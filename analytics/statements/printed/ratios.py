"""The intensities of a sheet in display units, with the reason where there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from analytics.statements.figures import EARLIER
from analytics.statements.intensities import INTENSITIES, Intensity
from analytics.statements.known_shares import HEAT
from analytics.statements.printed.entries import MEASURE_LABELS, Sheet, decimal
from energy.kinds import KINDS
from energy.sizes import WATER_PERSONS
from energy.text import Text
from energy.uses import HEATING, LABELS

_NO_AMOUNT = Text("所需的用能量缺失", "an amount it needs is missing")


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
        known_part: Of what the number is, where it is not of all; "" where it is.
    """

    name: str
    title: str
    unit: str
    value: Decimal | None
    not_covered: tuple[str, ...]
    reason: str
    known_part: str = ""

    @property
    def remark(self) -> str:
        """What stands beside the number, or in its place."""
        return self.reason or self.known_part


def ratios_of_sheet(sheet: Sheet, language: str) -> list[PrintedRatio]:
    """Return the intensities of a sheet."""
    found = []
    for one in INTENSITIES:
        said = sheet["intensities"].get(one.name)
        if said is None:
            continue
        value, reason = None, _why_no_ratio(one, said, sheet)
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
                known_part="" if reason else _known_part(said).get(language),
            )
        )
    return found


def _unit(one: Intensity, language: str) -> str:
    """Return the unit as people write it: a person has no sign."""
    top, _, bottom = one.unit.partition("/")
    return f"{top}/{Text('人', 'person').get(language)}" if bottom == "p" else one.unit


def _known_part(said: Mapping[str, Any]) -> Text:
    """Return of what an intensity is that is known only in part; empty where it is of all."""
    parts = [
        Text(f"{named.zh} {share}", f"{named.en} {share}")
        for subject, known in said.get("partly", {}).items()
        for named, share in ((_subject(subject), _percent(Fraction(known))),)
    ]
    zh, en = "、".join(part.zh for part in parts), ", ".join(part.en for part in parts)
    if not parts:
        return Text("", "")
    return Text(
        f"仅为已知部分（已知时间：{zh}），汇总时不计入",
        f"of the known part (time that is known: {en}), in no sum of institutions",
    )


def _subject(subject: str) -> Text:
    kind, _, use = subject.partition("/")
    named = Text(KINDS[kind].zh, KINDS[kind].en)
    return named if not use else named + Text("·", " ") + LABELS[use]


def _percent(share: Fraction) -> str:
    """Return a share below 1 with one decimal, cut off: it never reads as all."""
    tenths = int(share * 1000)
    return f"{tenths // 10}.{tenths % 10} %"


def _why_no_ratio(one: Intensity, said: Mapping[str, Any], sheet: Sheet) -> Text | None:
    """Return why an intensity of a sheet has no number, and what to do; None where it has one."""
    if "members" in sheet:
        return _why_of_nobody(one, said, sheet)
    if said["numerator"] is None and _is_mixed(one, sheet):
        return Text(
            "部分月份取自历史台账，不与其他依据相加",
            "some months are of an earlier ledger, which is never added to other sources",
        )
    return _why_not(one, said, sheet)


def _why_of_nobody(one: Intensity, said: Mapping[str, Any], sheet: Sheet) -> Text | None:
    """Return why nobody is in an intensity of several institutions; None where somebody is."""
    if said["denominator"] is not None:
        return None
    # A sheet that was closed before an intensity was there has none of it.
    of_members = (sheet["members"].get(name, {}) for name in said["not_covered"])
    own = [member.get("intensities", {}).get(one.name) for member in of_members]
    if len(own) != 1 or own[0] is None:
        return Text("没有机构两项数字齐全", "no institution has both numbers in full")
    return _why_not(one, own[0], sheet["members"][said["not_covered"][0]]) or Text(
        "该机构的用能量只知道一部分", "the amount of the institution is known only in part"
    )


def _is_mixed(one: Intensity, sheet: Sheet) -> bool:
    known = [
        line["basis"] == EARLIER
        for line in sheet["lines"].values()
        if "kind" in line
        and line["amount"] is not None
        and one.numerator.sign(line["kind"], line["use"])
    ]
    return any(known) and not all(known)


def _why_not(one: Intensity, said: Mapping[str, Any], sheet: Sheet) -> Text | None:
    label = MEASURE_LABELS[one.measure]
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
        return _why_no_amount(one, [line for line in sheet["lines"].values() if "kind" in line])
    return None


def _why_no_amount(one: Intensity, lines: Sequence[Mapping[str, Any]]) -> Text:
    """Return why what is divided is not known.

    Args:
        one: The intensity.
        lines: Of the sheet of one institution, without what is booked for others.
    """
    own = [line for line in lines if one.numerator.sign(line["kind"], line["use"])]
    if own and all(line["is_blank"] for line in own):
        return Text(
            "按面积计费的热力没有用量，按规则留空：没有可除的数量",
            "heat by area names no amount, which is left blank by rule: there is nothing to divide",
        )
    if not one.numerator.kind and HEATING in one.numerator.without:
        if not _has_untold_heating(lines):
            return _NO_AMOUNT
        is_gone = any(line["amount"] is None and not line["is_blank"] for line in own)
        also = _NO_AMOUNT + Text("；且", "; and ") if is_gone else Text("", "")
        return also + Text(
            "热力未标明供暖用途（use 为 heating）：供暖能耗无法区分",
            "no meter or bill of heat bears the use heating: heating cannot be told apart",
        )
    return _NO_AMOUNT + Text("，或没有计量点标明该用途（use）", ", or no meter bears its use")


def _has_untold_heating(lines: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a line of all heat has none beside it that says how much was for heating."""
    heat = [line for line in lines if line["kind"] == HEAT and not line["is_blank"]]
    told = {line["from"] for line in heat if line["use"] == HEATING}
    return any(line["from"] not in told for line in heat if not line["use"])
