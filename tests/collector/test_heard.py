"""What is heard of devices and channels that the registry does not know."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.taking.heard import MOST_CHANNELS, Heard, HeardChannel
from energy.binding import Binding
from energy.messages.message import Said
from jieneng.clock import now_ms
from jieneng.publisher import RecordsPublisher
from storage.records import heard as heard_records
from storage.records.book import Records
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.fakes import Notebook
from tests.letter_world import AFTER, NOW, World, entry, teller_of
from tests.record_promises import stored

VALUES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans()), max_size=30)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def note(heard: Heard, device: str, channel: str, *, arrived: int = 1, value: str = "1") -> None:
    said = Said(device, channel, None, Decimal(value), "kWh")
    heard.note([said], gateway="gw", form="own_single", topic="t", arrived=arrived)


def test_a_channel_is_noted_with_its_first_and_its_last_word() -> None:
    heard = Heard()
    note(heard, "panel", "ua", arrived=5, value="220.5")
    note(heard, "panel", "ua", arrived=9, value="221")

    assert heard.take() == [
        HeardChannel("panel", "ua", "gw", "own_single", "t", 5, 9, 2, "221", "kWh")
    ]
    assert heard.take() == []


@given(VALUES, st.integers(0, 4))
def test_every_value_is_told_once_or_counted_as_beyond(
    values: list[tuple[int, int, bool]], most: int
) -> None:
    heard, told = Heard(most), 0
    for device, channel, do_records_answer in values:
        note(heard, f"d{device}", f"c{channel}")
        taken = heard.take()
        assert len(taken) <= most
        if do_records_answer:
            told += sum(one.times for one in taken)
        else:
            heard.put_back(taken)
    told += sum(one.times for one in heard.take())

    assert told + heard.beyond == len(values)


def test_what_the_records_could_not_be_told_is_older_than_what_came_since() -> None:
    heard = Heard()
    note(heard, "panel", "ua", arrived=5, value="1")
    taken = heard.take()
    note(heard, "panel", "ua", arrived=9, value="2")
    heard.put_back(taken)

    (one,) = heard.take()
    assert (one.first, one.last, one.times, one.value) == (5, 9, 2, "2")


@pytest.mark.parametrize(("device", "channel"), [("", "ua"), ("panel", ""), ("x" * 201, "ua")])
def test_what_cannot_be_a_name_in_the_registry_is_only_counted(device: str, channel: str) -> None:
    heard = Heard()
    note(heard, device, channel)

    assert (heard.take(), heard.beyond) == ([], 1)


def test_long_topics_values_and_units_are_cut() -> None:
    heard = Heard()
    said = Said("panel", "ua", None, Decimal("9" * 500), "u" * 500)
    heard.note([said], gateway="", form="f", topic="t/" * 500, arrived=1)

    (one,) = heard.take()
    assert (len(one.topic), len(one.value), len(one.unit)) == (200, 60, 60)


def test_an_unknown_device_and_an_unlisted_channel_are_heard_and_a_meter_is_not(
    world: World,
) -> None:
    world.use(AFTER)
    world.take(entry(1, ep=1, ua=220.5))
    world.take(entry(1, ep=7), topic="meters/stranger")

    assert world.intake.heard.take() == [
        HeardChannel(
            "panel", "ua", "", "own_single", "meters/panel", NOW, NOW, 1, "220.5", ""
        ),
        HeardChannel(
            "stranger", "ep", "", "own_single", "meters/stranger", NOW, NOW, 1, "7", ""
        ),
    ]  # fmt: skip


def test_a_value_refused_for_another_reason_is_not_heard(world: World) -> None:
    world.use(AFTER)
    world.take(entry(1, ep=-1))

    assert world.intake.heard.take() == []


def test_reading_a_dead_letter_again_is_not_hearing_it_again(world: World) -> None:
    world.take(entry(1, ep=1))
    world.ship_all()
    world.intake.heard.take()

    world.ask("retry", *[letter.number for letter in world.letters()])
    assert world.serve() == ["refused"]
    assert world.intake.heard.take() == []


def test_a_hundred_thousand_invented_devices_need_bounded_memory(world: World) -> None:
    world.use(AFTER)
    flood = 100_000
    batch = 1000
    for first in range(0, flood, batch):
        world.intake.take_all(
            [
                (f"meters/d{number}", b'{"time":%d,"values":{"ep":1}}' % (NOW // 1000), 0, False, 0)
                for number in range(first, first + batch)
            ],
            arrived=NOW,
        )
        world.intake.commit()

    heard = world.intake.heard
    assert heard.figures() == {"heard_beyond": flood - MOST_CHANNELS}
    assert len(heard.take()) == MOST_CHANNELS


def test_the_records_are_told_at_the_end_and_again_when_they_did_not_answer(world: World) -> None:
    world.take(entry(1, ep=1))
    notebook = Notebook()
    teller = teller_of(world, notebook)
    notebook.answers = False
    teller.stop()
    assert notebook.unknown == []

    notebook.answers = True
    teller.stop()
    assert [(one.device, one.channel, one.times) for one in notebook.unknown] == [
        ("panel", "ep", 1)
    ]


def test_what_is_heard_stands_in_the_records_until_it_is_adopted(
    world: World, tmp_path: Path
) -> None:
    records = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    teller = teller_of(world, RecordsPublisher(records, collector="west"))
    world.use(AFTER)
    for hour in (1, 2):
        body = json.dumps(entry(hour, ep=hour, ep_light=hour, ua=hour)).encode()
        world.intake.take("meters/panel", body, retained=False, arrived=now_ms())
        assert world.intake.commit()
        teller.stop()
    with records.reading() as session:
        found = heard_records.all(session)
    assert [(one.collector, one.channel, one.value, one.times) for one in found] == [
        ("west", "ep_light", "2", 2),
        ("west", "ua", "2", 2),
    ]

    stored(records, registry_of(MAIN_METER, SUB_METER))
    with records.reading() as session:
        assert [one.channel for one in heard_records.all(session)] == ["ua"]

    hung_once = (Binding("hall_main", "panel", "ua", until=1),)
    stored(records, replace(registry_of(MAIN_METER, SUB_METER), bindings=hung_once))
    with records.reading() as session:
        assert heard_records.all(session) == []
    records.close()
