"""Amounts 10, 100 or 1,000 times too large or too small for some hours: kWh for Wh, m3 for L."""

from typing import NamedTuple

import numpy as np

from analytics.detector import CODES, IRREGULAR, Detector, Mark, Use
from analytics.hours import Hours
from analytics.medians import spread_of
from analytics.rule import Threshold
from analytics.spans import bridged, runs_of
from energy.text import Text

FACTORS = (10.0, 100.0, 1000.0)
_NEAR, _NEAR_FAR = 2.0, 3.0
_EXACT, _EXACT_FAR = 1.3, 2.0
_FAR = 100.0
_LEAST_HOURS = 3
_GAP_HOURS = 2
_MOST_SPREAD = 0.4
_ALIKE, _LEAST_ALIKE = 3.0, 0.1
_LEAST_STEPS = 3
_ABOVE_LEAST = 3.0


def _gate(hours: Hours) -> str:
    if hours.why_not:
        return hours.why_not
    return "irregular" if hours.spread > _MOST_SPREAD else ""


def _look(hours: Hours) -> list[Mark]:
    there = hours.amount > _LEAST_STEPS * hours.step
    usual = hours.usual
    is_judged = there & (usual > np.log(_ABOVE_LEAST * hours.least))
    away = np.full(len(usual), np.nan)
    away[is_judged] = np.log(hours.amount[is_judged]) - usual[is_judged]
    found = []
    for factor in FACTORS:
        for times in (factor, 1 / factor):
            # What is left in an outage may be a hundredth by chance; no load grows so much.
            how = _FAR_SLIP if times >= _FAR else _NEAR_SLIP
            off = away - np.log(times)
            found += [
                Mark(first, end, times)
                for first, end in _runs(off, how)
                if _is_slip(hours, off[first:end], slice(first, end), how)
                and _is_sharp(away, first, end, how)
            ]
    return sorted(found, key=lambda mark: mark.first)


class _How(NamedTuple):
    """How far amounts may be from a factor: each hour, and the median of all; logarithms."""

    near: float
    exact: float


_NEAR_SLIP = _How(float(np.log(_NEAR)), float(np.log(_EXACT)))
_FAR_SLIP = _How(float(np.log(_NEAR_FAR)), float(np.log(_EXACT_FAR)))


def _runs(off: np.ndarray, how: _How) -> list[tuple[int, int]]:
    """Return the runs of hours that are near a factor, and of a few others between them."""
    near = np.abs(off) <= how.near
    if np.count_nonzero(near) < _LEAST_HOURS:
        return []
    return [
        (first, end)
        for first, end in runs_of(bridged(near, most=_GAP_HOURS))
        if np.count_nonzero(near[first:end]) >= _LEAST_HOURS
    ]


def _is_slip(hours: Hours, off: np.ndarray, span: slice, how: _How) -> bool:
    """Tell whether the amounts follow the usual pattern, so many times higher or lower."""
    amounts = hours.amount[span]
    if np.nanmin(amounts) == np.nanmax(amounts):
        return False  # one amount again and again follows nothing: it is stuck
    is_exact = abs(float(np.nanmedian(off))) <= how.exact
    return is_exact and spread_of(off) <= max(_ALIKE * hours.spread, _LEAST_ALIKE)


def _is_sharp(away: np.ndarray, first: int, end: int, how: _How) -> bool:
    """Tell whether the hours before and after, where known, are about usual: no load goes so."""
    beside = [away[place] for place in (first - 1, end) if 0 <= place < len(away)]
    return all(abs(one) <= how.near or np.isnan(one) for one in beside)


def _says(mark: Mark) -> Text:
    large = mark.factor > 1
    times = round(mark.factor if large else 1 / mark.factor)
    return Text(
        f"用量约为平时的 {'' if large else '1/'}{times}{' 倍' if large else ''}，像是单位有误",
        f"shows {'' if large else '1/'}{times}{' times' if large else ' of'} its usual amounts, "
        "as with a wrong unit",
    )


DETECTOR = Detector(
    name="unit_slip",
    label=Text("单位错位", "Unit slip"),
    use=Use.CAUSAL,
    thresholds=(
        Threshold("near", _NEAR, "1", "chosen: each hour within a factor of two"),
        Threshold("exact", _EXACT, "1", "chosen: their median within a factor of 1.3"),
        Threshold("far", _FAR, "1", "chosen: so many times more no load explains"),
        Threshold("near_far", _NEAR_FAR, "1", "chosen: then each hour within half a decade"),
        Threshold("exact_far", _EXACT_FAR, "1", "chosen: and their median within a factor of 2"),
        Threshold("alike", _ALIKE, "1", "chosen: times the usual spread, or least_alike"),
        Threshold("least_alike", _LEAST_ALIKE, "1", "chosen: about 10 %, for very even meters"),
        Threshold("least", _LEAST_HOURS, "h", "chosen: fewer are a spike or a dip"),
        Threshold("gap", _GAP_HOURS, "h", "chosen: other readings between them"),
        Threshold("most_spread", _MOST_SPREAD, "1", "chosen: about 40 %, where ten times is plain"),
        Threshold("steps", _LEAST_STEPS, "1", "chosen: register steps, or the cut decides"),
        Threshold("above_least", _ABOVE_LEAST, "1", "chosen: of what a logarithm follows"),
    ),
    needs=Text("四周实测小时，逐时有规律。", "Four weeks of measured hours that follow a pattern."),
    check=Text(
        "核对登记表和报文中的单位（kWh/Wh，m3/L）和小数位；同一设备是否更换或重新配置。",
        "Compare the unit (kWh or Wh, m3 or L) and the decimals in registry and messages; was the "
        "device exchanged or set up anew?",
    ),
    disproof=Text("当时负荷确实变化这么多倍。", "A load that really was so many times larger."),
    codes=(*CODES, IRREGULAR),
    gate=_gate,
    look=_look,
    says=_says,
)
