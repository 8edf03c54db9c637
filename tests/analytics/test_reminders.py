"""Reminders of verifications: at 90, 30 and 0 days, each once, whatever restarts in between."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from analytics.reminders import remind
from analytics.rounds import round_once
from energy.instruments import Instrument
from energy.meter import Site
from energy.reference import Reference
from energy.registry import Registry
from energy.span import midnight, to_ms
from storage.engines.memory import MemoryStore
from storage.records import outbox, registry
from storage.records.book import Records
from storage.records.outbox import OutboxEntry
from tests.builders import INSTRUMENT, MAIN_METER, NORTH, registry_of

DUE = date(2026, 6, 1)
ONE = replace(INSTRUMENT, due=DUE)


def town(*instruments: Instrument, site: Site = NORTH) -> Registry:
    return replace(registry_of(MAIN_METER, sites=(site,)), instruments=instruments)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'records.sqlite'}"


@pytest.fixture
def records(path: str) -> Iterator[Records]:
    book = Records.open(path)
    yield book
    book.close()


def on(day: date) -> int:
    return midnight(day, NORTH.zone)


def told(records: Records, day: date, wanted: Registry) -> list[str]:
    """Remind on a day and return the keys that are new, without their common beginning."""
    before = {entry.key for entry in sent(records)}
    with records.session() as session:
        remind(session, wanted, Reference(), now_ms=on(day), link="http://console")
    return [entry.key for entry in sent(records) if entry.key not in before]


def sent(records: Records) -> list[OutboxEntry]:
    with records.reading() as session:
        return outbox.recent(session, 100)


def test_each_of_90_30_and_0_days_is_told_once_day_by_day(records: Records) -> None:
    new = {}
    for left in range(100, -100, -1):
        day = DUE - timedelta(days=left)
        if keys := told(records, day, town(ONE)):
            new[left] = keys

    begin = "verification/hall_main/E-4711/2026-06-01"
    assert new == {90: [f"{begin}/90"], 30: [f"{begin}/30"], 0: [f"{begin}/0"]}


def test_a_restart_repeats_no_reminder(path: str) -> None:
    for _ in range(2):
        book = Records.open(path)
        told(book, DUE, town(ONE))
        assert len(sent(book)) == 1
        book.close()


def test_an_instrument_entered_late_is_told_of_once_and_not_three_times(records: Records) -> None:
    assert len(told(records, DUE + timedelta(days=400), town(ONE))) == 1
    (entry,) = sent(records)
    assert "过期 400 天" in entry.body
    assert "400 days ago" in entry.body
    assert entry.body.endswith("http://console")
    assert entry.title == "[检定到期] 大厅总表"


def test_a_new_certificate_is_reminded_of_anew_and_a_removed_instrument_never(
    records: Records,
) -> None:
    told(records, DUE, town(ONE))
    again = replace(ONE, verified=date(2026, 5, 20), due=date(2026, 8, 1))

    assert told(records, DUE, town(ONE, again)) == ["verification/hall_main/E-4711/2026-08-01/90"]
    gone = replace(ONE, serial="gone", removed=date(2026, 5, 31))
    assert told(records, DUE, town(gone)) == []


def test_the_day_is_that_of_the_site_of_the_meter(records: Records) -> None:
    evening = to_ms(datetime(2026, 5, 31, 20, tzinfo=UTC))  # 1 June in Shanghai
    with records.session() as session:
        remind(session, town(ONE), Reference(), now_ms=evening)
    assert [entry.key[-2:] for entry in sent(records)] == ["/0"]
    west = replace(NORTH, timezone="America/Chicago")
    with records.session() as session:
        remind(session, town(ONE, site=west), Reference(), now_ms=evening)
    assert sorted(entry.key[-2:] for entry in sent(records)) == ["/0", "30"]


def test_the_round_reminds_once_an_hour_at_most_and_never_twice(records: Records) -> None:
    with records.session() as session:
        registry.replace(session, town(ONE), author="li", reason="start")
    for minutes in (0, 1, 61):
        now = on(DUE) + minutes * 60_000
        round_once(store=MemoryStore(), records=records, now_ms=now, link="")

    assert [entry.title for entry in sent(records)] == ["[检定到期] 大厅总表"]
