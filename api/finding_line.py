"""A finding as one line of a list, in one language."""

from dataclasses import dataclass

from api.finding_card import Card, is_overdue, person_called, state_text
from energy.finding import FindingState
from energy.finding_step import NO_WASTE, SET_ASIDE, Stage
from energy.text import Text
from storage.records.session import Session


@dataclass(frozen=True)
class Line:
    """A finding as the list shows it, in one language."""

    number: int
    sentence: str
    where: str
    state: str
    mood: str
    is_ended: bool
    cost: str
    waste: str
    since: str
    assignee: str
    due: str
    is_overdue: bool


def line_of(session: Session, card: Card, language: str) -> Line:
    """Return a finding as lists and pages show it, in one language."""
    handling, waste, cost = card.handling, card.waste, card.cost
    assignee = person_called(session, handling.assignee) if handling.assignee else None
    return Line(
        number=card.stored.number,
        sentence=Text(card.finding.sentence_zh, card.finding.sentence_en).get(language),
        where=card.where.get(language),
        state=state_text(card).get(language),
        mood=_mood(card),
        is_ended=card.stored.state is FindingState.ENDED,
        cost=cost.get(language) if cost else "",
        waste=waste.get(language) if waste else "",
        since=card.day(card.finding.start),
        assignee=assignee.get(language) if assignee else "",
        due=card.last_day(handling.due),
        is_overdue=is_overdue(card),
    )


def _mood(card: Card) -> str:
    if card.stage is Stage.VERIFIED:
        return "good"
    if card.stage in SET_ASIDE | NO_WASTE or card.stored.state is FindingState.ENDED:
        return ""
    return "bad" if is_overdue(card) or card.stage is Stage.REOPENED else "fair"
