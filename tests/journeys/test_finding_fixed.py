"""From planted waste to a finding that people fix: one the meter verifies, one it opens again.

Two offices run through nights and weekends. Rounds look once a week in the scenario's own time, and
people work on what is found with the commands, as they would: in one house the plant is set right,
in the other somebody only says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from api.app import create_app
from energy.finding import FindingState
from energy.finding_step import Stage as FindingStage
from energy.finding_step import Step
from jieneng.clerk import HouseClerk
from jieneng.holder import Request
from jieneng.mqtt.demo_broker import start_broker
from jieneng.proving.stage import Stage, staged
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.simulated.stories import story_of
from jieneng.works import answer_for
from storage.records import finding_steps, findings, outbox
from storage.records.findings import StoredFinding
from storage.records.verifying import verify
from storage.reference.files import read_reference
from tests.web import ask

STORY = """
format = 2
name_zh = "两栋楼"
name_en = "Two houses"
start = 2025-03-01
days = 126
seed = 7
interval = "1h"

[[building]]
building = "east"
use = "office"
area_m2 = 6000
people = 250

[[building]]
building = "west"
use = "office"
area_m2 = 6000
people = 250

[[waste]]
kind = "no_setback"
meter = "east_main"
from_day = 21
to_day = 63

[[waste]]
kind = "no_setback"
meter = "west_main"
from_day = 21
"""
DAY_MS = 86_400_000
FIXED_DAY = 63


@dataclass
class People:
    """Who works on findings after each round.

    Attributes:
        stage: The house.
        stages: What each building's finding was after each round, by day.
    """

    stage: Stage
    stages: dict[str, list[tuple[int, FindingStage]]] = field(default_factory=dict)

    def after_round(self, at: int) -> None:
        """Look at what there is, and act on it."""
        day = (at - self.stage.plan.origin) // DAY_MS
        for building, entry in self.open_ones().items():
            seen = self.see(entry, at)
            self.stages.setdefault(building, []).append((day, seen))
            if seen is FindingStage.NEW:
                self.take("ack", entry)
                self.take("assign", entry, to="王工")
            is_asserted = seen is FindingStage.ASSIGNED and day >= FIXED_DAY
            if is_asserted or seen is FindingStage.REOPENED:
                self.take("fixed", entry, words="时间表已改")

    def open_ones(self) -> dict[str, StoredFinding]:
        """Return the finding about nights of each building that was ever open."""
        with self.stage.house.records.reading() as session:
            every = findings.current(session)
        return {
            entry.finding.meter.partition("_")[0]: entry
            for entry in every
            if entry.finding.rule == "night_and_weekend_load"
        }

    def see(self, entry: StoredFinding, at: int) -> FindingStage:
        """Return where people are with a finding."""
        with self.stage.house.records.reading() as session:
            steps = finding_steps.handlings(session)
        handling = steps.get(entry.number)
        return FindingStage.NEW if handling is None else handling.stage_at(at)

    def take(self, step: str, entry: StoredFinding, **given: str) -> None:
        """Take a step with the command."""
        told: dict[str, object] = {"step": step, "number": entry.number, "by": "李明", **given}
        said: list[str] = []
        request = Request("findings", "take", told, "/", "en")
        assert answer_for(self.stage.house)(request, said.append, said.append) == 0, said


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    folder = tmp_path_factory.mktemp("fixed")
    path = folder / "two.toml"
    path.write_text(STORY, encoding="utf-8")
    _, registry, plan = story_of(path)
    calendars = read_reference(shipped("reference")).calendars
    settings = Settings(state_dir=folder / "state")
    running = start_broker(folder / "broker", choice="auto", tell=lambda _text: None)
    try:
        with staged(plan, registry, calendars, settings, running.url) as stage:
            working = People(stage)
            stage.play(working.after_round, lambda _done, _total: None)
            yield working
    finally:
        running.stop()


def steps_of(people: People, building: str) -> list[Step]:
    number = people.open_ones()[building].number
    with people.stage.house.records.reading() as session:
        return [taken.step for taken in finding_steps.of_finding(session, number)]


def stages_of(people: People, building: str) -> list[FindingStage]:
    """Return the stages a finding went through, each once in a row."""
    seen = [stage for _, stage in people.stages[building]]
    return [one for place, one in enumerate(seen) if place == 0 or one is not seen[place - 1]]


def test_what_was_set_right_is_ended_and_verified_by_the_meter(people: People) -> None:
    entry = people.open_ones()["east"]
    assert entry.state is FindingState.ENDED
    # The week after the fix is enough for the rule, which looks at the newest one, and the meter.
    assert stages_of(people, "east")[-1] is FindingStage.VERIFIED
    assert steps_of(people, "east") == [Step.ACKNOWLEDGE, Step.ASSIGN, Step.FIX, Step.VERIFY]


def test_what_was_only_called_fixed_is_opened_again_by_the_round(people: People) -> None:
    assert stages_of(people, "west") == [
        FindingStage.NEW,
        FindingStage.ASSIGNED,
        FindingStage.FIXED,
        FindingStage.REOPENED,
        FindingStage.FIXED,
    ]
    days = {stage: day for day, stage in reversed(people.stages["west"])}
    # The rule looks back two weeks, and rounds come once a week.
    assert 14 <= days[FindingStage.REOPENED] - FIXED_DAY <= 28


def test_a_season_that_hides_the_waste_from_the_rule_verifies_nothing(people: People) -> None:
    assert people.open_ones()["west"].state is FindingState.ENDED
    assert steps_of(people, "west") == [
        Step.ACKNOWLEDGE,
        Step.ASSIGN,
        Step.FIX,
        Step.STILL_SEEN,
        Step.FIX,
        Step.UNPROVEN,
    ]


def test_people_heard_of_each_once_and_again_of_the_one_that_goes_on(people: People) -> None:
    with people.stage.house.records.reading() as session:
        keys = [entry.key for entry in outbox.recent(session, 99)]
    told = {
        building: sum(key.startswith(f"finding/{entry.number}/") for key in keys)
        for building, entry in people.open_ones().items()
    }
    assert told == {"east": 1, "west": 2}


def test_the_page_and_the_chain_tell_the_whole_way(people: People) -> None:
    house = people.stage.house
    app = create_app(
        store=house.store,
        records=house.records,
        status=dict,
        now=house.clock,
        language="en",
        clerk=HouseClerk(house),
    )
    page = ask(app, f"/findings/{people.open_ones()['east'].number}").text
    for words in ("verified by the meter", "assigned to 王工", "called fixed", "时间表已改"):
        assert words in page
    page = ask(app, f"/findings/{people.open_ones()['west'].number}").text
    assert "the data still show it until" in page
    with house.records.reading() as session:
        assert verify(session).problem is None
