"""Findings as the records keep them, with what to check, the evidence, and what people did."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException

from analytics.findings.refusals import not_there
from api.clerk import Clerk
from api.finding_card import card_of, cards
from api.finding_rows import finding_row, step_rows
from api.finding_wish import AskedStep
from api.given import Given, clerk_of, given
from api.posted import Posted, posted_form
from energy.finding import FindingState, Stream
from energy.finding_step import Stage
from storage.records import findings as finding_records

ROUTER = APIRouter(prefix="/api/v1", tags=["findings"])


@ROUTER.get("/findings")
def findings(
    here: Annotated[Given, Depends(given)],
    state: FindingState | None = None,
    stream: Stream | None = None,
    stage: Stage | None = None,
) -> list[dict[str, Any]]:
    """Return findings by number; amounts are base units a year, money 1e-6 yuan a year."""
    with here.records.reading() as session:
        found = cards(session, here.now())
    return [
        finding_row(card)
        for card in sorted(found, key=lambda card: card.stored.number)
        if state in {None, card.stored.state}
        and stream in {None, card.finding.stream}
        and stage in {None, card.stage}
    ]


@ROUTER.get("/findings/{number}")
def finding(here: Annotated[Given, Depends(given)], number: int) -> dict[str, Any]:
    """Return a finding with the steps that were taken, oldest first."""
    _known(here, number)
    return _told(here, number)


@ROUTER.post("/findings/{number}/steps")
def take_step(
    here: Annotated[Given, Depends(given)],
    clerk: Annotated[Clerk, Depends(clerk_of)],
    posted: Annotated[Posted, Depends(posted_form)],
    number: int,
) -> dict[str, Any]:
    """Take a step about a finding and return the finding; fields as in api/finding_wish.py."""
    _known(here, number)
    names = ("step", "by", "words", "to", "until", "evidence", "form")
    clerk.take_step(AskedStep(finding=number, **{name: posted.word(name) for name in names}))
    return _told(here, number)


def _known(here: Given, number: int) -> None:
    with here.records.reading() as session:
        if finding_records.get(session, number) is None:
            raise HTTPException(404, not_there(number))


def _told(here: Given, number: int) -> dict[str, Any]:
    with here.records.reading() as session:
        row = finding_row(card_of(session, number, here.now()))
        return row | {"steps": step_rows(session, number)}
