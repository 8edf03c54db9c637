"""Dated rows of the registry reach a running collector: files, records, a real broker, commands."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from collector.collector import Collector
from collector.screening.normalize import NOT_BOUND, UNKNOWN_DEVICE
from energy.binding import Binding
from energy.meter import Device, Meter
from energy.reading import REGISTER
from jieneng.clock import now_ms
from jieneng.holder import Request
from jieneng.registry.intake import take_reference, take_registry
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from simulators.speech.publish import Publisher
from storage.records import registry as registry_records
from storage.registry.files import write_registry
from tests.builders import MAIN_METER, PANEL, registry_of
from tests.store_promises import ALWAYS

NEVER = threading.Event()
PATIENCE_S = 30.0
MINUTE_S = 60
NEW = replace(PANEL, device="new")
NOW_S = now_ms() // 1000 // MINUTE_S * MINUTE_S
CHANGE_S = NOW_S - 120 * MINUTE_S
UNTIL_CHANGE = Binding("hall_main", "panel", "ep", until=CHANGE_S * 1000)
ON_NEW = replace(MAIN_METER, device="new")
ANNEX = replace(MAIN_METER, meter="annex", role="check")


@dataclass
class World:
    """A house that collects from a real broker, and the meters that speak to it."""

    house: House
    collector: Collector
    meters: Publisher
    folder: Path
    said: int = field(default=0)

    def publish_registry(
        self, *meters: Meter, devices: tuple[Device, ...] = (PANEL,), bindings: tuple[Binding, ...]
    ) -> None:
        """Import files with these rows as ``jieneng import registry`` does, and restart nothing."""
        self.said += 1
        folder = self.folder / f"files-{self.said}"
        registry = replace(registry_of(*meters, devices=devices), bindings=bindings)
        write_registry(registry, folder)
        take_registry(self.house.records, folder, heard=(), reason="a change")
        self._wait(lambda: self.collector._intake._normalizer.number == self._number())

    def _number(self) -> int:
        with self.house.records.reading() as session:
            return registry_records.number(session)

    def say(self, device: str, *readings: tuple[int, int]) -> None:
        """Have a device say values [kWh], each at minutes from now, and wait for their end."""
        before = self.collector.counters().received
        for minute, value in readings:
            body = {"time": NOW_S + minute * MINUTE_S, "values": {"ep": value}}
            topic = f"meters/{device}"
            assert self.meters.publish(topic, json.dumps(body).encode(), stop=NEVER)
        assert self.meters.drain(stop=NEVER)
        self._wait(lambda: self.collector.counters().received == before + len(readings))
        assert self.collector.wait_until_idle(PATIENCE_S)
        self.collector.publish_now()
        self.collector.teller.tell_heard()

    def stored(self, meter: str) -> list[tuple[int, int]]:
        """Return minutes from now and value [kWh] of each reading of a meter."""
        series = self.house.store.series(REGISTER, meter, ALWAYS)
        pairs = zip(series.time.tolist(), series.value.tolist(), strict=True)
        return [((at // 1000 - NOW_S) // MINUTE_S, value // 100) for at, value in pairs]

    def ask(self, name: str, work: str, **arguments: object) -> list[str]:
        """Return what a command answers."""
        said: list[str] = []
        wrong: list[str] = []
        asked = Request(name, work, arguments, "/", "en")
        assert answer_for(self.house)(asked, said.append, wrong.append) == 0, wrong
        return said

    def listed(self) -> list[tuple[str, str, str]]:
        """Return device, channel and last value of what ``jieneng devices`` lists."""
        (answer,) = self.ask("devices", "devices", limit=9, as_json=True)
        rows = json.loads(answer)["heard"]
        return [(row["device"], row["channel"], row["value"]) for row in rows]

    def refused(self) -> dict[str, int]:
        """Return how many readings are refused now, by reason."""
        (answer,) = self.ask("status", "status", as_json=True)
        found: dict[str, int] = json.loads(answer)["dead_letters"]
        return found

    def _wait(self, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not until():
            assert self.collector.failure is None
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def world(mosquitto_port: int, tmp_path: Path) -> Iterator[World]:
    url = f"mqtt://127.0.0.1:{mosquitto_port}"
    settings = Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url=url)
    with closing(open_house(settings)) as house, Publisher(url, client_id="meters") as meters:
        take_reference(house.records, shipped("reference"))
        collector = house.start_collector()
        made = World(house, collector, meters, tmp_path)
        made.publish_registry(MAIN_METER, bindings=())
        collector.wait_until_subscribed(PATIENCE_S)
        yield made
        assert collector.counters().balance == 0


def test_a_replaced_device_is_followed_without_a_restart_and_its_late_past_stays(
    world: World,
) -> None:
    world.say("panel", (-180, 1))
    world.publish_registry(ON_NEW, devices=(PANEL, NEW), bindings=(UNTIL_CHANGE,))
    world.say("new", (-60, 3))
    world.say("panel", (-150, 2))  # late, of when it still hung there
    world.say("new", (-30, 4))

    assert world.stored("hall_main") == [(-180, 1), (-150, 2), (-60, 3), (-30, 4)]
    assert world.refused() == {}


def test_a_row_that_lies_ahead_parts_readings_by_their_time_when_it_comes(world: World) -> None:
    ahead = replace(UNTIL_CHANGE, until=(NOW_S + 5 * MINUTE_S) * 1000)
    world.publish_registry(replace(ANNEX, meter="hall_main", device="", channel="", role="main"),
                           ANNEX, bindings=(ahead,))  # fmt: skip
    world.say("panel", (4, 1), (5, 2), (6, 3))

    assert (world.stored("hall_main"), world.stored("annex")) == ([(4, 1)], [(5, 2), (6, 3)])


def test_a_letter_of_an_unbound_time_comes_to_its_meter_once_a_row_says_where_it_hung(
    world: World,
) -> None:
    world.publish_registry(ON_NEW, devices=(PANEL, NEW), bindings=(UNTIL_CHANGE,))
    world.say("panel", (-90, 7), (-60, 8))
    assert world.refused() == {NOT_BOUND: 2}
    assert world.stored("hall_main") == []

    lent = Binding("annex", "panel", "ep", CHANGE_S * 1000, (NOW_S - 75 * MINUTE_S) * 1000)
    world.publish_registry(
        ON_NEW, replace(ANNEX, device="", channel=""), devices=(PANEL, NEW),
        bindings=(UNTIL_CHANGE, lent),
    )  # fmt: skip
    letters = {"numbers": [], "topic": "", "reason": NOT_BOUND, "form": "", "start": "", "end": ""}
    answer = world.ask(
        "deadletters", "ask", action="retry", given=letters, everything=False, why="lent",
        as_json=False,
    )  # fmt: skip

    assert sorted(answer) == ["       1  are still refused", "       1  became readings"]
    assert world.collector.wait_until_idle(PATIENCE_S)
    world.collector.publish_now()
    assert (world.stored("annex"), world.stored("hall_main")) == ([(-90, 7)], [])
    assert world.refused() == {NOT_BOUND: 1}


def test_a_channel_is_listed_as_long_as_it_never_hung_at_a_meter(world: World) -> None:
    world.say("new", (-90, 5))
    assert world.listed() == [("new", "ep", "5")]
    assert world.refused() == {UNKNOWN_DEVICE: 1}

    once = Binding("hall_main", "new", "ep", until=CHANGE_S * 1000)
    world.publish_registry(MAIN_METER, devices=(PANEL, NEW), bindings=(once,))
    assert world.listed() == []
    world.say("new", (-60, 6))  # behind its time: a letter says so, and it is nothing to adopt
    assert world.listed() == []
    assert world.refused() == {UNKNOWN_DEVICE: 1, NOT_BOUND: 1}

    world.publish_registry(MAIN_METER, devices=(PANEL, NEW), bindings=())
    world.say("new", (-30, 7))
    assert world.listed() == [("new", "ep", "7")]
