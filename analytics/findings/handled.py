"""What rounds do about findings that people work on: verified, re-opened, woken, superseded.

The data never wait for people, and people never overrule the data: a finding that somebody called
fixed is verified when the data show it no more, and re-opened when they show it still.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from analytics.findings.follow import Change, What
from analytics.findings.steps import seen_of
from energy.finding import Finding, FindingState, Stream
from energy.finding_step import KNOWN, NO_WASTE, Seen, Stage, Step, Taken
from energy.handling import Handling, after
from energy.registry import Registry
from energy.span import from_ms, local_date
from energy.text import Text
from storage.records import finding_steps, findings
from storage.records.findings import StoredFinding
from storage.records.session import Session

GROWN = (3, 2)
"""What was rejected is another thing once it is three halves as large; chosen: more than seasons
and an interval move an estimate, less than a second machine adds to one that was looked at."""


@dataclass(frozen=True)
class Handled:
    """What a round knows when it looks at what people do.

    Attributes:
        changes: What became of the findings in the data.
        explained: Fingerprint of what is left out to that of the finding that says it.
        registry: Meters, and the clocks of their sites.
        memory_of: Rule to how far back its conclusions lean [ms].
        has_fallen: Whether the meter of a finding uses less since it was fixed; None where nobody
            can tell yet. True for what has no amount: there the end itself is the proof.
        now_ms: The present [ms].
    """

    changes: Sequence[Change]
    explained: Mapping[str, str]
    registry: Registry
    memory_of: Callable[[str], int]
    has_fallen: Callable[[StoredFinding, Handling], bool | None]
    now_ms: int

    def day_of(self, entry: StoredFinding, at: int) -> date:
        """Return the day of a time at the site of a finding."""
        meter = self.registry.meter.get(entry.finding.meter)
        site = self.registry.site.get(meter.site) if meter is not None else None
        return from_ms(at).astimezone(UTC).date() if site is None else local_date(at, site.zone)


@dataclass(frozen=True)
class Lives:
    """Where data and people are with all findings after a round.

    Attributes:
        stored: The findings.
        handlings: Where people are with those that somebody, or a round, did something about.
        told: The findings that people should hear of for what the round did, each once.
    """

    stored: list[StoredFinding]
    handlings: dict[int, Handling]
    told: list[Change]


def handle(session: Session, round_: Handled) -> Lives:
    """Take the steps that follow from the data, and from time.

    1. What another finding says is superseded, and what says it goes on for it: people need not
       take it up a second time.
    2. What had ended and is back is re-opened.
    3. What was snoozed or expected until now is no longer.
    4. What was called fixed is verified once the data show it no more and the meter uses less, and
       re-opened once they show it as long after as the rule looks back. While its rule cannot look
       it is neither. Where the rule sees it no more and as much is used, a person has to say.
    5. What was rejected is re-opened when it is no longer the same.

    Args:
        session: The records, in the transaction of the changes.
        round_: What the round knows.
    """
    changes = {change.stored.number: change for change in round_.changes}
    handlings = finding_steps.handlings(session)
    stored = findings.current(session)
    taken_over = _taken_over(round_, stored, handlings)
    faulty = _faulty(round_, stored, handlings)
    told: dict[int, Change] = {}
    for entry in stored:
        handling = handlings.get(entry.number, Handling())
        change = changes.get(entry.number)
        for taken in _steps(round_, entry, handling, change, taken_over.get(entry.number)):
            if not handling.may(taken.step) or (
                taken.step in _PROOFS and entry.finding.meter in faulty
            ):
                continue
            handling = handlings[entry.number] = after(handling, taken)
            finding_steps.add(session, entry.number, taken)
            if taken.step in _TOLD and entry.state is FindingState.OPEN:
                told[entry.number] = Change(What.REOPENED, entry, occasion=round_.now_ms)
    return Lives(stored, handlings, list(told.values()))


_PROOFS = frozenset({Step.VERIFY, Step.UNPROVEN})
"""Steps that lean on what the meter says: not while its data are at fault."""
_TOLD = frozenset({Step.WAKE, Step.STILL_SEEN, Step.GROW})
"""Steps of which people hear although the data did not change."""


def _steps(
    round_: Handled,
    entry: StoredFinding,
    handling: Handling,
    change: Change | None,
    taken_over: Taken | None,
) -> Iterator[Taken]:
    what = None if change is None else change.what
    if change is not None and what is What.SUPERSEDED:
        yield _superseded(round_, change)
    if taken_over is not None and what is What.NEW:
        yield taken_over
    if what is What.REOPENED and handling.stage is not Stage.REJECTED:
        yield _said(round_, Step.RETURN, entry, _BACK)
    until = handling.quiet_until
    if until is not None and until <= round_.now_ms:
        yield _said(round_, Step.WAKE, entry, _WOKEN)
    yield from _about_the_fix(round_, entry, handling)
    if handling.rejected is not None and entry.state is FindingState.OPEN:
        why = _other_than_rejected(handling.rejected, entry.finding, what)
        if why is not None:
            yield _said(round_, Step.GROW, entry, why)


def _about_the_fix(round_: Handled, entry: StoredFinding, handling: Handling) -> Iterator[Taken]:
    finding, fixed_at = entry.finding, handling.fixed_at
    if handling.stage is not Stage.FIXED or fixed_at is None:
        return
    fixed, seen = round_.day_of(entry, fixed_at), round_.day_of(entry, finding.end)
    if entry.state is FindingState.ENDED:
        # A meter that left the registry ended it, and proves nothing.
        if finding.meter in round_.registry.meter and not finding.goes_on:
            yield from _proven(round_, entry, handling, _verified(fixed, seen))
        return
    memory = round_.memory_of(finding.rule)
    if finding.goes_on and finding.end >= fixed_at + memory:
        yield _said(round_, Step.STILL_SEEN, entry, _still(fixed, seen))


def _proven(
    round_: Handled, entry: StoredFinding, handling: Handling, verified: Text
) -> Iterator[Taken]:
    has_fallen = round_.has_fallen(entry, handling)
    if has_fallen:
        yield _said(round_, Step.VERIFY, entry, verified)
    elif has_fallen is False and not handling.unproven:
        yield _said(round_, Step.UNPROVEN, entry, _NOT_FALLEN)


def _other_than_rejected(was: Seen, now: Finding, what: What | None) -> Text | None:
    """Return why a finding is no longer what was rejected; None while it is the same.

    Waste is the same while it is not surely three halves as large. A finding without an amount is
    the same while it lasts: when it comes back it is another occasion.
    """
    if was.base_per_year is None or now.base_per_year is None:
        return _OTHER_TIME if what is What.REOPENED else None
    times, parts = GROWN
    is_larger = now.base_per_year * parts > was.base_per_year * times
    is_sure = now.low is None or now.low > was.base_per_year
    return _LARGER if is_larger and is_sure else None


def _faulty(
    round_: Handled, stored: Sequence[StoredFinding], handlings: Mapping[int, Handling]
) -> set[str]:
    """Return the meters with an open fault of the data that nobody has called none."""
    return {
        entry.finding.meter
        for entry in stored
        if entry.finding.stream is Stream.DATA
        and entry.state is FindingState.OPEN
        and handlings.get(entry.number, Handling()).stage_at(round_.now_ms) not in NO_WASTE
    }


def _taken_over(
    round_: Handled, stored: Sequence[StoredFinding], handlings: Mapping[int, Handling]
) -> dict[int, Taken]:
    """Return by number what new findings take over from those they say the cause of."""
    by_fingerprint = {entry.finding.fingerprint: entry for entry in stored}
    found: dict[int, Taken] = {}
    for below, above in round_.explained.items():
        before, entry = by_fingerprint.get(below), by_fingerprint.get(above)
        if before is None or entry is None or before.state is not FindingState.OPEN:
            continue
        handling = handlings.get(before.number, Handling())
        if handling.stage in KNOWN and handling.stage_at(round_.now_ms) in KNOWN:
            found[entry.number] = Taken(
                step=Step.TAKE_OVER,
                at=round_.now_ms,
                zh=f"与第 {before.number} 号异常是同一原因，接续其办理情况。",
                en=f"It is of the same cause as finding {before.number}, and goes on for it.",
                to=handling.assignee,
                until=handling.due,
                other=before.number,
                stage=handling.stage.value,
                seen=seen_of(entry),
            )
    return found


def _superseded(round_: Handled, change: Change) -> Taken:
    return Taken(
        step=Step.SUPERSEDE,
        at=round_.now_ms,
        zh=f"第 {change.other} 号异常说明的是同一原因，由其接续。",
        en=f"Finding {change.other} says the same of the cause, and goes on in its place.",
        other=change.other,
    )


def _said(round_: Handled, step: Step, entry: StoredFinding, words: Text) -> Taken:
    return Taken(step, round_.now_ms, zh=words.zh, en=words.en, seen=seen_of(entry))


def _verified(fixed: date, seen: date) -> Text:
    return Text(
        f"{fixed} 报告已处理；数据自 {seen} 起不再显示，计量验证通过。",
        f"It was called fixed on {fixed}; the data show it no more since {seen}: the meter "
        "verifies it.",
    )


def _still(fixed: date, seen: date) -> Text:
    return Text(
        f"{fixed} 报告已处理，但数据到 {seen} 仍然显示，重新打开。",
        f"It was called fixed on {fixed}, and the data still show it until {seen}: re-opened.",
    )


_NOT_FALLEN = Text(
    "规则不再看到它，但用量没有相应下降（不到所报浪费下限的一半），计量不能验证。请到现场核查，"
    "再办理“计量验证”（写明依据）或“报告未解决”。",
    "The rule sees it no more, yet use did not fall by half of the least that was claimed, so the "
    "meter does not verify it. Look on site, then verify it with a reason, or say that it is not "
    "fixed.",
)
_BACK = Text(
    "数据中已结束的异常再次出现，重新打开。",
    "It had ended in the data and is back: re-opened.",
)
_WOKEN = Text("暂缓或预期的期限已到。", "The time is over until which it was set aside.")
_LARGER = Text(
    "比驳回时大了一半以上，不再是当时驳回的那一项，重新打开。",
    "It is more than three halves of what was rejected, so it is another thing: re-opened.",
)
_OTHER_TIME = Text(
    "驳回的那一次已经结束，这是又一次，重新打开。",
    "The occasion that was rejected is over, and this is another: re-opened.",
)
