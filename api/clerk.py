"""Who keeps what people enter by hand: the very code behind the commands, given to the pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from api.finding_wish import AskedStep
from api.paper import Paper


@dataclass(frozen=True, slots=True)
class TakenReading:
    """What a person read from a meter, as written.

    Attributes:
        meter: Name of the meter.
        at: Local time at its site.
        value: What it showed.
        unit: In which unit; "" for that of the registry.
        by: Who read it.
        reason: Why it is entered by hand.
        evidence: SHA-256 of a photo that was kept; "" for none.
        accepts_odd: Whether it is taken although it is odd beside others.
        key: Names the form it came with: what comes twice is kept once.
    """

    meter: str
    at: str
    value: str
    unit: str
    by: str
    reason: str
    evidence: str
    accepts_odd: bool
    key: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of something entered.

    Attributes:
        number: Of the edit, of the version of the bill, or of the finding.
        is_new: Whether it was kept now; it was there already otherwise.
        newcomer: Name of a person who was not known until now; "" if all were.
    """

    number: int
    is_new: bool
    newcomer: str = ""


class Clerk(Protocol):
    """Keeps what people enter by hand. Every method raises JienengError if it cannot be kept."""

    def keep_paper(self, paper: Paper, *, name: str, by: str) -> str:
        """Keep a photo or a paper, once; return its SHA-256."""

    def keep_reading(self, taken: TakenReading) -> Entered:
        """Keep a reading as ``jieneng reading add`` does.

        Raises:
            OddError: If it is odd beside others and that was not accepted.
        """

    def keep_bill(self, cells: Mapping[str, str], *, by: str, reason: str) -> Entered:
        """Keep a bill as ``jieneng bill add`` does; the same bill again is there already."""

    def take_step(self, asked: AskedStep) -> Entered:
        """Take a step about a finding as ``jieneng findings`` does; what comes twice, once."""
