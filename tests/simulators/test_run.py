import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from energy.errors import ConfigError, UnreachableError
from energy.span import HOUR_MS
from jieneng.mqtt.demo_broker import Broker, free_port, start_broker
from simulators.plan import EDITION, begin, plan_from_json, plan_to_json
from simulators.run import Progress, prepare, run
from simulators.speech.publish import Publisher
from tests.example_district import CALENDARS, ORIGIN, example_registry, short_plan

DAY_MS = 24 * HOUR_MS
WAIT_S = 30.0


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    started = start_broker(tmp_path_factory.mktemp("broker"), choice="auto", tell=lambda _: None)
    yield started
    started.stop()


class _Listener:
    """Counts the messages that reach a subscriber."""

    def __init__(self, url: str) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.ready = threading.Event()
        self.grew = threading.Condition()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="listener")
        self.client.on_message = self._hear
        self.client.on_subscribe = lambda *_: self.ready.set()
        host, port = url.removeprefix("mqtt://").split(":")
        self.client.connect(host, int(port))
        self.client.subscribe("#", qos=1)
        self.client.loop_start()
        assert self.ready.wait(WAIT_S)

    def _hear(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        with self.grew:
            self.heard.append((message.topic, bytes(message.payload)))
            self.grew.notify()

    def wait_for(self, count: int) -> bool:
        with self.grew:
            return self.grew.wait_for(lambda: len(self.heard) >= count, WAIT_S)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def test_a_history_arrives_whole_and_its_truth_is_written(broker: Broker, tmp_path: Path) -> None:
    listener = _Listener(broker.url)
    seen: list[Progress] = []
    done = run(
        short_plan(hours=49), example_registry(), CALENDARS, broker_url=broker.url, resume={},
        report=seen.append, stop=threading.Event(), history_only=True, truth=tmp_path,
    )  # fmt: skip
    assert listener.wait_for(done.messages)
    listener.close()
    assert done.live
    assert seen[-1] == done
    assert done.readings == done.total > 1000
    assert len(listener.heard) == done.messages
    assert {path.name for path in tmp_path.iterdir()} == {
        "truth.parquet",
        "hours.parquet",
        "totals.parquet",
        "truth.json",
        "summary.md",
    }


def test_live_goes_on_where_the_history_ended_and_never_ahead_of_the_clock(
    broker: Broker,
) -> None:
    plan = replace(short_plan(hours=49), now=ORIGIN + 2 * DAY_MS + HOUR_MS // 2)
    clock = iter(range(plan.now, plan.now + 10 * HOUR_MS, HOUR_MS))
    stop = threading.Event()
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        if progress.live and progress.until >= plan.now + 2 * HOUR_MS:
            stop.set()

    done = run(
        plan, example_registry(), CALENDARS, broker_url=broker.url, resume={},
        report=report, stop=stop, wall_ms=lambda: next(clock),
    )  # fmt: skip
    first_live = next(progress for progress in seen if progress.live)
    assert first_live.until == plan.now
    assert done.readings > first_live.readings
    assert done.until == plan.now + 2 * HOUR_MS


def test_a_run_that_is_stopped_returns(broker: Broker) -> None:
    stop = threading.Event()
    stop.set()
    done = run(
        short_plan(hours=49), example_registry(), CALENDARS, broker_url=broker.url, resume={},
        report=lambda _: None, stop=stop,
    )  # fmt: skip
    assert not done.live
    assert done.messages == 0


def test_a_broker_that_is_not_there_is_named_with_the_setting() -> None:
    with pytest.raises(UnreachableError, match="JIENENG_BROKER_URL"):
        Publisher(f"mqtt://127.0.0.1:{free_port()}", client_id="nobody")


def test_a_plan_survives_its_text_and_begins_at_local_midnight() -> None:
    some = short_plan()
    assert plan_from_json(plan_to_json(some)) == some
    with pytest.raises(ConfigError, match="another edition"):
        plan_from_json("{}")
    with pytest.raises(ConfigError, match="cannot be read"):
        plan_from_json(json.dumps({"edition": EDITION}))
    with pytest.raises(ConfigError, match="cannot be read"):
        plan_from_json("[]")
    begun = begin(
        now=ORIGIN + 3 * DAY_MS + HOUR_MS, timezone="Asia/Shanghai", days=3, seed=1,
        scenario=Path("a"), readings=Path("b"), mapping=Path("c"),
    )  # fmt: skip
    assert begun.origin == ORIGIN


def test_a_history_is_built_to_the_end_of_its_story_even_when_now_is_earlier() -> None:
    prepared = prepare(short_plan(hours=49), example_registry(), CALENDARS)
    assert prepared.horizon >= ORIGIN + 776 * DAY_MS
