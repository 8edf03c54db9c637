"""What people want done with dead letters: read again or given up, each exactly once.

A request is carried out in one record of the spool: letters leave, and what became of them comes.
Until that record is shipped the letters still stand in the state; meanwhile, and after a crash in
between, nothing else is done with them.
"""

import logging
import time
from collections.abc import Sequence

from collector.keeping.packing import unpack
from collector.keeping.segment import Position
from collector.keeping.spool import Spool
from collector.keeping.state import State
from collector.refused.letter import Letter
from collector.refused.letters import ALARM, LetterBox
from collector.taking.intake import Intake
from collector.telling.publisher import DROP, LetterRequest, Publisher
from energy.errors import StoreError

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Chosen: their bytes are in memory together."""
TURN_S = 1.0
"""Chosen: the books are published in between."""

TAKEN, REFUSED, DROPPED, INCOMPLETE, GONE = "taken", "refused", "dropped", "incomplete", "gone"
"""What becomes of a request: something of the message became a reading; nothing; it was given up;
its bytes are not all there; the letter is not kept any more."""


class LetterDesk:
    """Knows which letters stand on disk, and carries out requests.

    Args:
        spool: Holds letters that are not shipped.
        state: Holds those that are.
        max_bytes: Room for dead letters.
    """

    def __init__(self, spool: Spool, state: State, *, max_bytes: int) -> None:
        self._spool = spool
        self._state = state
        self._busy: dict[int, Position] = {}
        self._is_full = False
        self.box = LetterBox(max_bytes, state.has_letter)
        for letter in state.outlines():
            self.box.add(letter)
        self._read_spool()

    def _read_spool(self) -> None:
        shipped = self._state.shipped().position
        newest = self._spool.segments()[-1]
        try:
            for record in self._spool.read(Position(min(shipped.segment, newest), 0)):
                commit = unpack(record)
                letters, settled = commit.letters, commit.settled
                self.box.remember(letter for letter in letters if not letter.number)
                if record.end > shipped:
                    self._add(letters, settled, record.end)
        except StoreError as error:  # the shipper stops there and says so; receiving goes on
            log.warning("letters.spool_damaged error=%s", error)
        self.box.expect_again()

    def _add(
        self, letters: Sequence[Letter], settled: Sequence[tuple[int, int]], end: Position
    ) -> None:
        for letter in letters:
            if letter.number:
                self._busy[letter.number] = end
            else:
                self.box.add(letter)
        for number, readings in settled:
            self._busy[number] = end
            gone = self._state.letter(number)
            if gone is not None and gone.readings <= readings:
                self.box.release(gone)

    def serve(self, intake: Intake, publish: Publisher) -> None:
        """Carry out what people want, for a while."""
        deadline = time.monotonic() + TURN_S
        while time.monotonic() < deadline:
            shipped = self._state.shipped().position
            self._busy = {one: end for one, end in self._busy.items() if end > shipped}
            requests = publish.letter_requests(AT_ONCE)
            ready = [request for request in requests if request.letter not in self._busy]
            if not ready:
                return
            intake.renew_registry()  # a request may follow on a change of the registry
            outcomes = self._carry_out(ready, intake)
            if outcomes is None:
                return
            publish.letter_requests_done(outcomes)

    def _carry_out(
        self, requests: Sequence[LetterRequest], intake: Intake
    ) -> dict[int, str] | None:
        """Return what becomes of each request, by its number; None when the spool is full."""
        outcomes: dict[int, str] = {}
        found: dict[int, Letter] = {}
        for request in requests:
            letter = self._state.letter(request.letter)
            if letter is None:
                outcomes[request.number] = GONE
            elif request.action != DROP and not letter.is_complete:
                outcomes[request.number] = INCOMPLETE
            else:
                found[letter.number] = letter
        dropped = {one.letter for one in requests if one.action == DROP and one.letter in found}
        again = sorted(found.keys() - dropped)  # in the order in which they came
        messages = self._messages([found[one] for one in again], dropped)
        taken = intake.settle(retry=messages, drop=[found[one] for one in sorted(dropped)])
        if taken is None:
            return None
        # What is known only now, when the record is durable, though it may be shipped already.
        became = dict.fromkeys(dropped, DROPPED)
        for message, has_taken in zip(messages, taken, strict=True):
            became |= dict.fromkeys(
                [one.number for one in message], TAKEN if has_taken else REFUSED
            )
        self._busy |= dict.fromkeys(became, self._spool.end)
        known = {one.number: became[one.letter] for one in requests if one.letter in became}
        return outcomes | known

    def _messages(self, letters: Sequence[Letter], without: set[int]) -> list[list[Letter]]:
        """Return the letters of each message; a message is read again as a whole, once."""
        seen = set(without)
        messages = []
        for letter in letters:
            if letter.number in seen:
                continue
            message = [
                one
                for one in self._state.letters_of_message(letter)
                if one.number not in seen and one.number not in self._busy
            ]
            seen |= {one.number for one in message}
            messages.append(message)
        return messages

    def figures(self) -> dict[str, int]:
        """Return the room that letters take, and what there is [bytes]."""
        return {"letter_bytes": self.box.used, "letter_max_bytes": self.box.max_bytes}

    def watch_room(self) -> None:
        """Say once in the log when most of the room is taken, and again when it is not."""
        is_full = self.box.used >= ALARM * self.box.max_bytes
        if is_full and not self._is_full:
            log.warning("letters.filling bytes=%s of=%s", self.box.used, self.box.max_bytes)
        if self._is_full and not is_full:
            log.warning("letters.have_room bytes=%s of=%s", self.box.used, self.box.max_bytes)
        self._is_full = is_full
