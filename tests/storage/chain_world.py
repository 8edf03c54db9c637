"""Days of 2026 in Beijing, and a sheet that was signed, restated and handed out."""

from datetime import date
from zoneinfo import ZoneInfo

from energy.canonical import canonical
from energy.span import midnight
from storage.records import sheets
from storage.records.book import Records
from storage.records.sheets import Step

BEIJING = ZoneInfo("Asia/Shanghai")


def day(month: int, number: int) -> int:
    """Return when a day of 2026 begins [ms]."""
    return midnight(date(2026, month, number), BEIJING)


MAY_1 = day(5, 1)


def sheet(amount: int) -> bytes:
    """Return a sheet with one figure."""
    return canonical({"lines": {"electricity": {"amount": amount}}})


def signed(records: Records) -> None:
    """Close May, restate it once and hand out a file: links 1 to 4, three frozen contents."""
    steps = (
        (Step.SUBMITTED, day(6, 1), 100),
        (Step.CLOSED, day(6, 2), 100),
        (Step.RESTATED, day(6, 9), 107),
    )
    with records.session() as session:
        for step, when, amount in steps:
            sheets.record(
                session,
                step,
                institution="town",
                period="2026-05",
                by="3f9a12cd",
                roles=["unit_head"],
                at=when,
                content=sheet(amount),
            )
        sheets.record_export(session, b"a;b\r\n", "months.csv", by="3f9a12cd", at=day(6, 10))
