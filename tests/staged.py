"""A story before the whole platform, and what its checks and candidate events say of it."""

from pathlib import Path
from typing import NamedTuple

from energy.text import Text
from jieneng.ledger.failed_checks import FailedDays, failed_days
from jieneng.mqtt.demo_broker import start_broker
from jieneng.proving.stage import staged
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.simulated.stories import story_of
from storage.records import event_candidates
from storage.records.event_candidates import EventCandidate
from storage.reference.files import read_reference


class Outcome(NamedTuple):
    """What was said of a story at its end.

    Attributes:
        checks: The checks that failed.
        candidates: The candidate events, in any state.
        meter_days: Days times meters that were judged.
    """

    checks: list[FailedDays]
    candidates: list[EventCandidate]
    meter_days: int


def outcome(story: Path, folder: Path) -> Outcome:
    """Play a story; return what checks and candidates say after its last round."""
    scenario, registry, plan = story_of(story)
    calendars = read_reference(shipped("reference")).calendars
    own = Settings(state_dir=folder / "state")
    running = start_broker(folder / "broker", choice="auto", tell=_nobody)
    try:
        with staged(plan, registry, calendars, own, running.url) as stage:
            stage.play(lambda _at: None, lambda _done, _total: None)
            with stage.house.records.reading() as session:
                found = event_candidates.candidates(session)
            checks = failed_days(stage.house.store, stage.registry)
            return Outcome(checks, found, scenario.days * len(stage.registry.meters))
    finally:
        running.stop()


def _nobody(_said: Text) -> None:
    return
