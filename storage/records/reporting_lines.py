"""Who reported to whom in the past: links of the chain that repeat institutions and bodies."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy.orm import Session

from energy.body import Body
from energy.meter import Institution
from energy.registry import Registry
from storage.records import chain, people

CHANGED = "reporting lines changed"
"""What the link of a change says was done."""
_SUBJECT = "reporting lines"
_Lines = Mapping[str, Sequence[Mapping[str, Any]]]


def keep(session: Session, before: Registry, after: Registry, *, by: str) -> None:
    """Keep who reported to whom until now, and who does from now on, where that is not the same.

    Args:
        session: Of the records.
        before: The registry in force until now; one that was never stored says nothing of the past.
        after: The one that shall be.
        by: Id or name of a person.
    """
    old, new = _lines(before), _lines(after)
    if before.number and old != new:
        detail = {"before": old, "after": new}
        who = people.known_as(session, by)
        chain.append(session, who=who, what=CHANGED, subject=_SUBJECT, detail=detail)


def as_of(session: Session, registry: Registry, time: int) -> Registry:
    """Return a registry with the institutions and bodies of a time [ms].

    Before the first change that was kept they are those from before it; where none was kept they
    are those of now.
    """
    links = chain.about(session, _SUBJECT)
    past = [link for link in links if link.at <= time]
    if not links:
        return registry
    lines: _Lines = past[-1].told["after"] if past else links[0].told["before"]
    return replace(
        registry,
        institutions=tuple(Institution(**one) for one in lines["institutions"]),
        bodies=tuple(Body(**one) for one in lines["bodies"]),
    )


def _lines(registry: Registry) -> _Lines:
    return {
        "institutions": [asdict(one) for one in registry.institutions],
        "bodies": [asdict(one) for one in registry.bodies],
    }
