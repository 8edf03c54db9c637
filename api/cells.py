"""Cells of answers and bytes of messages, as values that JSON and pages can carry."""

import pandas as pd


def is_missing(value: object) -> bool:
    """Tell whether a cell of an answer has no value."""
    return value is None or bool(pd.isna(value))  # type: ignore[call-overload]


def readable(payload: bytes) -> str:
    """Return bytes as text in which nothing is lost: what is no UTF-8 becomes an escape."""
    return payload.decode("utf-8", "backslashreplace")
