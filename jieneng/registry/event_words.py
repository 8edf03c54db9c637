"""An event of a meter's life as a line for the terminal."""

from collections.abc import Mapping

from api.task import meter_called
from energy.life import event_called
from energy.registry import Registry
from energy.text import Text

_COLUMNS = {
    "closing": Text("拆下读数", "closing"),
    "opening": Text("装上读数", "opening"),
    "digits": Text("位数", "digits"),
    "ratio": Text("倍率", "ratio"),
    "step": Text("步长", "step"),
    "max_rate": Text("最大用量", "most in an hour"),
}
_IN_UNITS = ("closing", "opening", "step")


def event_line(row: Mapping[str, str], registry: Registry) -> Text:
    """Return what happened to a meter, with units.

    Args:
        row: The cells of events.csv.
        registry: Knows what the meter is called and its unit.
    """
    meter = registry.meter.get(row["meter"])
    line = both(f"{row['time']}  ") + meter_called(registry, row["meter"]) + both("  ")
    line += event_called(row["event"])
    for name, label in _COLUMNS.items():
        if row[name]:
            unit = f" {meter.unit}" if meter and name in _IN_UNITS else ""
            line += both("  ") + label + both(f" {row[name]}{unit}")
    evidence = f"  [{row['evidence']}]" if row["evidence"] else ""
    said = both(f"  {row['author']}") + Text("：", ": ") + both(row["reason"] + evidence)
    return line + said


def both(text: str) -> Text:
    """Return what reads alike in both languages."""
    return Text(text, text)
