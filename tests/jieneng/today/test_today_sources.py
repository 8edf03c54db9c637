"""Tasks of ``jieneng today`` that come from the registry, reference data and broken registers."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from energy.canonical import canonical
from energy.counting.virtual import VirtualPart
from energy.registry import Registry
from energy.span import HOUR_MS
from jieneng.report import said_by_store
from jieneng.wiring import House
from storage.records import registry as registry_records
from storage.records import sheets
from storage.tables import CHECK_DAY
from tests.builders import INSTRUMENT, registry_of
from tests.filled import put
from tests.jieneng.ledger.test_ledger_commands import (
    METER,
    STEPS_AN_HOUR,
    ask,
    closed_may,
    house,
    tell,
)
from tests.jieneng.today.test_today_command import NOW_HOURS, of
from tests.storage.chain_world import day

__all__ = ["house"]
PRICES = [
    f"beijing_general-2023-{period}"
    for period in ("flat-07", "flat-13", "flat-22", "peak-10", "peak-17", "valley-00", "valley-23")
]
"""The rows that price a day in June."""


def test_a_register_that_begins_anew_is_a_task_until_somebody_says_what_happened(
    house: House,
) -> None:
    tell(house, range(100))
    tell(house, range(100, NOW_HOURS + 1), more=-100 * STEPS_AN_HOUR)

    (task,) = of(house, "meter_events")
    assert task["where"]["en"] == "Hall main (hall_main)"
    assert task["urgency"] == "soon"
    assert task["since"] == "2026-05-04T19:00:00Z"
    assert task["command"] == "jieneng meters candidates hall_main"

    code, _ = ask(house, "meters", "dismiss", number=1, by="li", reason="a test")
    assert code == 0
    assert not of(house, "meter_events")


def test_rows_are_named_that_sheets_lean_on_and_no_more_once_confirmed(house: House) -> None:
    (task,) = of(house, "reference_rows")
    assert task["count"] == 2 + len(PRICES)
    assert task["where"]["en"] == f"{', '.join(PRICES[:3])} …"
    assert ask(house, "reference", "confirm", row_ids=PRICES, by="li")[0] == 0

    (task,) = of(house, "reference_rows")
    named = task["where"]["en"].split(", ")
    assert len(named) == task["count"] == 2
    assert {name.partition("-")[0] for name in named} == {"coal", "co2"}

    for row in named:
        code, _ = ask(house, "reference", "confirm", row_ids=[row], by="li")
        assert code == 0
    assert not of(house, "reference_rows")

    with house.records.session() as session:
        signed = canonical({"lines": {}, "unconfirmed": [{"id": "co2-MEE-average-gas"}]})
        for period, content in (("2026-03", canonical({"lines": {}})), ("2026-04", signed)):
            sheets.record(
                session, sheets.Step.SUBMITTED, institution="town", period=period, by="li",
                roles=["filler"], at=day(6, 1), content=content,
            )  # fmt: skip
    (task,) = of(house, "reference_rows")
    assert task["where"]["en"] == "co2-MEE-average-gas"


def test_verifications_are_a_task_once_overdue_and_another_as_they_come(house: House) -> None:
    rows = [
        replace(INSTRUMENT, serial="a"),
        replace(INSTRUMENT, serial="b"),
        replace(INSTRUMENT, serial="c", due=date(2026, 7, 1)),
        replace(INSTRUMENT, serial="d", due=date(2027, 7, 1)),
    ]
    with house.records.session() as session:
        made = replace(registry_of(METER), instruments=tuple(rows))
        registry_records.replace(session, made, author="test", reason="certificates")

    overdue, coming = of(house, "verifications")
    assert (overdue["urgency"], overdue["count"], coming["urgency"], coming["count"]) == (
        "soon", 2, "later", 1,
    )  # fmt: skip
    assert overdue["since"] is not None
    assert coming["title"]["en"] == (
        "The verification of hall_main c is due on 2026-07-01, in 21 days."
    )
    assert coming["command"] == "jieneng instruments due"


def test_a_meter_that_is_computed_is_never_called_silent(house: House) -> None:
    rest = VirtualPart("rest", "hall_main", "+", Fraction(1), date(2000, 1, 1), date.max)
    made = registry_of(METER, replace(METER, meter="rest", device="", channel="", role="check"))
    with house.records.session() as session:
        registry_records.replace(
            session, replace(made, virtual=(rest,)), author="test", reason="computed"
        )

    (task,) = of(house, "silent_meters")
    assert (task["count"], task["where"]["en"]) == (1, "Hall main (hall_main)")
    assert list(said_by_store(house)["silent"]) == ["hall_main"]
    code, said = ask(
        house, "reading", "add", meters=["rest"], at="2026-06-01 08:00", value="1", by="li",
        reason="no",
    )  # fmt: skip
    assert code == 1
    assert said[0].startswith("rest is computed from others and has no readings. Read these: hall")


def test_an_empty_registry_is_the_first_thing_to_do(house: House) -> None:
    assert not of(house, "empty_registry")
    with house.records.session() as session:
        registry_records.replace(session, Registry(), author="test", reason="emptied")
    (task,) = of(house, "empty_registry")
    assert task["urgency"] == "now"
    assert task["command"] == "jieneng import registry FOLDER --reason first"


def failed_on(house: House, check: str, severity: str, *days: int) -> None:
    """Write that a check failed on local days; the house is in June, June 1 being 1."""
    rows = [
        {
            "time": day(6, 1) + (number - 1) * 24 * HOUR_MS, "institution": "town",
            "building": "hall", "meter": "hall_main", "check": check, "failed": 2,
            "severity": severity,
            "evidence_zh": f"所见 {number}。", "evidence_en": f"Seen {number}.",
        }
        for number in days
    ]  # fmt: skip
    put(house.store, CHECK_DAY, rows, {"check": check})


def test_a_check_that_failed_on_many_days_is_one_task_with_their_count_and_the_days(
    house: House,
) -> None:
    failed_on(house, "spike", "look", -40, 1, 2, 3, 5, 7, 8)
    failed_on(house, "negative_consumption", "wrong", 4)
    failed_on(house, "prolonged_estimation", "look", 4)  # long gaps are tasks of their own

    wrong, spikes = of(house, "failed_checks")

    assert spikes["where"]["en"] == (
        "Hall main (hall_main): 7 days, 2026-04-21, 2026-06-01 – 2026-06-03, 2026-06-05, "
        "2026-06-07 – 2026-06-08"
    )
    assert (spikes["count"], spikes["urgency"], wrong["urgency"]) == (7, "later", "soon")
    assert spikes["command"] == "jieneng check hall_main"
    assert spikes["title"]["zh"] == "检验未通过：当日最高值是否远高于第三高"
    assert spikes["todo"]["en"].startswith("Seen 8. See whether it is so")
    assert wrong["where"]["zh"].endswith("：1 天，2026-06-04")
    assert wrong["institution"] == "town"


def test_a_check_that_failed_in_a_closed_month_is_no_task_any_more(house: House) -> None:
    failed_on(house, "spike", "look", -1, 0, 1)

    def days() -> list[int]:
        tasks = of(house, "failed_checks")
        return [task["count"] for task in tasks if "highest of a day" in task["title"]["en"]]

    assert days() == [3]

    closed_may(house)
    failed_on(house, "spike", "look", -1, 0, 1)

    assert days() == [1]


def test_a_registry_that_was_taken_and_counts_twice_is_a_task_until_it_is_changed(
    house: House,
) -> None:
    assert not of(house, "miscounted")
    check = replace(METER, role="check")
    twice = [
        replace(METER, meter=name, table="interval", device="", channel="") for name in ("v1", "v2")
    ]
    parts = tuple(
        VirtualPart(one.meter, "hall_main", "+", Fraction(1), date(2000, 1, 1), date.max)
        for one in twice
    )
    with house.records.session() as session:
        made = replace(registry_of(check, *twice), virtual=parts)
        registry_records.replace(session, made, author="test", reason="before")
    (task,) = of(house, "miscounted")
    assert task["where"]["en"] == "Hall main (hall_main)"
    assert "the mains count hall_main 2 times in all" in task["todo"]["en"]
    assert "Make a share smaller" in task["todo"]["en"]
    assert (task["urgency"], task["institution"]) == ("soon", "town")
