"""Why a figure of a statement is what it is: sources, coefficients, sizes, hash, and it again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from math import lcm
from typing import Any

from analytics.closing.choices import STATISTICS
from analytics.closing.reweighing import weighed_by
from analytics.closing.sheet import maker_of
from analytics.why.absent import nothing_of, see_kind
from analytics.why.asked import Answer, Asked, compared, is_same, iso, raw_from, unknown, verdict_of
from analytics.why.frozen import frozen_sheet
from analytics.why.inputs import Line, choice_told, counted_in, inputs_of, stretch_of, sum_of
from analytics.why.intensity import RECIPES, numerator_again, sizes_again
from analytics.why.meter import AMOUNT, CO2, COAL, COST, why_meter
from analytics.why.told import named_row
from analytics.why.weighing import co2_told, coal_told
from energy.canonical import sha256_of
from energy.kinds import KINDS
from energy.span import Span
from energy.text import Text
from energy.version import program
from storage.records import sheets

OF_LINES = (AMOUNT, COST, COAL, CO2)
FIGURES = (*OF_LINES, *RECIPES)


def why_statement(
    asked: Asked,
    institution: str,
    key: str,
    *,
    kind: str = "",
    figure: str = "",
    deep: bool = False,
) -> Answer:
    """Return why the figures of a statement are what they are: of the sheet in force, or the draft.

    Args:
        asked: Where inputs are taken from.
        institution: Whose statement.
        key: 2026-05, 2026-Q2, 2026, or 2025-2026 for a heating season.
        kind: Kind of energy or water; "" for all of them.
        figure: A word of FIGURES; "" for all of them.
        deep: Whether the amounts of meters are worked out again from their readings, too.

    Raises:
        ConfigError: If there is no such kind or figure.
        ClosingError: If institution or period are not known.
    """
    wanted = wanted_of(kind, figure)
    held = sheets.begun(asked.session)
    frozen = None
    choices = asked.choices
    fresh = maker_of(asked.store, asked.reference, now_ms=asked.now_ms, choices=choices)(
        asked.session,
        asked.registry,
        institution,
        key,
        sheets.adjustments_into(asked.session, institution, key),
    )
    if (institution, key) in held:
        frozen = frozen_sheet(asked, institution, key, lambda _line: False)
    content = fresh
    if frozen is not None and frozen["is_whole"]:
        content = sheets.content_of(asked.session, frozen["sha256"])
        if choices != STATISTICS:
            content = weighed_by(content, choices, asked.reference)
    now = None if frozen is None else json.loads(fresh)["lines"]
    return Why(asked, institution, content, frozen, now=now).answer(wanted, kind, deep=deep)


def wanted_of(kind: str, figure: str) -> tuple[str, ...]:
    """Return the figures that are asked for: one, or all.

    Raises:
        ConfigError: If there is no such kind or figure.
    """
    if kind and kind not in KINDS:
        raise unknown(Text("能源品种", "kind"), kind, list(KINDS))
    if figure and figure not in FIGURES:
        raise unknown(Text("这个数字", "figure"), figure, list(FIGURES))
    return (figure,) if figure else FIGURES


@dataclass(frozen=True)
class Why:
    """One question.

    Attributes:
        asked: Where inputs are taken from.
        institution: Whose sheet.
        content: The bytes that are explained.
        frozen: What the chain says of them; None for a draft.
        meters: Of what meters are asked, where ``asked`` knows some of them alone; else None.
        now: Of a sheet that was signed its lines as they come out now, by key; else None.
    """

    asked: Asked
    institution: str
    content: bytes
    frozen: Answer | None
    meters: Asked | None = None
    now: Mapping[str, Line] | None = None

    @cached_property
    def sheet(self) -> dict[str, Any]:
        """The content, read."""
        found: dict[str, Any] = json.loads(self.content)
        return found

    @cached_property
    def lines(self) -> dict[str, Line]:
        """Its lines by key, without what is booked in it for others."""
        return {key: line for key, line in self.sheet["lines"].items() if "kind" in line}

    def answer(self, wanted: Sequence[str], kind: str, *, deep: bool) -> Answer:
        """Return the answer about some figures of a kind, or of all where it is "".

        Raises:
            ConfigError: If there is no such kind in it, or no such figure of it.
        """
        see_kind(self.sheet, kind)
        own = {key: line for key, line in self.lines.items() if kind in ("", line["kind"])}
        lines = []
        if set(wanted) & set(OF_LINES):
            lines = [self._line(key, own[key], wanted, deep=deep) for key in sorted(own)]
        totals = [] if kind else self._totals(wanted)
        ratios = (
            []
            if kind
            else [
                self._ratio(name)
                for name in RECIPES
                if name in wanted and name in self.sheet["intensities"]
            ]
        )
        figures = [figure for line in lines for figure in line["figures"]] + totals
        verdict = partial(verdict_of, self.asked, self._span, list(figures))
        figures += [figure for ratio in ratios for figure in ratio["figures"]]
        if not figures:
            raise nothing_of(self.sheet, kind, wanted)
        deeper = [one["readings"] for line in lines for one in line["inputs"] if "readings" in one]
        is_proved = self.frozen is None or self.frozen["is_whole"]
        weighed = [one for line in lines for one in (line["coal"], *line["co2"]) if one]
        is_proved &= all(one["is_as_signed"] for one in weighed)
        good = is_same(figures) and is_proved and "differs" not in deeper
        return {
            "what": "statement",
            "institution": self.institution,
            "name": self.sheet["name"],
            "period": self.sheet["period"],
            "from": self.sheet["from"],
            "until": self.sheet["until"],
            "terms": self.sheet["terms"],
            "sha256": sha256_of(self.content),
            "frozen": self.frozen,
            "verdict": verdict(is_good=good),
            "has_ended": self.asked.now_ms >= self._span.end,
            "lines": lines,
            "totals": totals,
            "intensities": ratios,
            "booked": {
                key: line for key, line in self.sheet["lines"].items() if "kind" not in line
            },
            "unconfirmed": self._unconfirmed(own, kind),
            "raw_from": iso(raw_from(self.asked)) if raw_from(self.asked) else None,
            "is_removed": self._span.start < raw_from(self.asked),
            "code": self.sheet["code"],
            "program": program(),
            "registry": self.asked.registry.number,
        }

    @property
    def _span(self) -> Span:
        site = self.asked.registry.institution[self.institution].site
        return stretch_of(self.sheet).span(self.asked.registry.site[site].zone)

    def _unconfirmed(self, own: Mapping[str, Line], kind: str) -> list[Answer]:
        """Return the rows that nobody confirmed; of one kind those that it leans on."""
        keys, lines = own.keys(), own.values()
        used = {row for line in lines for row in line["coal_rows"]}
        used |= {row for line in lines for one in line["co2"] for row in one["rows"]}
        used |= {row for key in keys for row in self.sheet.get("prices", {}).get(key, ())}
        return [row for row in self.sheet["unconfirmed"] if not kind or row["id"] in used]

    def _line(self, key: str, line: Line, wanted: Sequence[str], *, deep: bool) -> Answer:
        inputs = inputs_of(self.asked, self.institution, line)
        for one in inputs if deep else []:
            if one.get("key"):
                one["readings"] = self._from_readings(one)
        figures = []
        if AMOUNT in wanted:
            unit = KINDS[line["kind"]].base_unit
            figures.append(compared(AMOUNT, unit, line["amount"], sum_of(inputs, "amount")))
        if COST in wanted:
            figures.append(compared(COST, "1e-6 yuan", line["cost"], sum_of(inputs, "cost")))
        now = None if self.now is None else self.now.get(key)
        coal = coal_told(self.asked, line, now)
        co2 = co2_told(self.asked, self.lines, line, now)
        figures += [coal["figure"]] if COAL in wanted and coal else []
        figures += [one["figure"] for one in co2] if CO2 in wanted else []
        return {
            "line": key,
            "kind": line["kind"],
            "use": line["use"],
            "from": line["from"],
            "until": line["until"],
            "is_blank": line["is_blank"],
            "basis": choice_told(self.asked, self.institution, line),
            "beside": line["beside"],
            "notes": line["notes"],
            "inputs": inputs,
            "figures": figures,
            "coal": coal if COAL in wanted else None,
            "co2": co2 if CO2 in wanted else [],
            "prices": self._prices(key) if COST in wanted else [],
        }

    def _prices(self, key: str) -> list[Answer]:
        """Return the rows that priced a line; none of a sheet from before they were kept."""
        sources = self.asked.reference.sources
        rows = self.sheet.get("prices", {}).get(key, ())
        return [{"id": row, **named_row(row, sources)} for row in rows]

    def _from_readings(self, one: Answer) -> str:
        """Tell whether the days of a meter say what its readings give."""
        found = why_meter(self.meters or self.asked, one["meter"], one["key"], AMOUNT)
        if found["verdict"] != "same":
            return str(found["verdict"])
        again = next(figure for figure in found["figures"] if figure["figure"] == AMOUNT)["again"]
        return "same" if again == one["amount"] else "differs"

    def _totals(self, wanted: Sequence[str]) -> list[Answer]:
        stated = self.sheet["totals"]
        whole = counted_in(self.lines.values(), stated)
        found = []
        if COAL in wanted:
            found.append(compared("total coal", "g", stated["coal_g"], sum_of(whole, "coal_g")))
        for name, grams in stated["co2_g"].items() if CO2 in wanted else ():
            scope, _, method = name.partition("/")
            emitted = [
                one
                for line in whole
                for one in line["co2"]
                if (str(one["scope"]), one["method"]) == (scope, method)
            ]
            found.append(compared(f"total {CO2} {name}", "g", grams, sum_of(emitted, "grams")))
        return found

    @cached_property
    def _sizes(self) -> dict[str, Answer]:
        first, until = stretch_of(self.sheet)
        return sizes_again(self.asked, self.institution, first, until)

    def _ratio(self, name: str) -> Answer:
        recipe, stated = RECIPES[name], self.sheet["intensities"][name]
        size = self._sizes[recipe.measure]
        unit = "g" if recipe.of == COAL else KINDS[recipe.of].base_unit
        again = numerator_again(name, self.lines.values())
        scale = _scale(stated["denominator"], size["again"])
        return {
            "intensity": name,
            "of": recipe.of,
            "without": list(recipe.without),
            "only": recipe.only,
            "measure": recipe.measure,
            "numerator": stated["numerator"],
            "denominator": stated["denominator"],
            "size": size,
            "figures": [
                compared(f"{name} numerator", unit, stated["numerator"], again),
                compared(
                    f"{name} denominator",
                    f"{recipe.measure} x {scale} days",
                    _scaled(stated["denominator"], scale),
                    _scaled(size["again"], scale),
                ),
            ],
        }


def _scale(*sizes: str | None) -> int:
    """Return what makes whole numbers of mean sizes."""
    return lcm(*(Fraction(size).denominator for size in sizes if size is not None))


def _scaled(size: str | None, scale: int) -> int | None:
    return None if size is None else int(Fraction(size) * scale)
