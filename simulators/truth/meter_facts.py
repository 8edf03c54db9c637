"""What a meter is, in the truth file."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from energy.kinds import KINDS
from energy.meter import Meter
from energy.reading import GAUGE
from simulators.meters.happenings import TrueRatio


def meter_facts(meter: Meter, ratios: Sequence[TrueRatio], *, first_count: int) -> dict[str, Any]:
    """Return what truth.json says of one meter.

    Args:
        meter: The meter.
        ratios: The ratios that were written down later.
        first_count: Steps its register had advanced since the origin when its first hour began.
    """
    if meter.table == GAUGE:
        return {"table": meter.table, "kind": meter.kind, "interval_s": meter.interval_s}
    per_step: Fraction = meter.base_per_step
    return {
        "table": meter.table,
        "kind": meter.kind,
        "base_unit": KINDS[meter.kind].base_unit,
        "base_per_step": str(per_step),
        "interval_s": meter.interval_s,
        "first_count": first_count,
        "ratios": [
            {"time": one.time, "count": one.count, "base_per_step": str(one.base_per_step)}
            for one in ratios
        ],
    }
