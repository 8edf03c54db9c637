"""Findings and their steps as JSON values, for machines."""

from dataclasses import asdict
from typing import Any

from api.finding_card import Card
from api.times import iso
from energy.finding_step import Seen, Taken
from storage.records import finding_steps
from storage.records.session import Session


def finding_row(card: Card) -> dict[str, Any]:
    """Return a finding; amounts are base units a year, money 1e-6 yuan a year."""
    stored, handling = card.stored, card.handling
    finding = asdict(card.finding)
    row = {
        "number": stored.number,
        "fingerprint": stored.finding.fingerprint,
        "state": stored.state,
        "opened": iso(stored.opened),
        "changed": iso(stored.changed),
        **finding,
        "start": iso(stored.finding.start),
        "end": iso(stored.finding.end),
        "stage": card.stage,
        "stage_since": _iso(handling.since),
        "assignee": handling.assignee or None,
        "due": _iso(handling.due),
        "quiet_until": _iso(handling.quiet_until),
        "superseded_by": handling.superseded_by or None,
        "fixed_at": _iso(handling.fixed_at),
        "accepted_at": _iso(handling.accepted_at),
        "accepted": _seen(handling.accepted),
        "may": [step.value for step in card.may],
    }
    # What is not known of how people handle it is left out, as everywhere.
    later = list(row)[list(row).index("stage") :]
    return {name: cell for name, cell in row.items() if name not in later or cell is not None}


def step_rows(session: Session, number: int) -> list[dict[str, Any]]:
    """Return the steps of a finding, oldest first; people by their ids."""
    return [_step(taken) for taken in finding_steps.of_finding(session, number)]


def _step(taken: Taken) -> dict[str, Any]:
    row = asdict(taken) | {
        "at": iso(taken.at),
        "until": _iso(taken.until),
        "seen": _seen(taken.seen),
    }
    return {name: cell for name, cell in row.items() if cell and name != "form"}


def _seen(seen: Seen | None) -> dict[str, Any] | None:
    if seen is None:
        return None
    return asdict(seen) | {"start": iso(seen.start), "end": iso(seen.end)}


def _iso(time: int | None) -> str | None:
    return None if time is None else iso(time)
