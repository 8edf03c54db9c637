"""What becomes of channels that the registry does not list."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import formats
from collector.keeping.packing import unpack
from collector.keeping.segment import START
from collector.keeping.spool import Spool
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.refused.letter import COUNTED, WHOLE, Letter
from collector.refused.letters import REASON_LENGTH
from collector.refused.strangers import MOST_CHANNELS, Strangers
from collector.taking.intake import Intake
from collector.telling.letter_desk import LetterDesk
from energy.messages.message import Format
from energy.offers import offers
from energy.registry import Registry
from tests.builders import MAIN_METER, PANEL, registry_of

T0 = 1_767_225_600
NOW = (T0 + 40 * 3600) * 1000
REASON = "unknown channel"


class Desk:
    """An intake on a spool, whose letters can be read."""

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int = 1_000_000,
        registry: Registry = registry_of(MAIN_METER),  # noqa: B008 - a value that nobody changes
    ) -> None:
        self.state = State(folder / STATE_FILE)
        self.spool = Spool(
            folder / SPOOL_FOLDER, max_bytes=max_bytes, shipped=self.state.shipped().position
        )
        self.intake = Intake(
            self.spool,
            offers(formats, "FORMAT", Format),
            lambda: registry,
            future_ms=0,
            letters=LetterDesk(self.spool, self.state, max_bytes=1_000_000).box,
        )

    def take(self, hour: int, *channels: str, topic: str = "meters/panel") -> None:
        values = ",".join(f'"{channel}":{hour}' for channel in channels)
        body = b'{"time":%d,"values":{%s}}' % (T0 + 3600 * hour, values.encode())
        self.intake.take(topic, body, retained=False, arrived=NOW)

    def letters(self) -> list[Letter]:
        return [one for record in self.spool.read(START) for one in unpack(record).letters]

    def kept(self) -> list[tuple[str, int]]:
        return [(letter.kept, letter.readings) for letter in self.letters()]

    def close(self) -> None:
        self.spool.close()
        self.state.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def test_the_first_message_of_an_unknown_channel_is_kept_and_the_others_are_counted(
    desk: Desk,
) -> None:
    for hour in range(1, 5):
        desk.take(hour, "ep", "ua")
    assert desk.intake.commit()

    assert desk.kept() == [(WHOLE, 1), (COUNTED, 3)]
    assert {letter.reason for letter in desk.letters()} == {REASON}
    totals = desk.intake.totals
    assert (totals.received, totals.accepted, totals.dead, totals.cut) == (8, 4, 4, 3)


def test_it_holds_over_commits_and_another_channel_has_a_first_message_of_its_own(
    desk: Desk,
) -> None:
    for hour, channels in enumerate([("ua",), ("ua",), ("ua", "ub"), ("ub", "ua")], 1):
        desk.take(hour, *channels)
        assert desk.intake.commit()

    assert desk.kept() == [(WHOLE, 1), (COUNTED, 1), (WHOLE, 2), (COUNTED, 2)]
    totals = desk.intake.totals
    assert totals.received == totals.dead == 6


def test_messages_of_unknown_devices_are_kept_as_before(desk: Desk) -> None:
    for hour in range(1, 4):
        desk.take(hour, "ep", topic="meters/stranger")
    assert desk.intake.commit()

    assert desk.kept() == [(WHOLE, 1)] * 3


def test_a_first_message_that_was_not_made_durable_is_kept_when_it_comes_again(
    desk: Desk,
) -> None:
    desk.take(1, "ua")
    desk.intake.keep([])  # makes durable what is in hand
    desk.take(2, "ub")
    desk.intake._hand.screen(desk.intake._screen)
    desk.intake.forget()

    desk.take(2, "ub")
    assert desk.intake.commit()

    assert desk.kept() == [(WHOLE, 1), (WHOLE, 1)]
    assert desk.intake.totals.received == 2


def test_long_names_of_topics_channels_and_units_fill_no_memory(tmp_path: Path) -> None:
    # Names of their own at each message, and the room of letters is soon used up.
    name, values, units = "x" * 50_000, '{"time":%d,"values":{"c%d%s":1}}', '[{"n":"ep","v":1,"u":"'
    device = replace(PANEL, device="sender", format="senml")
    meter = replace(MAIN_METER, meter="sum", device="sender")
    registry = registry_of(MAIN_METER, meter, devices=(PANEL, device))
    desk = Desk(tmp_path, max_bytes=100_000_000, registry=registry)
    tracemalloc.start()
    for number in range(100):
        topic = f"meters/{number}{name}"
        desk.intake.take(topic, b"{", retained=False, arrived=NOW)
        body = (values % (T0, number, name)).encode()
        desk.intake.take("meters/panel", body, retained=False, arrived=NOW)
        body = f'{units}{number}{name}"}}]'.encode()
        desk.intake.take("senml/sender", body, retained=False, arrived=NOW)
        assert desk.intake.commit()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    reasons = {letter.reason for letter in desk.letters()}
    assert desk.intake.totals.dead == 300
    assert any(reason.startswith("unit ") for reason in reasons)
    assert max(map(len, reasons)) <= REASON_LENGTH
    assert kept < 1_500_000, f"{kept} bytes of 15,000,000 that were said"
    desk.close()


def test_very_many_channels_need_bounded_memory() -> None:
    strangers = Strangers()
    for number in range(2 * MOST_CHANNELS):
        strangers.keep([("panel", str(number))])

    assert len(strangers._kept) == MOST_CHANNELS
    assert strangers.are_kept([("panel", "0")])
    assert not strangers.are_kept([("panel", str(MOST_CHANNELS))])
    assert not strangers.are_kept([])


def test_long_names_of_channels_are_known_again_and_not_kept() -> None:
    strangers, name = Strangers(), "x" * 10_000
    tracemalloc.start()
    for number in range(1000):
        strangers.keep([("panel", f"{number}{name}")])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert strangers.are_kept([("panel", f"7{name}")])
    assert not strangers.are_kept([("panel", name)])
    assert kept < 1_000_000, f"{kept} bytes of 10,000,000 that were said"
