"""Devices are replaced and moved while the collector runs; what they said stays where it was."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

import formats
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from collector.screening.normalize import NOT_BOUND, UNKNOWN_DEVICE
from collector.telling.counters import Counters
from collector.telling.publisher import RETRY
from energy.binding import Binding
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import REGISTER
from energy.registry import Registry
from storage.readings import ReadingStore
from tests.builders import MAIN_METER, PANEL
from tests.fakes import FailingStore, Notebook
from tests.letter_world import NOW, T0, World, entry
from tests.scripted_broker import ScriptedBroker
from tests.store_promises import ALWAYS

NEW = replace(PANEL, device="new")
AT_TWO = (T0 + 2 * 3600) * 1000
UNHUNG = replace(MAIN_METER, device="", channel="")
OTHER = replace(UNHUNG, meter="other")
BEFORE = Registry(devices=(PANEL,), meters=(MAIN_METER, OTHER), number=2)
REPLACED = Registry(
    devices=(PANEL, NEW),
    meters=(replace(MAIN_METER, device="new"), OTHER),
    bindings=(Binding("hall_main", "panel", "ep", until=AT_TWO),),
    number=3,
)
MOVED = Registry(
    devices=(PANEL,),
    meters=(UNHUNG, replace(MAIN_METER, meter="other")),
    bindings=(Binding("hall_main", "panel", "ep", until=AT_TWO),),
    number=3,
)
PATIENCE_S = 20.0


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_the_old_device_still_tells_of_its_time_and_the_new_one_of_its_own(world: World) -> None:
    world.use(BEFORE)
    world.take(entry(0, ep=1))
    world.take(entry(2, ep=0.5), topic="meters/new")
    world.ship_all()
    (stranger,) = world.letters()
    assert stranger.reason == UNKNOWN_DEVICE

    world.use(REPLACED)
    world.ask(RETRY, stranger.number)
    world.serve()
    world.take([entry(1, ep=2), entry(3, ep=10)])
    world.take([entry(1, ep=0.25), entry(3, ep=0.75)], topic="meters/new")
    world.ship_all()

    hours = [((at // 1000 - T0) // 3600, value) for at, value in world.stored()]
    assert hours == [(0, 100), (1, 200), (2, 50), (3, 75)]
    assert [letter.reason for letter in world.letters()] == [NOT_BOUND, NOT_BOUND]
    assert world.counters() == Counters(received=6, shipped=4, dead=2)
    assert [one.device for one in world.intake.heard.take()] == ["new"]
    world.close()


def test_a_refused_reading_comes_to_its_meter_when_the_registry_says_where_it_hung(
    world: World,
) -> None:
    world.use(MOVED)
    elsewhere = replace(MOVED, bindings=(replace(MOVED.bindings[0], start=AT_TWO - 1),), number=4)
    world.use(elsewhere)
    world.take(entry(1, ep=2))
    world.ship_all()
    assert [letter.reason for letter in world.letters()] == [NOT_BOUND]

    world.use(replace(MOVED, number=5))
    world.ask(RETRY, 1)
    world.serve()
    world.ship_all()

    assert world.stored() == [((T0 + 3600) * 1000, 200)]
    assert world.letters() == []
    world.close()


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_running_collector_takes_up_a_device_that_was_moved(tmp_path: Path) -> None:
    registries = [BEFORE]
    store = FailingStore()
    with ScriptedBroker() as broker:
        collector = Collector(
            CollectorOptions(address_of(broker.url), "collector", tmp_path),
            store=cast("ReadingStore", store),
            registry=lambda: registries[-1],
            formats=offers(formats, "FORMAT", Format),
            publish=Notebook(),
            clock=lambda: NOW,
        )
        collector.start()
        broker.accept()
        collector.wait_until_subscribed(PATIENCE_S)
        broker.publish("meters/panel", [b'{"time":%d,"values":{"ep":1}}' % T0])
        _wait(lambda: collector.counters().shipped == 1)

        registries.append(MOVED)
        _wait(lambda: collector._intake._normalizer.number == MOVED.number)
        hours = (3, 1)  # the late one still belongs to where the device hung then
        bodies = [b'{"time":%d,"values":{"ep":%d}}' % (T0 + 3600 * at, at + 1) for at in hours]
        broker.publish("meters/panel", bodies)
        _wait(lambda: collector.counters().shipped == 3)
        collector.stop()

    values = {
        meter: store.inside.series(REGISTER, meter, ALWAYS).value.tolist()
        for meter in ("hall_main", "other")
    }
    assert values == {"hall_main": [100, 200], "other": [400]}
