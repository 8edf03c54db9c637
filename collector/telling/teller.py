"""Tells the records what the collector knows, and takes from them what people gave."""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from collector.keeping.state import State
from collector.taking.intake import Intake
from collector.telling.counters import Counters
from collector.telling.letter_desk import LetterDesk
from collector.telling.publisher import Publisher
from collector.worker import Worker
from energy.clock_ahead import ClockAhead
from energy.errors import StoreError

log = logging.getLogger(__name__)

PUBLISH_S = 1.0
"""How often the records are told, or tried when they do not answer [s].

A single piece of news, as a late reading, does not wait."""
HEARD_S = 10.0
"""How often the records are told what the registry does not know; chosen: nobody waits for it."""
LETTERS_AT_ONCE = 500
LATE_AT_ONCE = 1000
VERSIONS_AT_ONCE = 1000
INBOX_AT_ONCE = 5000


class Teller(Worker):
    """A thread; that the records do not answer never stops receiving.

    Args:
        publish: The records.
        intake: Takes what people gave, and a registry that has changed.
        state: Knows what the records have not been told.
        letters: Carries out what people want done with dead letters.
        counters: Gives the books.
        figures: Gives the other figures of the collector.
        takes_inbox: Whether what people gave is this collector's to take.
    """

    def __init__(
        self,
        publish: Publisher,
        intake: Intake,
        state: State,
        letters: LetterDesk,
        *,
        counters: Callable[[], Counters],
        figures: Callable[[], Mapping[str, int]],
        takes_inbox: bool,
    ) -> None:
        super().__init__("teller")
        self._publish = publish
        self._intake, self._state, self._letters = intake, state, letters
        self._counters, self._figures = counters, figures
        self._takes_inbox = takes_inbox
        self._telling = threading.Lock()
        self._publishing = threading.Lock()
        self._said = ""
        self._waits_its_turn = False
        self._heard_told = 0.0
        self._ahead_told: list[ClockAhead] = []

    def stop(self) -> None:
        """Stop, and tell the last once more."""
        self._stop.set()
        self._state.news.set()  # it may be what the thread waits for
        super().stop()
        self.tell()

    def work(self) -> None:
        """Tell every now and then; what comes after a while without news, at once."""
        while not self._stop.is_set():
            # A stream of news waits its turn: told one by one they would cost more than they bring.
            # So does what the records did not hear: they would be asked without a pause as long as
            # they are away, and receiving would be short of the CPU.
            awaited = self._stop if self._waits_its_turn else self._state.news
            awaited.wait(PUBLISH_S)
            if not self._stop.is_set():
                self.tell()

    def tell(self) -> None:
        """Tell the records what is new and take what people gave, if they answer."""
        self._figures()  # the lag is watched when nobody is told, too
        with self._telling:  # what two threads took from people at a time would be kept twice
            try:
                self._tell()
                self._said = ""
            except StoreError as error:
                self._waits_its_turn = True
                if str(error) != self._said:
                    log.warning("records.unreachable error=%s", error)
                self._said = str(error)

    def _tell(self) -> None:
        self._intake.renew_registry()
        self.publish_now()
        if self._stop.is_set() or time.monotonic() - self._heard_told >= HEARD_S:
            self.tell_heard()
        if not self._stop.is_set():
            if self._takes_inbox:
                self.take_inbox()
            self._letters.serve(self._intake, self._publish)
        self._letters.watch_room()

    def publish_now(self) -> None:
        """Tell the records everything they do not know yet; see Publisher for what it raises."""
        with self._publishing:
            self._waits_its_turn = self._state.news.is_set()
            self._state.news.clear()  # before it is read: what comes from here on is news again
            touched = self._state.touched()
            if touched:
                self._publish.touched({name: earliest for name, (earliest, _) in touched.items()})
                self._state.touched_published(touched)
            while late := self._state.late(LATE_AT_ONCE):
                self._publish.late([(one.meter, one.span) for one in late])
                self._state.late_published(late)
            while lost := self._state.versions(VERSIONS_AT_ONCE):
                self._publish.versions(lost)
                self._state.versions_published(lost)
            while letters := self._state.unpublished_letters(LETTERS_AT_ONCE):
                self._publish.letters(letters)
                self._state.letters_published(letters)
            while gone := self._state.gone_letters(LETTERS_AT_ONCE):
                self._publish.letters_gone(gone)
                self._state.gone_published(gone)
            self._publish.health(self._counters(), self._figures())

    def tell_heard(self) -> None:
        """Tell the records which clocks are ahead, and which devices the registry does not know."""
        ahead = self._intake.ahead.all()
        if ahead != self._ahead_told:
            self._publish.clocks_ahead(ahead)
            self._ahead_told = ahead
        heard = self._intake.heard
        channels = heard.take()
        try:
            heard.leave_out(self._publish.heard(channels))
        except StoreError:
            heard.put_back(channels)
            raise
        self._heard_told = time.monotonic()

    def take_inbox(self) -> None:
        """Take readings that people gave, as long as there is room."""
        while entries := self._publish.inbox(INBOX_AT_ONCE):
            if not self._intake.keep([reading for _, reading in entries]):
                return
            self._publish.inbox_done([number for number, _ in entries])
