"""How numbers at rest are shown to people: the same declared unit on both faces.

The unit comes from storage/tables.py and the kind a query asks for, so no panel says it again.
Grafana scales base units by SI prefix (1.2 MWh); the console divides into the display unit
(1,234 kWh). Both start from the same integer.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.query import Aggregate, Column, Query
from energy.span import from_ms
from energy.text import Text
from storage.tables import DERIVED

MISSING = "—"
"""Shown where there is no value: missing is never zero."""

BASE = "base unit"
LARGE = 1000
"""From here on a number needs no decimals (chosen: four digits are enough to compare)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit at rest and how it is shown.

    Attributes:
        zh: What people read behind the number, in Chinese.
        en: The same in English.
        per_shown: Units at rest in one unit shown.
        digits: Decimals of a number below LARGE.
        grafana: Grafana's unit id; it scales by itself.
        grafana_digits: Decimals on Grafana; None leaves them to Grafana.
    """

    zh: str
    en: str
    per_shown: Decimal
    digits: int
    grafana: str
    grafana_digits: int | None = 2

    def label(self, language: str) -> str:
        """Return the unit as people write it."""
        return self.zh if language == "zh" else self.en

    def number(self, value: float) -> str:
        """Return the number in the unit shown, thousands separated, without the unit."""
        exact = Decimal(str(value)) / self.per_shown
        digits = 0 if abs(exact) >= LARGE else self.digits
        # Half up, as Grafana does; a negative zero is a zero.
        shown = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0
        return f"{shown:,f}".replace("-", "−")


_SHOWN_AS = {"m3": "m³"}
_GRAFANA_BASE = {"Wh": "watth", "L": "litre", "kJ": "si:kJ", "g": "massg", "mL": "si:mL"}
_PER = {"": ("", ""), "/m2": ("/m²", "/m²"), "/person": ("/人", "/person"), "/a": ("/年", "/a")}
TIME = "ms"
SHARE = "1"

UNITS: dict[str, Unit] = {
    "": Unit("", "", Decimal(1), 0, "none", 0),
    SHARE: Unit("%", "%", Decimal("0.01"), 1, "percentunit", 1),
    "s": Unit("秒", "s", Decimal(1), 0, "s", None),
    TIME: Unit("", "", Decimal(1), 0, "time:YYYY-MM-DD", None),
    "degC": Unit("°C", "°C", Decimal(1), 1, "celsius", 1),
    "1e-6 yuan": Unit("元", "yuan", Decimal(10**6), 2, "si:µ元"),
    "1e-6 yuan/a": Unit("元/年", "yuan/a", Decimal(10**6), 2, "si:µ元/年"),
    "mgce": Unit("kgce", "kgce", Decimal(10**6), 1, "si:mgce"),
    "mg": Unit("kgCO₂", "kgCO₂", Decimal(10**6), 1, "si:mgCO₂"),
}
"""Units at rest of storage/tables.py; those of a kind are added below."""

for _kind in KINDS.values():
    _name = _SHOWN_AS.get(_kind.display_unit, _kind.display_unit)
    for _end, (_zh, _en) in _PER.items():
        _plain = _GRAFANA_BASE[_kind.base_unit]
        UNITS[f"{_kind.name} {BASE}{_end}"] = Unit(
            zh=f"{_name}{_zh}",
            en=f"{_name}{_en}",
            per_shown=Decimal(_kind.base_per_display),
            digits=1,
            grafana=f"si:{_kind.base_unit}{_zh}" if _end else _plain,
        )


def unit_of(query: Query, column: Column) -> Unit | None:
    """Return how a column of a query is shown; None for a text.

    Raises:
        ConfigError: If the column is an amount in base units and the query does not ask for
            exactly one kind: amounts of different kinds are never shown in one unit.
    """
    field = DERIVED[query.table].field[column.field]
    if field.type == "text":
        return None
    if column.aggregate is Aggregate.COUNT:
        return UNITS[""]
    if not field.unit.startswith(BASE):
        return UNITS[field.unit]
    kinds = dict(query.where).get("kind", ())
    if len(kinds) != 1:
        raise ConfigError(
            Text(
                f"{query.table} 的列 {column.name!r} 以某一能源品种的基本单位计；"
                f"查询须只问一个品种，现在问的是 {'、'.join(kinds) or '全部'}。",
                f"Column {column.name!r} of {query.table} is in base units of a kind; the query "
                f"must ask for exactly one kind and asks for {', '.join(kinds) or 'all'}.",
            )
        )
    return UNITS[f"{kinds[0]} {field.unit}"]


def day_text(time: int, timezone: str) -> str:
    """Return the local date of an instant [ms] as 2026-11-30."""
    return local(time, timezone).date().isoformat()


def local(time: int, timezone: str) -> datetime:
    """Return the instant [ms] on the wall clock."""
    return from_ms(time).astimezone(ZoneInfo(timezone))
