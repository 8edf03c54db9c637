"""OpenDSM's four Illinois meters: our models beside OpenDSM's on the same left-out blocks.

Every fourth block of two weeks of the year before the blackout is left out of the fit and scored.
OpenDSM needs an older pandas than ours: it runs in an environment of its own, which the first run
makes under ``build``. Meters: opendsm 1.2.7, Apache-2.0.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.baseline import Model
from analytics.baselines.season import Season
from analytics.baselines.time_of_week import TimeOfWeek
from analytics.modelling.conditions import conditions_of_days, kinds_of_days
from benchmarks.accuracy.data import folder, print_rows
from benchmarks.accuracy.errors import COMMAND, Row, cv_rmse
from energy.calendars import Calendar

PINS = ("opendsm==1.2.7", "pandas<3", "numpy<2.5", "multimethod<2.1")
METERS = ("electricity-cdd-hdd", "electricity-cdd-only", "gas-hdd-only", "gas-intercept-only")
FILE = "opendsm_samples.parquet"
FIRST, DAYS, ZONE = date(2015, 12, 27), 365, "Etc/GMT+6"
"""Year before the blackout of 2016-12-26; their days start at 06:00 UTC."""
BLOCK_DAYS, EVERY = 14, 4
TURNS = 5
_HERE = Path(__file__).resolve()
_ENVIRONMENT = _HERE.parents[2] / "build" / "opendsm"


class Case(NamedTuple):
    """A meter by the hour or day.

    Attributes:
        meter: Its name.
        step: "hour" or "day".
        start: Start of each row.
        observed: Amount of each row.
        temperature_f: Its temperature [degF].
        held: Whether it is left out of the fit.
    """

    meter: str
    step: str
    start: pd.DatetimeIndex
    observed: np.ndarray
    temperature_f: np.ndarray
    held: np.ndarray


def cases() -> list[Case]:
    """Return the meters, first by the hour, then by the day."""
    table = pd.read_parquet(folder(FILE) / FILE)
    hours = pd.date_range(str(FIRST), periods=DAYS * 24, freq="h", tz=ZONE)

    def column(name: str) -> np.ndarray:
        own = table[table["file"] == name].set_index("start")["value"]
        return own.reindex(hours.tz_convert("UTC")).to_numpy(float)

    warmth, held = column("il-tempF"), np.arange(DAYS) // BLOCK_DAYS % EVERY == EVERY - 1
    found = []
    for meter in METERS:
        amount = column(f"il-{meter}-hourly")
        found.append(Case(meter, "hour", hours, amount, warmth, np.repeat(held, 24)))
        by_day = amount.reshape(DAYS, 24).sum(axis=1)
        days = pd.DatetimeIndex(hours[::24])
        found.append(Case(meter, "day", days, by_day, warmth.reshape(DAYS, 24).mean(axis=1), held))
    return found


def ours(case: Case) -> tuple[np.ndarray, float]:
    """Return what our model says of each row, and the seconds of CPU of the quickest fit."""
    celsius = (case.temperature_f - 32) / 1.8
    model: Model
    plain = Calendar("none", {}, FIRST)
    if case.step == "day":
        conditions = conditions_of_days(FIRST, DAYS, plain, celsius)
    else:
        number = np.repeat(np.arange(DAYS), 24)
        week_day, special = kinds_of_days(FIRST, DAYS, plain)
        conditions = pd.DataFrame({
            "day": number + (FIRST - date(1970, 1, 1)).days,
            "week_day": week_day[number],
            "special": special[number],
            "hour": np.tile(np.arange(24), DAYS),
            "temperature_c": celsius,
        })  # fmt: skip
    seen = np.where(case.held, np.nan, case.observed)
    spent = []
    for _ in range(TURNS):
        # What lies between the days of the fit is at no other level than they are.
        model = (
            Season(recency_days=0, level_days=0)
            if case.step == "day"
            else TimeOfWeek(recency_days=0)
        )
        began = time.process_time()
        model.fit(conditions, seen)
        spent.append(time.process_time() - began)
    return model.predict(conditions), min(spent)


def theirs(found: list[Case]) -> dict[tuple[str, str], tuple[np.ndarray, float]]:
    """Return the same of OpenDSM, by meter and step."""
    python = _environment()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "cases.parquet"
        frames = [
            pd.DataFrame({
                "meter": case.meter, "step": case.step, "start": case.start,
                "observed": np.where(case.held, np.nan, case.observed),
                "temperature": case.temperature_f,
            })
            for case in found
        ]  # fmt: skip
        pd.concat(frames).to_parquet(path)
        child = [str(python), str(_HERE.with_name("illinois_child.py")), str(path)]
        run = subprocess.run(child, check=True, capture_output=True, text=True)  # noqa: S603  ours
    lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    lines = [line for line in lines if "said" in line]
    return {
        (line["meter"], line["step"]): (np.array(line["said"], float), line["fit_s"])
        for line in lines
    }


def _environment() -> Path:
    """Return the Python of OpenDSM's own environment, made if it is not there."""
    python = _ENVIRONMENT / "bin" / "python"
    if not (_ENVIRONMENT / "made").exists():
        sys.stderr.write(f"Making an environment for OpenDSM in {_ENVIRONMENT} ...\n")
        venv.create(_ENVIRONMENT, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PINS], check=True)  # noqa: S603
        (_ENVIRONMENT / "made").touch()
    return python


def rows() -> Iterator[Row]:
    """Yield a row a meter and step, and the speeds."""
    found = cases()
    other = theirs(found)
    speeds: dict[str, list[float]] = {"hour": [], "day": []}
    fits: dict[str, list[float]] = {"hour": [], "day": []}
    for case in found:
        (own, own_s), (odsm, odsm_s) = ours(case), other[case.meter, case.step]
        held = case.held & np.isfinite(case.observed) & np.isfinite(odsm) & np.isfinite(own)
        measured = case.observed[held]
        cv, cv_control = (cv_rmse(measured, said[held]) for said in (own, odsm))
        bias, bias_control = (
            100 * float(said[held].sum() / measured.sum() - 1) for said in (own, odsm)
        )
        speeds[case.step].append(odsm_s / own_s)
        fits[case.step].append(1000 * own_s)
        yield {
            "name": f"opendsm_{case.meter.replace('-', '_')}_{case.step}",
            "value": round(cv, 3),
            "unit": "CV(RMSE)",
            "floor": round(cv_control + 0.01, 3),
            "control": round(cv_control, 3),
            "nmbe": round(bias, 2),
            "nmbe_floor": round(abs(bias_control) + 1, 2),
            "nmbe_control": round(bias_control, 2),
            "rows": int(held.sum()),
            "command": COMMAND,
        }
    for step, floor, limit in (("hour", 7, 50), ("day", 20, 20)):
        yield {
            "name": f"fit_{step}",
            "value": round(statistics.median(fits[step]), 1),
            "unit": "ms of CPU a meter-year",
            "min": round(min(fits[step]), 1),
            "max": round(max(fits[step]), 1),
            "floor": limit,
            "ratio": round(statistics.median(speeds[step]), 1),
            "ratio_min": round(min(speeds[step]), 1),
            "ratio_max": round(max(speeds[step]), 1),
            "ratio_floor": floor,
            "control": "OpenDSM 1.2.7, compiled",
            "command": COMMAND,
        }


def main() -> int:
    """Print the lines; 2 when there is no data."""
    return print_rows(rows())


if __name__ == "__main__":
    sys.exit(main())
