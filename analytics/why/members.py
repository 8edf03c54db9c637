"""Why a sum of institutions is what it is: the figure of each, which add up, and how to ask on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from analytics.why.absent import nothing_of, see_kind
from analytics.why.asked import Answer, compared, fraction, is_same
from analytics.why.inputs import counted_in, sum_of
from analytics.why.intensity import RECIPES, is_partly
from analytics.why.meter import AMOUNT, CO2, COAL, COST
from analytics.why.statement import OF_LINES, wanted_of
from energy.canonical import sha256_of
from energy.kinds import KINDS
from energy.version import program

Line = Mapping[str, Any]
_SAME = ("kind", "use", "from", "until", "basis")
"""What lines have in common that are added: amounts of different bases never are."""


def why_members(content: bytes, *, kind: str = "", figure: str = "") -> Answer:
    """Return why the figures of a sum are what they are.

    Args:
        content: Bytes of the sheet of a body or of the district, which hold those of its members.
        kind: Kind of energy or water; "" for all of them.
        figure: A word of analytics.why.statement.FIGURES; "" for all of them.

    Raises:
        ConfigError: If there is no such kind or figure, or no line of it.
    """
    return _Sum(content).answer(wanted_of(kind, figure), kind)


@dataclass(frozen=True)
class _Sum:
    content: bytes

    @cached_property
    def sheet(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.content)
        return found

    def answer(self, wanted: Sequence[str], kind: str) -> Answer:
        sheet = self.sheet
        see_kind(sheet, kind)
        own = {key: line for key, line in sheet["lines"].items() if kind in ("", line["kind"])}
        of_lines = set(wanted) & set(OF_LINES)
        lines = [self._line(key, own[key], wanted) for key in sorted(own)] if of_lines else []
        totals = [] if kind else self._totals(wanted)
        ratios = (
            []
            if kind
            else [
                self._ratio(name)
                for name in RECIPES
                if name in wanted and name in sheet["intensities"]
            ]
        )
        figures = [figure for one in (*lines, *ratios) for figure in one["figures"]]
        figures += [one["figure"] for one in totals]
        if not figures:
            raise nothing_of(sheet, kind, wanted)
        return {
            "what": "sum",
            "place": sheet["institution"],
            "name": sheet["name"],
            "period": sheet["period"],
            "from": sheet["from"],
            "until": sheet["until"],
            "terms": sheet["terms"],
            "sha256": sha256_of(self.content),
            "verdict": "same" if is_same(figures) else "differs",
            "lines": lines,
            "totals": totals,
            "intensities": ratios,
            "members": [
                {
                    "institution": name,
                    "state": one["state"],
                    "sha256": one["sha256"],
                    "why": self._why(name),
                }
                for name, one in sheet["members"].items()
            ],
            "silent": sheet["silent"],
            "unconfirmed": [] if kind else sheet["unconfirmed"],
            "code": sheet["code"],
            "program": program(),
        }

    def _why(self, name: str, *words: str) -> str:
        return " ".join(("jieneng why", name, self.sheet["period"], *words))

    def _line(self, key: str, line: Line, wanted: Sequence[str]) -> Answer:
        members = [
            {
                "institution": name,
                "amount": one["amount"],
                "cost": one["cost"],
                "coal_g": one["coal_g"],
                "co2_g": _co2(one),
                "why": self._why(name, line["kind"]),
            }
            for name, sheet in self.sheet["members"].items()
            for one in sheet["lines"].values()
            if "kind" in one and all(one[field] == line[field] for field in _SAME)
        ]
        figures = []
        for word, field, unit in (
            (AMOUNT, "amount", KINDS[line["kind"]].base_unit),
            (COST, "cost", "1e-6 yuan"),
            (COAL, "coal_g", "g"),
        ):
            if word in wanted and (word != COAL or line["coal_g"] is not None):
                figures.append(compared(word, unit, line[field], sum_of(members, field)))
        for name, grams in _co2(line).items() if CO2 in wanted else ():
            again = [{"g": one["co2_g"][name]} for one in members if name in one["co2_g"]]
            figures.append(compared(f"{CO2} {name}", "g", grams, sum_of(again, "g")))
        said = {field: line[field] for field in _SAME}
        return {"line": key, **said, "figures": figures, "members": members}

    def _totals(self, wanted: Sequence[str]) -> list[Answer]:
        stated = self.sheet["totals"]
        found = []
        if COAL in wanted:
            parts = {name: _total_coal(one, stated) for name, one in self._members.items()}
            found.append(self._total(f"total {COAL}", stated["coal_g"], parts, COAL))
        for name, grams in stated["co2_g"].items() if CO2 in wanted else ():
            parts = {who: _total_co2(one, stated, name) for who, one in self._members.items()}
            found.append(self._total(f"total {CO2} {name}", grams, parts, CO2))
        return found

    def _total(
        self, name: str, stated: int | None, parts: Mapping[str, int | None], word: str
    ) -> Answer:
        members = [
            {"institution": who, "grams": grams, "why": self._why(who, word)}
            for who, grams in parts.items()
        ]
        figure = compared(name, "g", stated, sum_of(members, "grams"))
        return {"figure": figure, "members": members}

    @property
    def _members(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.sheet["members"]
        return found

    def _ratio(self, name: str) -> Answer:
        stated, recipe = self.sheet["intensities"][name], RECIPES[name]
        members = [
            {
                "institution": who,
                "numerator": one["intensities"][name]["numerator"],
                "denominator": one["intensities"][name]["denominator"],
                "why": self._why(who, name),
            }
            for who, one in self._members.items()
            if name in one["intensities"]
        ]
        partly = {who for who, one in self._members.items() if is_partly(name, _lines_of(one))}
        # Who lacks one of the two numbers, or a part of the first, is in neither sum.
        both = [one for one in members if one["numerator"] is not None and one["denominator"]]
        both = [one for one in both if one["institution"] not in partly]
        both = [one for one in both if Fraction(one["denominator"])]
        size = fraction(sum((Fraction(one["denominator"]) for one in both), Fraction(0)))
        again = size if both else None
        scale = _scale(stated["denominator"], again)
        unit = "g" if recipe.of == COAL else KINDS[recipe.of].base_unit
        return {
            "intensity": name,
            "numerator": stated["numerator"],
            "denominator": stated["denominator"],
            "measure": recipe.measure,
            "not_covered": stated["not_covered"],
            "members": members,
            "figures": [
                compared(f"{name} numerator", unit, stated["numerator"], sum_of(both, "numerator")),
                compared(
                    f"{name} denominator",
                    f"{recipe.measure} x {scale} days",
                    _scaled(stated["denominator"], scale),
                    _scaled(again, scale),
                ),
            ],
        }


def _lines_of(sheet: Mapping[str, Any]) -> list[Line]:
    """Return the lines of a sheet without what is booked in it for others."""
    return [line for line in sheet["lines"].values() if "kind" in line]


def _total_coal(member: Mapping[str, Any], stated: Mapping[str, Any]) -> int | None:
    """Return what a member gives to a total of coal: without earlier ledgers if the total is."""
    if "earlier" not in stated:
        found: int | None = member["totals"]["coal_g"]
        return found
    return sum_of(counted_in(_lines_of(member), stated), "coal_g")


def _total_co2(member: Mapping[str, Any], stated: Mapping[str, Any], name: str) -> int | None:
    """Return what a member gives to a total of CO2: without earlier ledgers if the total is."""
    if "earlier" not in stated:
        found: int | None = member["totals"]["co2_g"].get(name)
        return found
    each = [_co2(line) for line in counted_in(_lines_of(member), stated)]
    return sum_of([{"g": one[name]} for one in each if name in one], "g")


def _co2(line: Line) -> dict[str, int]:
    return {f"{one['scope']}/{one['method']}": one["grams"] for one in line["co2"]}


def _scale(*sizes: str | None) -> int:
    """Return what makes whole numbers of mean sizes."""
    return lcm(*(Fraction(size).denominator for size in sizes if size is not None))


def _scaled(size: str | None, scale: int) -> int | None:
    return None if size is None else int(Fraction(size) * scale)
