"""A sheet as a flat table for other programs: CSV and Parquet, whole numbers in base units."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from analytics.statements.cost.known_cost import least_said, without_said
from analytics.statements.printed.billed import billed_seconds
from analytics.statements.printed.booked import table_rows
from analytics.statements.printed.entries import Sheet, lines_of_sheet
from energy.kinds import KINDS
from energy.text import Text

_WHOLE = (
    "amount", "estimated", "cost", "coal_g", "co2_location_g", "co2_market_g",
    "measured_s", "estimated_s", "unresolved_s", "missing_s", "billed_s", "overdue_s", "charges",
)  # fmt: skip


def table_of(sheet: Sheet) -> pd.DataFrame:
    """Return a row a line of a sheet; of one of several institutions, of each of them.

    A line that is booked for a closed period is a row with the basis "adjustment": what differs.

    Returns:
        institution, period, line, kind, use, from, until, basis; amount and estimated [unit], cost
        [1e-6 yuan], coal_g, co2_location_g, co2_market_g [g], measured_s, estimated_s,
        unresolved_s, missing_s, billed_s, overdue_s [s], all Int64 with NA for what is missing;
        is_blank; unit; unpriced, the meters without which the cost is, joined by ";"; charges: of
        the cost, what a tariff asks by the month [1e-6 yuan]; cost_without: what the cost is
        without, in both languages, empty where that is nothing; cost_at_least: why the cost is
        the least it can be, likewise.
    """
    if "members" in sheet:
        return pd.concat([table_of(one) for one in sheet["members"].values()], ignore_index=True)
    order = [line.key for line in lines_of_sheet(sheet, "en")]
    rows = [*(_row(sheet, key) for key in order), *table_rows(sheet)]
    frame = pd.DataFrame(rows)
    return frame.astype(dict.fromkeys(_WHOLE, "Int64")) if rows else frame


def csv_bytes(sheet: Sheet, proofs: Mapping[str, str]) -> bytes:
    """Return the table as CSV in UTF-8 that spreadsheets open, Chinese included.

    Args:
        sheet: The sheet.
        proofs: Further columns that say the same in each row, such as the hash of the sheet.
    """
    frame = _proved(sheet, proofs)
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def parquet_bytes(sheet: Sheet, proofs: Mapping[str, str]) -> bytes:
    """Return the table as Parquet; arguments as of csv_bytes."""
    target = io.BytesIO()
    _proved(sheet, proofs).to_parquet(target, index=False)
    return target.getvalue()


def _proved(sheet: Sheet, proofs: Mapping[str, str]) -> pd.DataFrame:
    unconfirmed = ";".join(row["id"] for row in sheet["unconfirmed"])
    return table_of(sheet).assign(**proofs, unconfirmed=unconfirmed)


def _row(sheet: Sheet, key: str) -> dict[str, Any]:
    line = sheet["lines"][key]
    grams = {one["method"]: one["grams"] for one in line["co2"]}
    texts = ("kind", "use", "from", "until", "basis")
    seconds = ("measured_s", "estimated_s", "unresolved_s", "missing_s")
    charges = line.get("charges")
    return {
        "institution": sheet["institution"],
        "period": sheet["period"],
        "line": key,
        **{name: line[name] for name in texts},
        "amount": line["amount"],
        "unit": KINDS[line["kind"]].base_unit,
        "estimated": line["estimated"],
        "cost": line["cost"],
        "coal_g": line["coal_g"],
        "co2_location_g": grams.get("location"),
        "co2_market_g": grams.get("market"),
        **{name: line[name] for name in seconds},
        "billed_s": billed_seconds(line),
        "overdue_s": line.get("overdue_s", 0),
        "is_blank": line["is_blank"],
        "unpriced": ";".join(line.get("unpriced", ())),
        "charges": sum(one["micro"] for one in charges) if charges else None,
        "cost_without": _both(without_said(line)),
        "cost_at_least": _both(least_said(line)),
    }


def _both(notes: Iterable[Text]) -> str:
    """Return notes in both languages."""
    return " | ".join(f"{note.zh} {note.en}" for note in notes)
