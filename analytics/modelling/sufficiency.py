"""Whether there is enough to make a baseline of: if not, a named reason instead of a number."""

import numpy as np
import pandas as pd

from analytics.rule import Code

FEWEST_DAYS = 56
"""Days with amounts; chosen: eight weeks, so that each hour of the week is seen eight times."""
LEAST_SHARE = 0.5
"""Of the rows from the first measured one to the last; chosen: less is a meter that is mostly not
heard, and what its silent half did nobody knows."""
LEAST_RANGE_K = 8.0
"""Between the coldest and the warmest mean day; chosen: a line over less is the noise's."""
WARMEST_C = 60.0
"""No place on earth was ever this warm in the shade (WMO: 56.7 degC)."""

NO_AMOUNTS = Code("no_amounts", "没有测得的用量。", "Nothing was measured.")
NEGATIVE = Code(
    "negative", "有负用量，基准不适用于反向计量。", "Amounts below 0: it feeds back as well."
)
FEW_DAYS = Code("few_days", "测得用量的天数少于八周。", "Fewer than eight weeks of measured days.")
MANY_GAPS = Code("many_gaps", "首末之间一半以上时段缺测。", "More than half of the time is a gap.")
ALL_ZERO = Code("all_zero", "用量全部为零。", "All amounts are 0.")
CONSTANT = Code("constant", "用量始终不变。", "All amounts are the same.")
NO_TEMPERATURE = Code(
    "no_temperature", "不知道室外气温。", "The outdoor temperature of most of it is not known."
)
NOT_CELSIUS = Code(
    "not_celsius",
    "气温高于 60 ℃，可能是华氏度。",
    "The outdoor temperature exceeds 60 degC: it may be in Fahrenheit.",
)
SAME_TEMPERATURE = Code(
    "same_temperature", "日均气温变化不足 8 K。", "Days differ by less than 8 K in temperature."
)

CODES_WITHOUT_WEATHER = (NO_AMOUNTS, NEGATIVE, FEW_DAYS, MANY_GAPS, ALL_ZERO, CONSTANT)
CODES = (*CODES_WITHOUT_WEATHER, NO_TEMPERATURE, NOT_CELSIUS, SAME_TEMPERATURE)


def gate_of_amounts(X: pd.DataFrame, y: np.ndarray) -> str:
    """Return why amounts alone forbid a model; "" when they do not."""
    known = np.isfinite(y)
    if not known.any():
        return NO_AMOUNTS.name
    amount = y[known]
    if amount.min() < 0:
        return NEGATIVE.name
    if len(np.unique(X["day"].to_numpy()[known])) < FEWEST_DAYS:
        return FEW_DAYS.name
    first, last = np.flatnonzero(known)[[0, -1]]
    if known.sum() < LEAST_SHARE * (last - first + 1):
        return MANY_GAPS.name
    if not amount.any():
        return ALL_ZERO.name
    return CONSTANT.name if amount.min() == amount.max() else ""


def gate_of_weather(X: pd.DataFrame, y: np.ndarray) -> str:
    """Return why amounts or the weather forbid a model; "" when they do not."""
    reason = gate_of_amounts(X, y)
    if reason:
        return reason
    measured = X[np.isfinite(y)]
    warmth = measured["temperature_c"].to_numpy()
    known = np.isfinite(warmth)
    if known.sum() < LEAST_SHARE * len(measured):
        return NO_TEMPERATURE.name
    if warmth[known].max() > WARMEST_C:
        return NOT_CELSIUS.name
    days = measured[known].groupby("day")["temperature_c"].mean()
    is_same = days.max() - days.min() < LEAST_RANGE_K
    return SAME_TEMPERATURE.name if is_same else ""
