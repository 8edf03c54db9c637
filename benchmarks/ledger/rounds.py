"""Rounds over a district: a new hour, and how a first round grows with meters and days."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.ledger.house import DAY_MS, House
from energy.span import HOUR_MS


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the seconds of all cores that a piece of work took."""
    began = time.process_time()
    work()
    return time.process_time() - began


JUDGING = 2
"""In so many hours from midnight on all checks judge the day before: the first has the readings
that end it, and those of the second may still say that one of the first was wrong."""


class NewHour(NamedTuple):
    """What one new hour took [CPU s].

    Attributes:
        rolled_up: Until hours, days, months and places stand in the tables, with cost, coal and
            carbon.
        amounts: Until periods against the year before, checks and balances do, too.
        rules: What the rules took after that.
        is_judging: Whether it is one of those in which the day before is judged.
    """

    rolled_up: float
    amounts: float
    rules: float
    is_judging: bool


def new_hours(*, meters: int, days: int, mornings: int) -> list[NewHour]:
    """Return what new hours took after a first round over everything.

    Args:
        meters: How many there are.
        days: How many days are there before, until a local midnight.
        mornings: After midnight of so many days as many hours are taken of either sort; the rest
            of the day arrives at once.
    """
    found = []
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), meters=meters, days=days)
        house.round()
        for _ in range(mornings):
            for hour in range(2 * JUDGING):
                house.arrive(HOUR_MS)
                began = time.process_time()
                house.round()
                rules = time.process_time() - house.ledger_done
                done = (house.rolled_up - began, house.ledger_done - began)
                found.append(NewHour(*done, rules, hour < JUDGING))
            house.arrive(DAY_MS - 2 * JUDGING * HOUR_MS)
            house.round()
        house.close()
    return found


def first_round(*, meters: int, days: int) -> float:
    """Return what the ledger of a round over everything takes [CPU s]."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), meters=meters, days=days)
        began = time.process_time()
        house.round()
        house.close()
    return house.ledger_done - began
