"""Takes the steps about findings that people ask for, at the command line or on a page."""

from typing import TYPE_CHECKING

from analytics.findings.steps import Outcome, take
from api.finding_card import card_of
from api.finding_wish import AskedStep, wish_of

if TYPE_CHECKING:
    from jieneng.wiring import House


def step_taken(house: "House", asked: AskedStep) -> Outcome:
    """Take a step about a finding.

    Raises:
        ConfigError: If it cannot be taken; with what can be.
    """
    now = house.clock()
    with house.records.session() as session:
        card = card_of(session, asked.finding, now)
        return take(session, asked.finding, wish_of(asked, card), now_ms=now)
