"""Why a figure is what it is whose readings were removed when their years were over."""

from datetime import date

from analytics.retention import RAW_FROM
from energy.span import HOUR_MS, midnight
from storage.records import values
from storage.records.book import Records
from storage.tables import METER_DAY, METER_HOUR
from tests.analytics.ledger.test_ledger_sums import BEIJING, START
from tests.analytics.rounds.test_rounds_late import DAY
from tests.analytics.why.why_world import a_day, figures, why


def test_where_readings_were_removed_the_figure_is_frozen_and_its_days_give_it(
    records: Records,
) -> None:
    store, registry = a_day()
    with records.session() as session:
        values.put(session, RAW_FROM, str(midnight(date(2027, 1, 1), BEIJING)))
    store.delete_before("register", START + 3 * DAY)

    answer = why(records, store, registry, "2026-02")

    assert answer["is_removed"]
    assert answer["verdict"] == "frozen"
    assert answer["raw_from"] == "2026-12-31T16:00:00Z"
    assert "readings" not in answer
    assert figures(answer)["amount"] == 60_000
    hour = why(records, store, registry, "2026-02-26T05", "amount")
    assert hour["figures"][0]["verdict"] == "frozen"
    assert hour["figures"][0]["stated"] == 1000


def test_a_frozen_day_whose_hours_are_gone_stands_alone(records: Records) -> None:
    store, registry = a_day()
    with records.session() as session:
        values.put(session, RAW_FROM, str(midnight(date(2027, 1, 1), BEIJING)))
    whole = why(records, store, registry, "2026-02-26", "amount")
    store.delete_before(METER_HOUR.name, START + DAY + HOUR_MS)

    part = why(records, store, registry, "2026-02-26", "amount")

    assert [one["figures"][0]["verdict"] for one in (whole, part)] == ["same", "frozen"]
    assert part["figures"][0]["stated"] == 24_000


def test_frozen_days_that_do_not_give_their_month_differ(records: Records) -> None:
    store, registry = a_day()
    with records.session() as session:
        values.put(session, RAW_FROM, str(midnight(date(2027, 1, 1), BEIJING)))
    store.delete_before(METER_DAY.name, START + DAY)

    answer = why(records, store, registry, "2026-02", "amount")

    assert answer["verdict"] == "differs"
    assert answer["figures"][0]["differs_by"] == -24_000
