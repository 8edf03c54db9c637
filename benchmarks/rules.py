"""Rules on real readings: findings nobody planted, and planted waste that is found.

    JIENENG_DATA=FOLDER python benchmarks/rules.py

Reads ucam_electricity_dev.parquet (Cambridge University Estates Building Energy Archive v2.1, doi
10.5281/zenodo.10955332) from the folder; nothing of it is copied. Every building with at least 85 %
valid hours in 2018 and in 2019 takes part; 0 is missing, as the source says. Category "university"
promises no rest, so that only buildings that rested before are held to one.

Prints JSON lines. Shares are fractions of 1. False is every finding that is new in one of thirteen
looks, four weeks apart, at the unplanted series, each look without the future. A planted waste is
found when a rule says something new that begins within 21 days of it; the control is the same
count on the unplanted series.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.clock import Clock, clock_of
from analytics.daytime import is_night, is_open
from analytics.findings.watch import judge, rules
from analytics.rule import Evidence
from energy.calendars import Calendar
from energy.finding import Finding, Stream
from energy.meter import Meter
from energy.span import HOUR_MS, to_ms

COMMAND = "JIENENG_DATA=FOLDER python benchmarks/rules.py"
FILE = "ucam_electricity_dev.parquet"
START, END = datetime(2017, 10, 23, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
LEAST_VALID = 0.85
PLANTED_DAYS = (30, 90)
SHARES = (0.2, 0.3, 0.5)
NEAR_MS = 21 * 86_400_000
LOOKS = 13
LOOK_DAYS = 28
MONTHS = LOOKS * LOOK_DAYS / 30.4375
METER = Meter(
    "b", "b", "cambridge", "university", "electricity", "register", "main", "", "", "d", "c",
    "kWh", Fraction(1, 1000), Fraction(1, 1000), 9, Fraction(1), Fraction(10_000), 3600, "",
    "楼", "building",
)  # fmt: skip


def buildings(path: Path, clock: Clock) -> Iterator[Evidence]:
    """Yield the evidence of every building with enough valid hours in both years."""
    readings = pd.read_parquet(path).set_index("timestamp")
    index = pd.to_datetime(clock.start, unit="ms")
    years = index.year
    for name in readings.columns:
        kwh = readings[name].reindex(index).to_numpy(np.float64)
        kwh = np.where(kwh > 0, kwh, np.nan)
        valid = [np.isfinite(kwh[years == year]).mean() for year in (2018, 2019)]
        if min(valid) < LEAST_VALID:
            continue
        meter = replace(METER, meter=str(name))
        price = np.full(len(kwh), np.nan)
        amount = np.rint(kwh * 1000)
        yield Evidence(meter, "university", clock, amount, price, clock.end, clock.end)


def with_step(entry: Evidence, *, days: int, share: float) -> Evidence:
    """Return the building with a constant load on top, a share of its mean night load."""
    clock = entry.clock
    extra = share * float(np.nanmean(entry.amount[is_night(clock)]))
    late = clock.day >= clock.days - 1 - days
    return replace(entry, amount=np.rint(entry.amount + late * extra))


def without_setback(entry: Evidence, *, days: int, share: float) -> Evidence:
    """Return the building with plant, a share of its mean workday load, that runs off hours."""
    clock = entry.clock
    busy = ~clock.off_hour & is_open(clock)
    extra = share * float(np.nanmean(entry.amount[busy]))
    late = (clock.day >= clock.days - 1 - days) & ~busy
    return replace(entry, amount=np.rint(entry.amount + late * extra))


def found_in(entry: Evidence) -> list[Finding]:
    """Return every finding of every rule at one building."""
    return judge([entry], rules()).found


def is_hit(entry: Evidence, days: int, found: list[Finding], before: list[Finding]) -> bool:
    """Tell whether a rule says something new about the time of the planting."""
    begin = int(entry.clock.day_start[entry.clock.days - 1 - days])
    old = {(finding.rule, finding.start) for finding in before}
    return any(
        finding.stream is Stream.WASTE
        and (finding.rule, finding.start) not in old
        and abs(finding.start - begin) <= NEAR_MS
        for finding in found
    )


def until(entry: Evidence, end_day: int) -> Evidence:
    """Return what was known of a building at the end of a day."""
    whole = entry.clock
    count = int(np.searchsorted(whole.day, end_day))
    off = whole.off[:end_day]
    clock = Clock(whole.start[:count], whole.hour[:count], whole.day[:count], whole.first_day, off)
    return replace(
        entry,
        clock=clock,
        amount=entry.amount[:count],
        price=entry.price[:count],
        newest=clock.end,
        now=clock.end,
    )


def new_in_looks(entry: Evidence) -> int:
    """Return how many findings are new in one of the looks, the first one's old stock left out."""
    days = entry.clock.days
    ends = range(days - LOOKS * LOOK_DAYS, days + 1, LOOK_DAYS)
    seen = [{f.fingerprint for f in found_in(until(entry, end)) if f.goes_on} for end in ends]
    return sum(len(now - before) for before, now in pairwise(seen))


def say(name: str, value: float, unit: str, *, low: float, high: float, control: float) -> None:
    """Print one line of figures."""
    ratio = value / control if control else None
    line = {"name": name, "value": round(value, 4), "unit": unit}
    line |= {"min": round(low, 4), "max": round(high, 4), "control": round(control, 4)}
    print(json.dumps(line | {"ratio": ratio, "command": COMMAND}))


def interval(hits: list[bool]) -> tuple[float, float]:
    """Return the 80 % bootstrap interval of a share, drawing whole buildings."""
    chance = np.random.default_rng(1)
    each = np.array(hits, float).reshape(-1, len(PLANTED_DAYS)).mean(axis=1)
    draws = chance.choice(each, size=(500, len(each))).mean(axis=1)
    return float(np.quantile(draws, 0.1)), float(np.quantile(draws, 0.9))


def planted(
    name: str, plant: Callable[..., Evidence], entries: list[Evidence], clean: list[list[Finding]]
) -> None:
    """Print the share of buildings in which a planted waste is found, by its size."""
    for share in SHARES:
        hits: list[bool] = []
        control: list[bool] = []
        for entry, before in zip(entries, clean, strict=True):
            for days in PLANTED_DAYS:
                found = found_in(plant(entry, days=days, share=share))
                hits.append(is_hit(entry, days, found, before))
                control.append(is_hit(entry, days, before, []))
        low, high = interval(hits)
        mean, chance = statistics.mean(hits), statistics.mean(control)
        say(f"recall_{name}_{share:.1f}", mean, "1", low=low, high=high, control=chance)


def main() -> int:
    """Run the benchmark; 0 also when there is no data to run it on."""
    folder = Path(os.environ.get("JIENENG_DATA", ""))
    if not (folder / FILE).is_file():
        print(f"Skipped: set JIENENG_DATA to the folder that holds {FILE}.", file=sys.stderr)
        return 0
    calendar = Calendar("uk", {}, date(2030, 1, 1))
    clock = clock_of(
        start=to_ms(START) // HOUR_MS * HOUR_MS,
        end=to_ms(END),
        timezone="Europe/London",
        calendar=calendar,
    )
    entries = list(buildings(folder / FILE, clock))
    began = time.perf_counter()
    clean = [found_in(entry) for entry in entries]
    seconds = (time.perf_counter() - began) / len(entries)
    counts = [new_in_looks(entry) / MONTHS for entry in entries]
    say("buildings", len(entries), "", low=len(entries), high=len(entries), control=len(entries))
    say(
        "false_per_building_month",
        statistics.mean(counts),
        "1",
        low=min(counts),
        high=max(counts),
        control=0.3,
    )
    say("seconds_a_building", seconds, "s", low=seconds, high=seconds, control=0.05)
    by_rule: dict[str, int] = {}
    for finding in (finding for found in clean for finding in found):
        by_rule[finding.rule] = by_rule.get(finding.rule, 0) + 1
    for rule, count in sorted(by_rule.items()):
        share = count / len(entries)
        say(f"buildings_with_{rule}", share, "1", low=share, high=share, control=1.0)
    planted("step", with_step, entries, clean)
    planted("no_setback", without_setback, entries, clean)
    return 0


if __name__ == "__main__":
    sys.exit(main())
