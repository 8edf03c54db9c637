"""What changed against the year before, and by what: from two statements.

Source: docs/methods.md, "Change explained".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from analytics.statements.covered import months_said
from analytics.statements.figures import EARLIER, OWN, Figure
from analytics.statements.lines import Line
from analytics.statements.statement import Statement
from analytics.statements.year_on_year.change import Split
from analytics.statements.year_on_year.effects import split_of
from analytics.statements.year_on_year.years import Facts, Years, days_to_learn_from
from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.period import SEASON, Period, Stretch
from energy.text import Text
from energy.uses import OWN_GENERATION

NOT_ENDED = Text("尚未结束", "it has not ended")
NONE_BEFORE = Text("上年同期没有用量", "there is no amount of the year before")
BLANK = Text("按规则不填用量，无从拆分", "its amount is left blank by rule: nothing to split")
NONE_NOW = Text("本期没有用量", "there is no amount of this year")


class LeftOut(NamedTuple):
    """A month that is not compared, and why."""

    stretch: Stretch
    reason: Text


@dataclass(frozen=True)
class Explanation:
    """The change of a kind against the year before.

    Attributes:
        kind: Kind of energy or water.
        splits: A split for each month that is known on both sides.
        left_out: The other months; they are in no number.
    """

    kind: str
    splits: tuple[Split, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def amounts(self) -> tuple[int, int]:
        """Before and now [base units]."""
        return (
            sum(split.before.amount for split in self.splits),
            sum(split.now.amount for split in self.splits),
        )

    @property
    def costs(self) -> tuple[int, int] | None:
        """Before and now [1e-6 yuan]; None as soon as that of one month is not split."""
        pairs = [(split.before.cost, split.now.cost) for split in self.splits if split.is_priced]
        before = [was for was, _ in pairs if was is not None]
        now = [is_ for _, is_ in pairs if is_ is not None]
        if not self.splits or len(pairs) < len(self.splits):
            return None
        return sum(before), sum(now)

    @property
    def months(self) -> list[tuple[str, str]]:
        """The first day of each month that is split, and the day after its last."""
        spans = [split.now.stretch for split in self.splits]
        return [(one.first.isoformat(), one.until.isoformat()) for one in spans]

    @property
    def apart(self) -> tuple["Explanation", ...]:
        """It by what its months rest on: those with an earlier ledger on a side apart from others.

        Totals of earlier ledgers are never added to what meters or bills say. One, where that adds
        nothing up.
        """
        groups: dict[tuple[bool, bool], list[Split]] = {}
        for split in self.splits:
            bases = split.before.basis == EARLIER, split.now.basis == EARLIER
            groups.setdefault(bases, []).append(split)
        return tuple(replace(self, splits=tuple(own)) for own in groups.values())

    def effect(self, name: str) -> tuple[int, int | None]:
        """Return amount and cost of an effect; the cost is None where ``costs`` is."""
        effects = [split.effect(name) for split in self.splits]
        costs = [effect.cost for effect in effects if effect.cost is not None]
        return sum(effect.amount for effect in effects), sum(costs) if self.costs else None


def rests_on(one: Explanation) -> Text:
    """Return which months a part of an explanation is of, and what they rest on in both years."""
    months = months_said(one.months)
    split = one.splits[0]
    was, is_ = (
        Text("历史台账", "the earlier ledger")
        if side.basis == EARLIER
        else Text("计量或账单", "meters or bills")
        for side in (split.before, split.now)
    )
    return Text(
        f"{months.zh}：上年同期依据{was.zh}，本期依据{is_.zh}；与其他月份分列，不相加。",
        f"{months.en}: {was.en} the year before, {is_.en} now; apart from the other months, and "
        "never added to them.",
    )


def key_before(period: Period) -> str:
    """Return the key of the same period a year earlier."""
    if period.sort == SEASON:
        year = int(period.key[:4])
        return f"{year - 1:04d}-{year:04d}"
    return period.year_before().key


def explained(facts: Facts, before: Statement, now: Statement, kind: str = "") -> list[Explanation]:
    """Return the change of each kind that both statements have a line for.

    Args:
        facts: Where days and temperatures are.
        before: Statement of the year before.
        now: Statement of the period.
        kind: Only this one; "" for all.

    Raises:
        ConfigError: If the institution has no such kind.
    """
    kinds = [one for one in KINDS if one in {*before.kinds, *now.kinds}]
    if kind and kind not in kinds:
        known = ", ".join(kinds)
        raise ConfigError(
            Text(
                f"没有 {kind!r} 的用量。已有的能源种类：{known}。",
                f"There is nothing of {kind!r}. Kinds of the institution: {known}.",
            )
        )
    return [_of_kind(facts, before, now, one) for one in ([kind] if kind else kinds)]


def _of_kind(facts: Facts, before: Statement, now: Statement, kind: str) -> Explanation:
    lines = [*before.lines_of(kind), *now.lines_of(kind)]
    years = Years.of(facts, now.institution, kind, lines)
    splits, left_out = [], []
    for stretch, was, is_ in _pairs(before.lines_of(kind), now.lines_of(kind)):
        reason = _missing(was, NONE_BEFORE) or _missing(is_, NONE_NOW)
        if stretch.span(years.zone).end > facts.now_ms:
            reason = NOT_ENDED
        if reason is not None or was is None or is_ is None:
            left_out.append(LeftOut(stretch, reason or NONE_NOW))
            continue
        learnt = days_to_learn_from(years.days, was.stretch, is_.stretch)
        sides = years.side(was, _generated(before, was)), years.side(is_, _generated(now, is_))
        splits.append(split_of(kind, *sides, learnt=learnt))
    return Explanation(kind, tuple(splits), tuple(left_out))


def _generated(statement: Statement, line: Line) -> Figure | None:
    """Return what is in a line of all of a kind and was generated; None if nothing is."""
    if line.signed.basis != OWN:
        return line.signed.generated
    same = (
        figure
        for one in statement.lines_of(line.kind, OWN_GENERATION)
        if one.stretch == line.stretch
        for figure in (one.signed, *one.beside)
    )
    return next((figure for figure in same if figure.basis == OWN), None)


def _missing(line: Line | None, reason: Text) -> Text | None:
    """Return why a line has no amount to split; None if it has one."""
    if line is not None and line.signed.is_blank:
        return BLANK
    return reason if line is None or line.signed.amount is None else None


def _pairs(
    before: Sequence[Line], now: Sequence[Line]
) -> Iterator[tuple[Stretch, Line | None, Line | None]]:
    """Yield the same months of both years; of a heating season they may have other days."""
    old = {(line.stretch.first.year + 1, line.stretch.first.month): line for line in before}
    new = {(line.stretch.first.year, line.stretch.first.month): line for line in now}
    for month in sorted({*old, *new}):
        was, is_ = old.get(month), new.get(month)
        line = is_ or was
        if line is not None:
            yield line.stretch, was, is_
