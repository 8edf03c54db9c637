"""The checks of readings that failed on the days of a figure."""

from analytics.ledger.wall import whole_days
from analytics.why.asked import Answer, Asked, iso
from energy.span import Span
from storage.tables import CHECK_DAY


def failed_told(asked: Asked, meter: str, span: Span, timezone: str) -> list[Answer]:
    """Return what failed for a meter on the local days that a span touches, in order of time."""
    where = (("meter", (meter,)),)
    points = asked.store.points(CHECK_DAY, where=where, span=whole_days(span, timezone))
    return [
        {
            "check": str(row["check"]),
            "day": iso(int(row["time"])),
            "severity": str(row["severity"]),
            "failed": int(row["failed"]),
            "evidence": {"zh": str(row["evidence_zh"]), "en": str(row["evidence_en"])},
        }
        for row in points.sort_values(["time", "check"]).to_dict("records")
    ]
