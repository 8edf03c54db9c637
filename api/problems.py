"""What somebody should look at, ready for a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.cells import readable
from api.figures import names_of
from api.reasons import reason_text
from dashboards.units import local
from energy.registry import Registry
from energy.text import Text
from storage.records.dead_letters import DeadLetter

SILENT_SHOWN = 12
PAYLOAD_SHOWN = 160


@dataclass(frozen=True)
class Refused:
    """A reason, and how many were refused for it."""

    reason: str
    count: int


@dataclass(frozen=True)
class Letter:
    """A refused message as the page shows it."""

    received: str
    topic: str
    reason: str
    payload: str


@dataclass(frozen=True)
class Silent:
    """A silent meter.

    Attributes:
        meter: Its name in the registry.
        called: What people call it; "" where nobody gave it a name.
        building: What people call its building; "" likewise.
        last: Local time of its last reading, "" for never.
    """

    meter: str
    called: str
    building: str
    last: str


@dataclass(frozen=True)
class Problems:
    """What somebody should look at.

    Attributes:
        refused: Why readings were refused, the most frequent first.
        letters: The newest refused messages.
        silent: Silent meters, the longest silent first.
        alerts: Alerts that will never be delivered, with the reason of the newest; None for none.
    """

    refused: Sequence[Refused]
    letters: Sequence[Letter]
    silent: Sequence[Silent]
    alerts: Refused | None

    @property
    def is_well(self) -> bool:
        """Whether nobody need look at anything."""
        return not self.refused and not self.silent and self.alerts is None

    @property
    def silent_shown(self) -> Sequence[Silent]:
        """The silent meters that the page has room for."""
        return self.silent[:SILENT_SHOWN]


def problems_of(
    status: Mapping[str, Any],
    letters: Sequence[DeadLetter],
    registry: Registry,
    *,
    timezone: str,
    language: str,
) -> Problems:
    """Return what somebody should look at.

    Args:
        status: State of the house; see api/given.py.
        letters: The newest refused messages, newest first.
        registry: Says what meters are called.
        timezone: Wall clock of the page.
        language: Of the page, zh or en.
    """
    refused = sorted(status.get("dead_letters", {}).items(), key=lambda pair: -pair[1])
    silent = sorted(status.get("silent", {}).items(), key=lambda pair: (pair[1] or 0, pair[0]))
    alerts = status.get("alerts_refused", {"count": 0})
    known = names_of(registry)

    def called(tag: str, name: str) -> str:
        return known.get((tag, name), Text("", "")).get(language)

    def building_of(meter: str) -> str:
        entry = registry.meter.get(meter)
        return called("building", entry.building) if entry else ""

    def refusal(reason: str, count: int) -> Refused:
        return Refused(reason_text(reason).get(language), count)

    def moment(time: int) -> str:
        return f"{local(time, timezone):%Y-%m-%d %H:%M}"

    return Problems(
        refused=[refusal(reason, count) for reason, count in refused],
        letters=[
            Letter(
                received=moment(letter.received),
                topic=letter.topic,
                reason=reason_text(letter.reason).get(language),
                payload=readable(letter.payload[:PAYLOAD_SHOWN]),
            )
            for letter in letters
        ],
        silent=[
            Silent(meter, called("meter", meter), building_of(meter), moment(last) if last else "")
            for meter, last in silent
        ],
        alerts=refusal(alerts["reason"], alerts["count"]) if alerts["count"] else None,
    )
