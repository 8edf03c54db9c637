"""Rounds over a district: a new hour, and how a first round grows with meters and days."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.ledger.house import House
from energy.span import HOUR_MS


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the seconds of all cores that a piece of work took."""
    began = time.process_time()
    work()
    return time.process_time() - began


def new_hours(*, meters: int, days: int, hours: int) -> tuple[list[float], list[float]]:
    """Return what new hours took after a first round over everything [CPU s].

    Returns:
        Until all amounts stand in the tables; and what the rules took after that.
    """
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), meters=meters, days=days)
        house.round()
        amounts, rules = [], []
        for _ in range(hours):
            house.arrive(HOUR_MS)
            began = time.process_time()
            house.round()
            amounts.append(house.ledger_done - began)
            rules.append(time.process_time() - house.ledger_done)
        house.close()
    return amounts, rules


def first_round(*, meters: int, days: int) -> float:
    """Return what the ledger of a round over everything takes [CPU s]."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), meters=meters, days=days)
        began = time.process_time()
        house.round()
        house.close()
    return house.ledger_done - began
