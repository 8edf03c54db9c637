"""A district in an embedded store, as rounds meet it: registry, prices, factors, readings."""

import time
from fractions import Fraction
from pathlib import Path

import numpy as np

from analytics.rounds import RoundReport, round_once
from energy.meter import MAIN, SUB, Building, Device, Institution, Meter, Site
from energy.reading import REGISTER
from energy.registry import Registry
from energy.span import HOUR_MS
from jieneng.shipped import shipped
from storage.columns import Columns
from storage.engines.duckdb import DuckDBStore
from storage.records import reference, registry, touched
from storage.records.book import Records
from storage.records.in_force import InForce
from storage.reference.files import read_reference

START_MS = 1_767_196_800_000
"""Midnight of 1 January 2026 in Shanghai."""
QUARTER_MS = HOUR_MS // 4
DAY_MS = 24 * HOUR_MS
OF_A_BUILDING = 50
"""One main meter, and meters below it."""
SEED = 2026
TARIFF = "beijing_general"


def _meter(number: int) -> Meter:
    building = f"b{number // OF_A_BUILDING:03}"
    is_main = number % OF_A_BUILDING == 0
    return Meter(
        meter=f"meter{number:04}",
        building=building,
        site="north",
        institution="town",
        kind="electricity",
        table=REGISTER,
        role=MAIN if is_main else SUB,
        parent="" if is_main else f"meter{number // OF_A_BUILDING * OF_A_BUILDING:04}",
        item="" if is_main else "A",
        device="panel",
        channel=f"ep{number}",
        unit="kWh",
        step=Fraction(1, 100),
        resolution=Fraction(1, 100),
        digits=8,
        ratio=Fraction(1),
        max_rate=Fraction(1500),
        interval_s=900,
        tariff=TARIFF,
        name_zh=f"电表 {number}",
        name_en=f"Meter {number}",
    )


def district(meters: int) -> Registry:
    """Return a registry of so many meters."""
    names = sorted({f"b{number // OF_A_BUILDING:03}" for number in range(meters)})
    return Registry(
        sites=(Site("north", "北园区", "North campus", "Asia/Shanghai", "cn", "110102"),),
        institutions=(Institution("town", "镇政府", "Town hall", "government", "north"),),
        buildings=tuple(
            Building(name, "town", "north", f"楼 {name}", f"Building {name}", "A", 1000, 50)
            for name in names
        ),
        devices=(Device("panel", "", "own_single", "", "s", "UTC"),),
        meters=tuple(_meter(number) for number in range(meters)),
        name_zh="示例区",
        name_en="Example district",
    )


class House:
    """Store and records of a district, filled up to a day.

    Attributes:
        rolled_up: CPU time of the process when the last round had written hours, days, months and
            places, with cost, coal and carbon [s].
        ledger_done: CPU time of the process when the last round began to look for findings [s].
        ledger_done_at: The same on the wall clock of ``time.perf_counter`` [s].

    Args:
        folder: Where both live.
        meters: How many meters.
        days: How many days of readings there are at first.
    """

    def __init__(self, folder: Path, *, meters: int, days: int) -> None:
        self.names = [f"meter{number:04}" for number in range(meters)]
        self.store = DuckDBStore(folder / "readings.duckdb", threads=1)
        self.records = Records.open(f"sqlite:{folder / 'records.sqlite'}")
        with self.records.session() as session:
            registry.replace(session, district(meters), author="bench", reason="bench")
            known = read_reference(shipped("reference"))
            reference.replace(session, known, author="bench", reason="bench")
        self._in_force = InForce()
        self._chance = np.random.default_rng(SEED)
        self._value = np.zeros(meters, dtype=np.int64)
        self.now_ms = START_MS
        self.rolled_up = self.ledger_done = self.ledger_done_at = 0.0
        for _ in range(days):
            self.arrive(DAY_MS)

    def arrive(self, length_ms: int) -> int:
        """Write the readings of the next time, as a collector does; return how many."""
        quarters = length_ms // QUARTER_MS
        meters = len(self.names)
        rise = self._chance.integers(100, 2000, (meters, quarters))
        value = self._value[:, None] + np.cumsum(rise, axis=1)
        self._value = value[:, -1]
        times = self.now_ms + np.arange(quarters) * QUARTER_MS
        count = meters * quarters
        none = np.zeros(count, dtype=np.int8)
        columns = Columns(
            [(name, REGISTER) for name in self.names],
            np.repeat(np.arange(meters, dtype=np.int32), quarters),
            np.tile(times, meters),
            (value % 10**8).ravel(),
            none,
            none,
            none.astype(np.int32),
            none.astype(np.int64),
        )
        refused = self.store.write(columns)
        assert not refused  # noqa: S101
        with self.records.session() as session:
            touched.publish(session, dict.fromkeys(self.names, self.now_ms))
        self.now_ms += length_ms
        return count

    def round(self) -> RoundReport:
        """Compute all that follows."""
        return round_once(
            store=self.store,
            records=self.records,
            now_ms=self.now_ms,
            progress=self._note,
            in_force=self._in_force,
        )

    def _note(self, step: str) -> None:
        if step == "periods":
            self.rolled_up = time.process_time()
        elif step == "findings":
            self.ledger_done = time.process_time()
            self.ledger_done_at = time.perf_counter()

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()
        self.records.close()
