"""Hands sorted readings to the process that has the store open, and hears how far it is.

What goes between the two are lines of JSON: {"done": readings} and, last, {"balance": counters}.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jieneng.desk import Desk, Say
from jieneng.imports.balance import Balance
from jieneng.imports.importing import Keep
from jieneng.imports.keeping import compare, count, put, total_of
from jieneng.imports.wish import Wish
from jieneng.progress import Bar
from jieneng.settings import Settings
from jieneng.works import work_at_desk
from storage.records.imports import Import

STEPS = 100
"""Lines about progress; chosen: one a percent."""


def keeper(settings: Settings, wish: Wish, bar: Bar, *, warn: Say) -> Keep:
    """Return what compares and keeps, here or where the store is open.

    Args:
        settings: Of this process.
        wish: What a person wants.
        bar: Shows how far it is.
        warn: Takes the lines that say what went wrong.
    """

    def keep(folder: Path, wanted: Import, balance: Balance) -> Balance | None:
        total = total_of(folder)
        found: list[Balance] = []

        def hear(line: str) -> None:
            said = json.loads(line)
            if "balance" in said:
                found.append(Balance(**said["balance"]))
            else:
                bar.show(done=said["done"], total=total)

        arguments = {
            "folder": str(folder.absolute()),
            "wanted": {name: getattr(wanted, name) for name in _GIVEN},
            "source": int(wish.source),
            "balance": asdict(balance),
            "is_dry": wish.dry_run,
        }
        work_at_desk(settings, "import_", "keep", arguments, say=hear, say_error=warn)
        return found[0] if found else None

    return keep


_GIVEN = ("key", "file", "author", "reason", "at")


def keep_sorted(
    desk: Desk,
    *,
    folder: str,
    wanted: Mapping[str, Any],
    source: int,
    balance: Mapping[str, Any],
    is_dry: bool,
) -> int:
    """Compare the sorted readings of a folder with the store; unless it is a dry run, keep them."""
    house, place = desk.stores, Path(folder)
    given, counters = Import(**wanted), Balance(**balance)
    step = max(1, total_of(place) // STEPS)
    told = 0

    def progress(done: int) -> None:
        nonlocal told
        if done >= told + step:
            told = done
            desk.say(json.dumps({"done": done}))

    compared = compare(house.store, place, source=source, arrived=given.at)
    if is_dry:
        count(compared, balance=counters, progress=progress)
    else:
        put(house.records, compared, given, source=source, balance=counters, progress=progress)
    desk.say(json.dumps({"balance": asdict(counters)}))
    return 0
