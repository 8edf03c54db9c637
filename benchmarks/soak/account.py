"""What a scenario shows: where every reading went, and the figures beside it."""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BOOKS = (
    "received", "in_hand", "spooled", "shipped", "dead", "dropped", "duplicate", "retained",
    "balance", "rss_mib",
)  # fmt: skip


class LostError(AssertionError):
    """A reading is missing or stored twice, or the books do not balance."""


@dataclass
class Account:
    """One scenario on its own folder.

    Attributes:
        name: Of the scenario.
        folder: For everything it writes.
        told: Options of the command line.
        figures: What the table shows at the end.
    """

    name: str
    folder: Path
    told: Mapping[str, Any]
    figures: dict[str, Any] = field(default_factory=dict)

    def show(self, event: str, standing: Mapping[str, Any] | None, **more: object) -> None:
        """Print one JSON line of how the books stand after something happened."""
        books = {name: (standing or {}).get(name) for name in BOOKS}
        line = {"scenario": self.name, "after": event, **books, **more}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    def compare(self, stored: list[tuple[int, int]], wanted: list[tuple[int, int]]) -> None:
        """Demand that each reading is stored, once, with its value.

        Raises:
            LostError: If one is missing, doubled, or nobody's.
        """
        missing = Counter(wanted) - Counter(stored)
        surplus = Counter(stored) - Counter(wanted)
        self.figures |= {
            "readings": len(wanted),
            "missing": missing.total(),
            "doubled": surplus.total(),
        }
        if missing or surplus:
            raise LostError(f"missing {sorted(missing)[:5]}, too many {sorted(surplus)[:5]}")

    def demand(self, what: str, *, found: object, wanted: object) -> None:
        """Note a figure and demand its value.

        Raises:
            LostError: If it has another.
        """
        self.figures[what] = found
        if found != wanted:
            raise LostError(f"{what}: {found}, not {wanted}")

    def demand_at_most(self, what: str, found: float, limit: float) -> None:
        """Note a figure and demand that it stays within a limit.

        Raises:
            LostError: If it is above.
        """
        self.figures[what] = found
        if found > limit:
            raise LostError(f"{what}: {found}, more than {limit}")


class SkippedError(Exception):
    """This machine cannot run the scenario; the text says why."""


def size_mib(folder: Path) -> float:
    """Return the size of all files in a folder [MiB]."""
    sizes = (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return round(sum(sizes) / 2**20, 1)
