"""Which checks of readings failed, by meter and day, as lines with what was seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from analytics.check_days import all_checks
from analytics.why.asked import Answer, Asked
from analytics.why.meter import AMOUNT, why_meter
from analytics.why.wording import gaps_told
from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.reading import GAUGE
from energy.registry import Registry
from energy.span import Span, local_date
from energy.text import Text
from jieneng.wiring import House
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.tables import CHECK_DAY

WRONG = "wrong"


@dataclass(frozen=True)
class FailedDays:
    """A check that failed for a meter on days in a row.

    Attributes:
        meter: Name of the meter.
        check: Name of the check.
        first: Local date.
        last: Local date; the same for a single day.
        failed: Readings or intervals of all these days.
        severity: look or wrong.
        evidence: What was seen on the last of the days.
    """

    meter: str
    check: str
    first: date
    last: date
    failed: int
    severity: str
    evidence: Text

    def as_dict(self) -> dict[str, object]:
        """Return it as a flat JSON object."""
        return {
            "meter": self.meter,
            "check": self.check,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "failed": self.failed,
            "severity": self.severity,
            "evidence_zh": self.evidence.zh,
            "evidence_en": self.evidence.en,
        }


def day_of(text: str) -> date | None:
    """Return a date as a person writes it; None for "".

    Raises:
        ConfigError: If it is none.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError(
            Text(
                f"--day {text!r} 不是日期；请写成 2026-03-01。",
                f"--day {text!r} is not a date; write it as 2026-03-01.",
            )
        ) from error


def failed_days(
    store: ReadingStore, registry: Registry, *, meter: str = "", day: date | None = None
) -> list[FailedDays]:
    """Return what failed, in order of meter, check and day; days in a row as one.

    Args:
        store: With the derived tables.
        registry: Meters and their sites.
        meter: Only of this one; "" for all.
        day: Only of this local date; None for all.
    """
    where = (("meter", (meter,)),) if meter else ()
    points = store.points(CHECK_DAY, where=where, span=Span(EARLIEST_MS, LATEST_MS))
    ordered = points.sort_values(["meter", "check", "time"])
    found: list[FailedDays] = []
    for row in ordered.to_dict("records"):
        own = registry.meter.get(str(row["meter"]))
        if own is None:  # it left; the next round takes its rows away
            continue
        on = local_date(int(row["time"]), registry.site[own.site].zone)
        if day in (None, on):
            evidence = Text(str(row["evidence_zh"]), str(row["evidence_en"]))
            one = FailedDays(
                own.meter, str(row["check"]), on, on, int(row["failed"]), str(row["severity"]),
                evidence,
            )  # fmt: skip
            _append(found, one)
    return found


def _append(found: list[FailedDays], one: FailedDays) -> None:
    before = found[-1] if found else None
    if (
        before is not None
        and (before.meter, before.check) == (one.meter, one.check)
        and one.first - before.last == timedelta(days=1)
    ):
        found[-1] = FailedDays(
            one.meter, one.check, before.first, one.last, before.failed + one.failed,
            one.severity, one.evidence,
        )  # fmt: skip
    else:
        found.append(one)


def day_told(house: House, meter: str, day: date) -> Answer | None:
    """Return how gaps of a day were filled, and its amount worked out again from the readings.

    None for a gauge, which has no amount.
    """
    with house.records.reading() as session:
        registry, reference = registry_records.load(session), reference_records.load(session)
        if registry.meter[meter].table == GAUGE:
            return None
        asked = Asked(session, house.store, registry, reference, house.clock())
        return why_meter(asked, meter, day.isoformat(), AMOUNT)


def lines_of_day(answer: Answer) -> Iterator[Text]:
    """Yield a line for each gap of a day, and one that holds its amount to the readings."""
    unit = KINDS[answer["kind"]].base_unit
    yield from gaps_told(answer.get("gaps", ()), ZoneInfo(answer["timezone"]), unit)
    amount = next(one for one in answer["figures"] if one["figure"] == AMOUNT)
    if amount["stated"] is None:
        yield Text("台账里没有当日的用量。", "The ledger has no amount of the day.")
        return
    said = f"{amount['stated']:,} {amount['unit']}"
    verdict = {
        "same": Text("由读数重算相同。", "worked out again from the readings, the same."),
        "differs": Text("由读数重算不同！", "worked out again from the readings, IT DIFFERS."),
        "frozen": Text("读数已删除。", "the readings were removed."),
    }[amount["verdict"]]
    yield Text(f"台账当日 {said}，", f"The ledger has {said} of the day; ") + verdict


def lines(found: Sequence[FailedDays]) -> Iterator[Text]:
    """Yield a line for each, and a last one that says how many there are."""
    label = {check.name: check.label for check in all_checks()}
    for one in found:
        days = f"{one.first}" if one.first == one.last else f"{one.first} .. {one.last}"
        mark = Text("异常", "wrong") if one.severity == WRONG else Text("请看", "look")
        asks = label.get(one.check, Text(one.check, one.check))
        yield Text(
            f"{mark.zh}  {one.meter}  {days}  {asks.zh}：{one.evidence.zh}",
            f"{mark.en:5}  {one.meter}  {days}  {one.check}: {one.evidence.en}",
        )
    wrong = sum(one.severity == WRONG for one in found)
    yield Text(
        f"{len(found)} 项未通过，其中 {wrong} 项异常。" if found else "没有未通过的检验。",
        f"{len(found)} failed, {wrong} of them wrong." if found else "No check failed.",
    )
