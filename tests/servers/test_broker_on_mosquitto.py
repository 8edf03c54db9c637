"""The broker's shipped settings, with accounts of the example district, on a real mosquitto."""

import os
import pwd
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from typer.testing import CliRunner

from collector.receiving.broker_word import TOPICS
from jieneng.__main__ import build
from tests.jieneng.test_broker_access import accounts
from tests.server_programs import answers, free_port, program, running

CHECKOUT = Path(__file__).parents[2]
SETTINGS = CHECKOUT / "deploy/mosquitto.conf"
COLLECTOR = "for-the-collector"
PATIENCE_S = 20


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the command wrote for the example district."""
    folder = tmp_path_factory.mktemp("access")
    answer = CliRunner().invoke(
        build(),
        ["accounts", str(folder), "--registry", str(CHECKOUT / "examples/district")],
        env={"MQTT_COLLECTOR_PASSWORD": COLLECTOR},
    )
    assert answer.exit_code == 0, answer.output
    return folder


@pytest.fixture(scope="module")
def port(access: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Yield the port of a mosquitto with deploy/mosquitto.conf, moved to a folder of ours."""
    folder = tmp_path_factory.mktemp("mosquitto")
    found = free_port()
    text = SETTINGS.read_text()
    moved = (
        text.replace("listener 1883", f"listener {found} 127.0.0.1")
        .replace("/mosquitto/access", str(access))
        .replace("/mosquitto/data", str(folder))
    )
    assert moved.count(str(access)) == 2
    if os.getuid() == 0:
        moved += f"\nuser {pwd.getpwuid(0).pw_name}\n"
    (folder / "mosquitto.conf").write_text(moved)
    command = [program("mosquitto"), "-c", str(folder / "mosquitto.conf")]
    with running(command, folder / "log", lambda: answers(found)):
        yield found


@dataclass
class Caller:
    """One client: what the broker said to it, and what arrived."""

    user: str
    password: str
    port: int
    is_in: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)
    subscribed: threading.Event = field(default_factory=threading.Event)
    reason: str = ""
    topics: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
        if self.user:
            self.client.username_pw_set(self.user, self.password)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = lambda *_: self.gone.set()
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.on_message = lambda _client, _data, message: self.topics.append(message.topic)
        self.client.connect("127.0.0.1", self.port)
        self.client.loop_start()
        assert self.is_in.wait(PATIENCE_S)
        return self

    def _on_connect(self, *arguments: object) -> None:
        self.reason = str(arguments[3])
        self.is_in.set()

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def listen(self, pattern: str) -> None:
        self.client.subscribe(pattern, qos=1)
        assert self.subscribed.wait(PATIENCE_S)

    def say(self, topic: str, payload: bytes = b"{}") -> None:
        self.client.publish(topic, payload, qos=1).wait_for_publish(PATIENCE_S)

    def heard(self, topic: str) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while topic not in self.topics and time.monotonic() < deadline:
            time.sleep(0.01)
        return topic in self.topics


def test_a_caller_without_account_or_with_a_wrong_password_is_refused(
    port: int, access: Path
) -> None:
    for user, password in (
        ("", ""),
        ("collector", "wrong"),
        ("collector", ""),
        ("gw-gov-1", accounts(access)["gw-gov-2"]),
        ("simulator", COLLECTOR),
    ):
        with Caller(user, password, port) as caller:
            assert caller.reason == "Not authorized", user


def test_a_gateway_writes_its_own_topic_and_no_other(port: int, access: Path) -> None:
    password = accounts(access)
    with (
        Caller("collector", COLLECTOR, port) as collector,
        Caller("gw-gov-1", password["gw-gov-1"], port) as gateway,
        Caller("library-main-plug", password["library-main-plug"], port) as plug,
    ):
        collector.listen("#")
        gateway.say("meters/batch/gw-gov-2")
        gateway.say("meters/library-branch-panel")
        gateway.say("tele/library-main-plug/SENSOR")
        plug.say("meters/batch/gw-gov-1")
        gateway.say("meters/batch/gw-gov-1")
        plug.say("tele/library-main-plug/SENSOR")

        assert collector.heard("meters/batch/gw-gov-1")
        assert collector.heard("tele/library-main-plug/SENSOR")
        # One connection keeps its order: what was said before has been decided on.
        assert len(collector.topics) == 2


def test_a_gateway_hears_nothing_and_the_collector_says_nothing(port: int, access: Path) -> None:
    with (
        Caller("collector", COLLECTOR, port) as collector,
        Caller("gw-school", accounts(access)["gw-school"], port) as gateway,
    ):
        collector.listen("meters/#")
        gateway.listen("#")
        collector.say("meters/batch/gw-school")
        gateway.say("meters/batch/gw-school")

        assert collector.heard("meters/batch/gw-school")
        assert collector.topics == ["meters/batch/gw-school"]
        assert gateway.topics == []


def test_the_collector_hears_what_the_broker_says_of_its_queue_and_a_gateway_does_not(
    port: int, access: Path
) -> None:
    with (
        Caller("collector", COLLECTOR, port) as collector,
        Caller("gw-school", accounts(access)["gw-school"], port) as gateway,
    ):
        gateway.listen("$SYS/#")
        collector.listen("$SYS/#")

        for topic in TOPICS:
            assert collector.heard(topic)
        assert (set(collector.topics), gateway.topics) == (set(TOPICS), [])


def test_a_message_larger_than_the_limit_is_not_taken(port: int, access: Path) -> None:
    with Caller("gw-school", accounts(access)["gw-school"], port) as gateway:
        gateway.client.publish("meters/batch/gw-school", b"x" * 1_100_000, qos=1)

        assert gateway.gone.wait(PATIENCE_S)


def test_the_queue_holds_a_day_of_a_large_district() -> None:
    limits = dict(re.findall(r"^(\w+) (\d+)$", SETTINGS.read_text(), flags=re.MULTILINE))
    devices, a_day, message_bytes = 2000, 24 * 4, 1000

    assert int(limits["max_queued_messages"]) >= 2 * devices * a_day
    assert int(limits["max_queued_bytes"]) >= 2 * devices * a_day * message_bytes
