"""From draft to submitted to closed, and the numbered restatements after that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from analytics.closing import rules
from analytics.closing.booking import see_books
from analytics.closing.difference import Change, changed, difference, lines_of
from analytics.closing.period import period_for, span_for
from analytics.closing.roles import STATISTICS_HEAD, acting
from energy.errors import ClosingError
from energy.period import Period
from energy.reference import Reference
from energy.registry import Registry
from energy.text import Text
from storage.records import inbox, late_arrivals, people, restate_tasks, sheets, touched
from storage.records.session import Session
from storage.records.sheets import SheetStep, Step

SheetMaker = Callable[[Session, Registry, str, str, Sequence[SheetStep]], bytes]
"""(records, registry, institution, period, adjustments booked in it) -> bytes of the sheet."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet on its way, in one transaction.

    Attributes:
        session: Of the records; the step is kept with what it brings, or not at all.
        registry: The registry in force.
        make: Computes a sheet from the figures of now.
        institution: Whose.
        period: Key of the period.
        now_ms: The present [ms].
        reference: Knows the heating seasons.
    """

    session: Session
    registry: Registry
    make: SheetMaker
    institution: str
    period: str
    now_ms: int
    reference: Reference = field(default_factory=Reference)

    @property
    def steps(self) -> list[SheetStep]:
        """What was done so far."""
        return sheets.history(self.session, self.institution, self.period)

    def fresh(self) -> bytes:
        """Return the sheet as it comes out now.

        Raises:
            ClosingError: If institution or period are not known.
        """
        self._end()
        booked = sheets.adjustments_into(self.session, self.institution, self.period)
        return self.make(self.session, self.registry, self.institution, self.period, booked)

    def open_differences(self) -> dict[str, Change]:
        """Return what differs between the sheet in force, with what is booked elsewhere, and now.

        A sheet that is a draft has none.
        """
        return self._differences(self.steps, self.fresh())

    def submit(self, by: str) -> SheetStep:
        """Freeze the sheet of now for the heads to sign.

        Raises:
            ClosingError: If it cannot be submitted now, is empty, waits for a round, or not by this
                person.
        """
        roles = self._see(Step.SUBMITTED, by)
        fresh = self.fresh()
        rules.see_filled(lines_of(fresh))
        rules.see_computed(self._waiting())
        return self._record(Step.SUBMITTED, by, roles, content=fresh)

    def check(self, by: str) -> SheetStep:
        """Say that the statistics head has checked what is submitted.

        Raises:
            ClosingError: If nothing is, it was checked already, or this person may not.
        """
        roles = self._see(Step.CHECKED, by)
        rules.see_unchecked(self.steps, self._name, self.zone)
        return self._record(Step.CHECKED, by, roles)

    def return_(self, by: str, reason: str) -> SheetStep:
        """Give a submitted sheet back; it is a draft again.

        Raises:
            ClosingError: If none is submitted, the reason is missing, or this person may not.
        """
        roles = self._see(Step.RETURNED, by, reason)
        return self._record(Step.RETURNED, by, roles, reason=reason)

    def close(self, by: str) -> SheetStep:
        """Close the period with the sheet that was submitted; it never changes after that.

        Raises:
            ClosingError: If none is submitted or checked, its figures have changed since or wait
                for a round, or this person may not.
        """
        roles = self._see(Step.CLOSED, by)
        steps = self.steps
        rules.see_checked(steps, roles, STATISTICS_HEAD)
        rules.see_computed(self._waiting())
        rules.see_as_submitted(self._differences(steps, self.fresh()))
        held = sheets.content_of(self.session, sheets.in_force(steps))
        return self._record(Step.CLOSED, by, roles, content=held)

    def restate(self, by: str, reason: str) -> SheetStep:
        """Put a new numbered sheet beside the closed one, with the difference of each line.

        Raises:
            ClosingError: If the period is not closed, nothing differs, a difference is booked in
                another period, the reason is missing, or this person may not.
        """
        roles = self._see(Step.RESTATED, by, reason)
        steps, fresh = self.steps, self.fresh()
        differences = self._differences(steps, fresh)
        rules.see_differs(differences)
        rules.see_not_adjusted(steps)
        step = self._record(
            Step.RESTATED,
            by,
            roles,
            reason=reason,
            content=fresh,
            number=rules.next_number(steps),
            differences=differences,
        )
        self._settle()
        return step

    def adjust(self, by: str, reason: str, into: str) -> SheetStep:
        """Book the difference of a closed period in an open one, whose sheets then include it.

        Raises:
            ClosingError: As for ``restate``, or if the other period is not open or not later.
        """
        roles = self._see(Step.ADJUSTED, by, reason)
        self._see_open(into)
        steps = self.steps
        differences = self._differences(steps, self.fresh())
        rules.see_differs(differences)
        step = self._record(
            Step.ADJUSTED,
            by,
            roles,
            reason=reason,
            number=rules.next_number(steps),
            differences=differences,
            into=into,
        )
        self._settle()
        return step

    def _differences(self, steps: Sequence[SheetStep], fresh: bytes) -> dict[str, Change]:
        held = sheets.in_force(steps)
        if not held:
            return {}
        lines = lines_of(sheets.content_of(self.session, held))
        for step in steps:
            if step.step is Step.ADJUSTED:
                lines = changed(lines, step.difference)
        return difference(lines, lines_of(fresh))

    def _see(self, step: Step, by: str, reason: str = "") -> tuple[str, ...]:
        """Return the roles a person signs as, if the step is possible."""
        end = self._end()
        person = people.get(self.session, by)
        if person is None or person.name is None:
            raise ClosingError(
                Text(
                    f"没有编号为 {by!r} 的人员。请查看 jieneng people list。",
                    f"There is no person {by!r}. Look at: jieneng people list.",
                )
            )
        roles = acting(step, person.role_set)
        # Whoever comes second waits here, and then sees what the first one did.
        sheets.take_turn(self.session)
        rules.see_possible(step, self.steps, reason=reason, end=end, now_ms=self.now_ms)
        return roles

    def _name(self, by: str) -> Text:
        """Return what a person is called; the id alone where nobody is known by it."""
        person = people.get(self.session, by)
        return Text(by, by) if person is None else person.shown

    def _see_open(self, into: str) -> None:
        """See that another period of the institution is open, has begun and shares no day."""
        other = sheets.history(self.session, self.institution, into)
        later, own = (self._period(key) for key in (into, self.period))
        is_open = rules.state_of(other) is rules.State.DRAFT
        has_begun = later.span(self.zone).start <= self.now_ms
        see_books(self.period, into, own=own, later=later, is_open=is_open, has_begun=has_begun)

    @property
    def zone(self) -> ZoneInfo:
        """The wall clock that the period is cut on.

        Raises:
            ClosingError: If institution or period are not known.
        """
        self._period(self.period)
        return self.registry.site[self.registry.institution[self.institution].site].zone

    def _waiting(self) -> set[str]:
        """Return the meters of the institution of which something is not in the ledger yet."""
        # A reading at the very end closes the last hour of the period: it is of it, too.
        end, registry = self._end() + 1, self.registry
        waiting = (where.before(self.session, end) for where in (inbox, touched, late_arrivals))
        new = set[str]().union(*waiting)
        own = {one.meter for one in registry.meters if one.institution == self.institution}
        behind = {source for name in own for source in registry.sources.get(name, ())}
        return new & (own | behind)

    @property
    def end(self) -> int:
        """When the period ends [ms]."""
        return self._end()

    def _end(self) -> int:
        return span_for(self.registry, self.reference, self.institution, self.period).end

    def _period(self, key: str) -> Period:
        return period_for(self.registry, self.reference, self.institution, key)

    def _settle(self) -> None:
        restate_tasks.put(self.session, self.institution, self.period, at=self.now_ms, lines=0)

    def _record(
        self,
        step: Step,
        by: str,
        roles: Sequence[str],
        *,
        reason: str = "",
        content: bytes | None = None,
        number: int = 0,
        differences: dict[str, Change] | None = None,
        into: str = "",
    ) -> SheetStep:
        return sheets.record(
            self.session,
            step,
            institution=self.institution,
            period=self.period,
            by=by,
            roles=roles,
            at=self.now_ms,
            reason=reason,
            content=content,
            number=number,
            difference=differences,
            into=into,
        )
