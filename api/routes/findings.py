"""Findings as the records keep them, with what to check and the evidence."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from api.given import Given, given
from api.times import iso
from energy.finding import FindingState, Stream
from storage.records import findings as finding_records
from storage.records.findings import StoredFinding

ROUTER = APIRouter(prefix="/api/v1", tags=["findings"])


@ROUTER.get("/findings")
def findings(
    here: Annotated[Given, Depends(given)],
    state: FindingState | None = None,
    stream: Stream | None = None,
) -> list[dict[str, Any]]:
    """Return findings by number; amounts are base units a year, money 1e-6 yuan a year."""
    with here.records.reading() as session:
        stored = finding_records.current(session)
    return [
        _row(entry)
        for entry in stored
        if state in {None, entry.state} and stream in {None, entry.finding.stream}
    ]


def _row(entry: StoredFinding) -> dict[str, Any]:
    finding = asdict(entry.finding)
    return {
        "number": entry.number,
        "fingerprint": entry.finding.fingerprint,
        "state": entry.state,
        "opened": iso(entry.opened),
        "changed": iso(entry.changed),
        **finding,
        "start": iso(entry.finding.start),
        "end": iso(entry.finding.end),
    }
