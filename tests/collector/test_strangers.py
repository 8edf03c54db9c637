"""What becomes of channels that the registry does not list."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import formats
from collector.keeping.packing import unpack
from collector.keeping.segment import START
from collector.keeping.spool import Spool
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.refused.letter import COUNTED, WHOLE, Letter
from collector.refused.strangers import MOST_CHANNELS, Strangers
from collector.taking.intake import Intake
from collector.telling.letter_desk import LetterDesk
from energy.message import Format
from energy.offers import offers
from tests.builders import MAIN_METER, registry_of

T0 = 1_767_225_600
NOW = (T0 + 40 * 3600) * 1000
REASON = "unknown channel"


class Desk:
    """An intake on a spool, whose letters can be read."""

    def __init__(self, folder: Path, *, max_bytes: int = 1_000_000) -> None:
        self.state = State(folder / STATE_FILE)
        self.spool = Spool(
            folder / SPOOL_FOLDER, max_bytes=max_bytes, shipped=self.state.shipped().position
        )
        self.intake = Intake(
            self.spool,
            offers(formats, "FORMAT", Format),
            lambda: registry_of(MAIN_METER),
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


def test_very_many_channels_need_bounded_memory() -> None:
    strangers = Strangers()
    for number in range(2 * MOST_CHANNELS):
        strangers.keep([("panel", str(number))])

    assert len(strangers._kept) == MOST_CHANNELS
    assert strangers.are_kept([("panel", "0")])
    assert not strangers.are_kept([("panel", str(MOST_CHANNELS))])
    assert not strangers.are_kept([])
