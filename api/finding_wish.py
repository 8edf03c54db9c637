"""A step about a finding as a form or a command gives it, made fit to be taken."""

from dataclasses import dataclass

from analytics.findings.steps import Wish
from api.finding_card import Card
from api.times import asked_instant
from energy.errors import ConfigError
from energy.finding_step import BY_PEOPLE, Step
from energy.handling_words import COMMANDS
from energy.text import Text


@dataclass(frozen=True, slots=True)
class AskedStep:
    """A step about a finding, as written.

    Attributes:
        finding: Number of the finding.
        step: Word of energy.finding_step.Step, or the subcommand that takes it.
        by: Who: an id, or a name.
        words: Reason or comment.
        to: Whom it is assigned to: an id, or a name.
        until: Local day, included: end of a snooze or of what is expected, or a deadline.
        evidence: SHA-256 of a file that was kept; "" for none.
        form: Key of the form it came with; "" for none.
    """

    finding: int
    step: str
    by: str
    words: str = ""
    to: str = ""
    until: str = ""
    evidence: str = ""
    form: str = ""


_USES_DAY = frozenset({Step.SNOOZE, Step.EXPECT, Step.DUE})


def wish_of(asked: AskedStep, card: Card) -> Wish:
    """Return a step that a person asks for, of what is written only what belongs to it.

    Raises:
        ConfigError: If there is no such step, or a day cannot be read.
    """
    step = step_called(asked.step)
    until = None
    if step in _USES_DAY and asked.until:
        # The whole of the last day is included: it ends where the next one begins.
        until = asked_instant("until", asked.until, card.zone) + 1
    return Wish(
        step=step,
        by=asked.by.strip(),
        words=asked.words.strip(),
        to=asked.to.strip() if step is Step.ASSIGN else "",
        until=until,
        evidence=asked.evidence if step is Step.ATTACH else "",
        form=asked.form,
    )


def step_called(word: str) -> Step:
    """Return the step that people take by a word.

    Raises:
        ConfigError: If there is none.
    """
    by_command = {command: step for step, command in COMMANDS.items()}
    known = {step.value: step for step in Step if step in BY_PEOPLE} | by_command
    if word not in known:
        words = ", ".join(COMMANDS.values())
        problem = Text(
            f"没有步骤 {word!r}。可以：{words}。", f"There is no step {word!r}. Known: {words}."
        )
        raise ConfigError(problem)
    return known[word]
