"""OpenDSM's own models, run by ``illinois.py`` in an environment of their own; prints JSON.

Reads a Parquet file with ``meter``, ``step`` (hour or day), ``start``, ``observed`` (NaN where left
out of the fit) and ``temperature`` [degF], and prints what OpenDSM says of each row.
"""

import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402  after the warnings are off
from opendsm import eemeter  # noqa: E402

CLASSES = {
    "hour": (eemeter.HourlyBaselineData, eemeter.HourlyReportingData, eemeter.HourlyModel),
    "day": (eemeter.DailyBaselineData, eemeter.DailyReportingData, eemeter.DailyModel),
}
TURNS = 2
"""The first compiles."""

for key, rows in pd.read_parquet(sys.argv[1]).groupby(["meter", "step"], sort=False):
    meter, step = map(str, key)
    own = rows.set_index("start")[["observed", "temperature"]].tz_convert("Etc/GMT+6")
    own = own.asfreq("h" if step == "hour" else "D")
    is_electricity = meter.startswith("electricity")
    baseline, reporting, kind = CLASSES[step]
    spent, model = [], kind()
    for _ in range(TURNS):
        began = time.process_time()
        data = baseline(own, is_electricity_data=is_electricity)
        model = kind().fit(data, ignore_disqualification=True)
        spent.append(time.process_time() - began)
    asked = reporting(own[["temperature"]], is_electricity_data=is_electricity)
    said = model.predict(asked, ignore_disqualification=True)["predicted"].reindex(own.index)
    line = {"meter": meter, "step": step, "said": said.astype(float).tolist(), "fit_s": min(spent)}
    print(json.dumps(line), flush=True)
