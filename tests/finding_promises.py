"""What every database keeps of what people do about findings."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from analytics.findings.steps import Wish, take
from energy.errors import ConfigError
from energy.finding import FindingState
from energy.finding_step import Seen, Stage, Step, Taken
from energy.handling import handling_of
from storage.records import finding_steps, findings, outbox
from storage.records.book import Records
from storage.records.verifying import verify
from tests.finding_life import DAY, PUMP

SEEN = Seen(2**53, 2**60, "level_shift", 3, 2**62, -5, None, 0)
EVERY = Taken(
    Step.ATTACH, 2**50, by="ab12cd34", zh="看\0过", en="seen \ud800", to="ef56", until=2**51,
    other=7, role="filler", stage="in_work", evidence="9f86", form="key", seen=SEEN,
)  # fmt: skip


def opened(records: Records) -> int:
    with records.session() as session:
        return findings.save(session, PUMP, state=FindingState.OPEN, at=DAY).number


def steps_come_back_as_they_were_taken(records: Records) -> None:
    number = opened(records)
    plain = Taken(Step.COMMENT, 5, by="ab12cd34", zh="好", en="well")
    with records.session() as session:
        finding_steps.begin(session)
        finding_steps.add(session, number, EVERY)
        finding_steps.add(session, number, plain)
    with records.reading() as session:
        first, second = finding_steps.of_finding(session, number)
        assert second == plain
        assert first == replace(EVERY, zh="看\N{REPLACEMENT CHARACTER}过", en="seen ?")
        assert finding_steps.of_all(session, []) == {}
        assert finding_steps.handlings(session) == {number: handling_of([first, second])}
        assert verify(session).problem is None


def of_people_who_take_one_step_at_once_one_is_first(records: Records) -> None:
    number = opened(records)

    def acknowledge(who: str) -> str:
        try:
            with records.session() as session:
                take(session, number, Wish(Step.ACKNOWLEDGE, who), now_ms=2 * DAY)
        except ConfigError as error:
            return error.text.en
        return ""

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(acknowledge, [f"person {one}" for one in range(6)]))
    assert said.count("") == 1
    assert all("is acknowledged: it cannot be" in one for one in said if one)
    with records.reading() as session:
        assert finding_steps.handlings(session)[number].stage is Stage.ACKNOWLEDGED
        assert len(finding_steps.of_finding(session, number)) == 1
        assert verify(session).problem is None


def rounds_and_people_do_not_wait_for_each_other_for_ever(records: Records) -> None:
    """Both take the turns in one order, whatever they write first."""
    number = opened(records)

    def person(one: int) -> None:
        with records.session() as session:
            take(session, number, Wish(Step.COMMENT, "li", f"{one}"), now_ms=2 * DAY)

    def round_(one: int) -> None:
        with records.session() as session:
            finding_steps.begin(session)
            finding_steps.add(session, number, Taken(Step.COMMENT, one, zh="x", en="x"))
            outbox.put(session, "webhook", "title", "body", f"finding/{one}")

    with ThreadPoolExecutor(4) as pool:
        waits = [pool.submit(work, one) for one in range(8) for work in (person, round_)]
        for one in waits:
            one.result(timeout=60)
    with records.reading() as session:
        assert len(finding_steps.of_finding(session, number)) == 16
        assert verify(session).problem is None


FINDING_STEPS = (
    steps_come_back_as_they_were_taken,
    of_people_who_take_one_step_at_once_one_is_first,
    rounds_and_people_do_not_wait_for_each_other_for_ever,
)
