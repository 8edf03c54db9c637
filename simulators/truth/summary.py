"""The truth of a history on a page, for a person: ``truth/summary.md``.

Made from what truth.json and totals.parquet hold; exact, in the units that people read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from energy.finding import Stream
from energy.kinds import KINDS, QUANTITIES
from energy.meter import CHECK, EXPORT, MAIN, SUB
from energy.registry import Registry
from energy.span import HOUR_MS, from_ms
from energy.text import Text
from simulators.trees.waste import RATES
from simulators.truth.planted_words import CHANGE_WORDS, FAULT_WORDS, STRENGTH_UNITS, WASTE_WORDS
from simulators.truth.totals import BUILDING, DISTRICT, INSTITUTION, YEAR, Totals

MOST_BUILDINGS = 50
MOST_ROWS = 200
"""Of anything else; a page that nobody reads to its end tells nothing."""

_A_DAY_MS = 24 * HOUR_MS
_ROLES = (MAIN, SUB, CHECK, EXPORT)
_NOTHING = "无 none"
BAR = "\\|"
"""A bar within a cell of a Markdown table."""

Facts = Mapping[str, Any]
Years = dict[int, int]
"""Local year to amount [base units]."""


def summary(facts: Facts, totals: Totals, registry: Registry, *, until: int) -> str:
    """Return the page, as Markdown in Chinese and English.

    Args:
        facts: What truth.json holds.
        totals: What was truly used.
        registry: Names and clocks.
        until: End of what was built [ms since 1970 UTC].
    """
    page = _Page(facts, totals, registry)
    parts = [
        page.head(until),
        "## 用量 What was used",
        page.totals(),
        f"## 建筑 Buildings\n\n{page.buildings()}",
        f"## 故障 Faults\n\n{page.faults()}",
        f"## 浪费 Waste\n\n{page.wastes()}",
    ]
    if facts.get("changes"):
        parts.append(f"## 变更 Changes\n\n{page.changes()}")
    parts.append(f"## 无人能知 What nobody can resolve\n\n{page.unresolvable()}")
    return "\n\n".join(parts) + "\n"


class _Page:
    """The sections of the page; see summary."""

    def __init__(self, facts: Facts, totals: Totals, registry: Registry) -> None:
        self._facts = facts
        self._registry = registry
        self._used = _by_year(totals)
        years = {year for kinds in self._used.values() for one in kinds.values() for year in one}
        self._years = sorted(years)

    def head(self, until: int) -> str:
        """Return what was simulated: where, when, from which seed, by which meters."""
        plan, registry = self._facts["plan"], self._registry
        kinds = Counter(meter["kind"] for meter in self._facts["meters"].values())
        refused = Counter(entry["kind"] for entry in self._facts["refused"])
        rows = [
            ("情景 scenario", Path(plan["scenario"]).name),
            ("从 from", f"{self._when(plan['origin'])}（{registry.sites[0].timezone}）"),
            ("到 until", self._when(until)),
            ("随机种子 seed", str(plan["seed"])),
            ("sha256", f"`{self._facts['sha256']}`"),
            *((f"{_kind(kind)}", self._meters(kind, count)) for kind, count in kinds.items()),
            ("最长延迟 longest delay", f"{self._facts['longest_delay_ms'] / HOUR_MS:.1f} h"),
            ("必被拒收 must be refused", _counted(refused)),
        ]
        title = f"# {registry.name_zh} {registry.name_en}".rstrip()
        said = (
            "真值：表计实际走过的量，不由任何读数算出。The truth: what meters counted, never made "
            "from what they said."
        )
        return f"{title}\n\n{said}\n\n" + _table(("", ""), rows)

    def totals(self) -> str:
        """Return what was used in the district and by each institution, year by year."""
        district = self._rows(DISTRICT, {DISTRICT: "区域 district"})
        names = {one.institution: f"{one.name_zh} {one.name_en}"
                 for one in self._registry.institutions}  # fmt: skip
        rows = [*district, *self._rows(INSTITUTION, names)]
        return self._years_table("单位 institution", rows, most=MOST_ROWS)

    def buildings(self) -> str:
        """Return what was used in the largest buildings, year by year."""
        places = self._registry.buildings
        largest = sorted(places, key=lambda one: (-one.area_m2, one.building))[:MOST_BUILDINGS]
        names = {
            one.building: f"{one.name_zh} {one.name_en}, {one.area_m2:,} m2" for one in largest
        }
        told = self._years_table("建筑 building", self._rows(BUILDING, names))
        if len(places) <= MOST_BUILDINGS:
            return told
        return (
            f"共 {len(places):,} 栋，只列面积最大的 {MOST_BUILDINGS} 栋；其余见 totals.parquet。"
            f"The {MOST_BUILDINGS} largest of {len(places):,}; all of them are in "
            f"totals.parquet.\n\n{told}"
        )

    def faults(self) -> str:
        """Return the planted faults with their spans."""
        head = ("故障 fault", "计量点 meter", "从 from", "到 until", "发生了什么 what happens")
        rows = [
            (
                entry["kind"],
                entry["meter"],
                *self._span(entry),
                _said(FAULT_WORDS, entry)
                + (f" ({entry['refused']} ×)" if entry["refused"] else ""),
            )
            for entry in _in_order(self._facts["faults"])
        ]
        return _table(head, rows, most=MOST_ROWS)

    def wastes(self) -> str:
        """Return the planted waste with its true energy."""
        head = (
            "浪费 waste", "计量点 meter", "从 from", "到 until", "强度 strength", "真实用量 used",
            "发生了什么 what happens",
        )  # fmt: skip
        rows = [
            (
                entry["kind"],
                entry["meter"],
                *self._span(entry),
                self._strength(entry),
                self._amount(entry["base"], entry["meter"]),
                _said(WASTE_WORDS, entry),
            )
            for entry in _in_order(self._facts["findings"])
            if entry["stream"] == Stream.WASTE
        ]
        return _table(head, rows, most=MOST_ROWS)

    def changes(self) -> str:
        """Return the planted changes of buildings with what each truly saved at its meter."""
        head = (
            "变更 change", "计量点 meter", "从 from", "完成 done", "发生了什么 what happens",
            "单位 unit", "节约合计 saved", *map(str, self._years),
        )  # fmt: skip
        rows = [self._change(entry) for entry in _in_order(self._facts["changes"])]
        return _table(head, rows, most=MOST_ROWS, numbers=1 + len(self._years))

    def _change(self, entry: Facts) -> tuple[str, ...]:
        meter = entry["meter"]
        kind = self._registry.meter[meter].kind
        saved = [entry["saved"], *(entry["saved_by_year"].get(str(one), 0) for one in self._years)]
        return (
            entry["kind"],
            meter,
            self._when(entry["start"], meter),
            self._when(entry["done"], meter),
            _said(CHANGE_WORDS, entry),
            KINDS[kind].display_unit,
            *(_display(base, kind) for base in saved),
        )

    def unresolvable(self) -> str:
        """Return the spans in which nobody can know what a meter counted."""
        spans = _in_order(self._facts["unresolvable"])
        rows = [(entry["meter"], *self._span(entry)) for entry in spans]
        return _table(("计量点 meter", "从 from", "到 until"), rows, most=MOST_ROWS)

    def _meters(self, kind: str, count: int) -> str:
        roles = Counter(
            self._registry.meter[name].role
            for name, meter in self._facts["meters"].items()
            if meter["kind"] == kind and kind in KINDS
        )
        told = _counted({role: roles[role] for role in _ROLES if roles[role]})
        return f"{count:,}" + (f" ({told})" if roles else "")

    def _when(self, time: int, meter: str = "") -> str:
        """Return the local time at a meter, or at the first site."""
        registry = self._registry
        site = registry.site[registry.meter[meter].site] if meter else registry.sites[0]
        return f"{from_ms(time).astimezone(site.zone):%Y-%m-%d %H:%M}"

    def _span(self, entry: Facts) -> tuple[str, str]:
        meter = str(entry["meter"])
        return self._when(entry["start"], meter), self._when(entry["end"], meter)

    def _strength(self, entry: Facts) -> str:
        kind = entry["kind"]
        if kind in RATES:
            unit = KINDS[self._registry.meter[entry["meter"]].kind].display_unit
            return f"{entry['strength']:g} {unit}/h"
        unit = STRENGTH_UNITS.get(kind, "")
        return f"{entry['strength']:g} {unit}" if unit else ""

    def _amount(self, base: int, meter: str) -> str:
        kind = self._registry.meter[meter].kind
        return f"{_display(base, kind)} {KINDS[kind].display_unit}"

    def _rows(self, level: str, names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
        """Yield name, kind, unit and the amount of each year of some nodes."""
        for node, name in names.items():
            for kind, years in self._used.get((level, node), {}).items():
                amounts = (_display(years.get(year, 0), kind) for year in self._years)
                yield (name, _kind(kind), KINDS[kind].display_unit, *amounts)

    def _years_table(self, what: str, rows: Iterable[tuple[str, ...]], *, most: int = 0) -> str:
        head = (what, "种类 kind", "单位 unit", *map(str, self._years))
        return _table(head, list(rows), most=most, numbers=len(self._years))


def _by_year(totals: Totals) -> dict[tuple[str, str], dict[str, Years]]:
    """Return level and node to what was used in each local year, by kind [base units]."""
    found: dict[tuple[str, str], dict[str, Years]] = defaultdict(dict)
    for level, node, kind, period, start, used in totals.rows():
        if period == YEAR and level in (DISTRICT, INSTITUTION, BUILDING):
            # A day later it is that year in every zone.
            year = from_ms(start + _A_DAY_MS).year
            years = found[level, node].setdefault(kind, {})
            years[year] = years.get(year, 0) + used
    return found


def _display(base: int, kind: str) -> str:
    """Return an amount in the unit that people read, to the last base unit."""
    places = len(str(KINDS[kind].base_per_display)) - 1
    return f"{Decimal(base).scaleb(-places):,.{places}f}"


def _kind(kind: str) -> str:
    known = KINDS.get(kind) or QUANTITIES[kind]
    return f"{known.zh} {known.en}"


def _in_order(entries: Iterable[Facts]) -> list[Facts]:
    return sorted(entries, key=lambda entry: (entry["start"], entry["meter"]))


def _said(words: Mapping[str, Text], entry: Facts) -> str:
    said = words.get(entry["kind"], Text("", ""))
    return f"{said.zh} {said.en}".format(strength=entry["strength"]).strip()


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "0"


def _table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, most: int = 0, numbers: int = 0
) -> str:
    """Return a Markdown table, or a word where there is no row.

    Args:
        head: Names of the columns.
        rows: Their cells.
        most: Rows that are shown at the most; 0 for all.
        numbers: How many columns at the end hold numbers.
    """
    if not rows:
        return _NOTHING
    shown = rows[:most] if most else rows
    rule = ["---"] * (len(head) - numbers) + ["--:"] * numbers
    lines = [
        f"| {' | '.join(cell.replace('|', BAR) for cell in row)} |" for row in (head, rule, *shown)
    ]
    if len(shown) < len(rows):
        rest = len(rows) - len(shown)
        lines.append(
            f"\n另有 {rest:,} 行，见同一文件夹的文件。{rest:,} more are in the files beside."
        )
    return "\n".join(lines)
