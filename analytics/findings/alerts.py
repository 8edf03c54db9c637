"""Which changes people are told of, and the way out: outbox first, delivery afterwards."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import analytics.channels
from analytics.channel import Alert, Channel, DeliveryError, RefusedError
from analytics.findings.follow import Change, What
from analytics.findings.watch import RAISED
from energy.finding import Finding, Stream
from energy.finding_step import KNOWN, SET_ASIDE
from energy.handling import Handling
from energy.offers import offers
from energy.registry import Registry
from storage.records import outbox
from storage.records.book import Records
from storage.records.outbox import OutboxEntry
from storage.records.session import Session

log = logging.getLogger(__name__)

AT_ONCE_MICRO_YUAN = 5_000_000_000
"""Waste is told at once from 5,000 yuan a year; chosen: about the price of a day of two fitters."""

NOBODY = Handling()
"""Where people are with a finding that nobody has touched."""
_AT_A_TIME = 50
_FIRST_WAIT_MS = 60_000
_LONGEST_WAIT_MS = 6 * 3_600_000
_GIVE_UP_MS = 7 * 86_400_000
_MOST_DOUBLINGS = 12


def is_told(change: Change, handling: Handling = NOBODY, now_ms: int = 0) -> bool:
    """Tell whether people hear of a change at once.

    They do when a finding opens, or opens again, that loses data or wastes more than the limit.
    What goes on is never told a second time, and what people have set aside, not at all; neither
    is what says the same of a cause as a finding of which they know.
    """
    if change.what not in (What.NEW, What.REOPENED):
        return False
    stage = handling.stage_at(now_ms)
    if stage in SET_ASIDE or (change.what is What.NEW and stage in KNOWN):
        return False
    return is_urgent(change.stored.finding)


def is_urgent(finding: Finding) -> bool:
    """Tell whether a finding loses data or wastes more than the limit."""
    if finding.stream is Stream.DATA:
        return True
    return (finding.micro_yuan_per_year or 0) >= AT_ONCE_MICRO_YUAN


def announce(
    session: Session,
    changes: Iterable[Change],
    *,
    registry: Registry,
    channels: Sequence[str] = ("webhook",),
    link: str = "",
    handlings: Mapping[int, Handling] = MappingProxyType({}),
    now_ms: int = 0,
) -> int:
    """Leave an alert in the outbox for each change that people are told of.

    In the transaction of the change itself: neither can be there without the other.

    Args:
        session: The records.
        changes: What ``follow`` returned.
        registry: Names of places.
        channels: Channels the alerts go to.
        link: Address of the console; empty when people have none.
        handlings: Where people are with findings, by number.
        now_ms: The present [ms].

    Returns:
        How many changes were told.
    """
    told = [
        change
        for change in changes
        if is_told(change, handlings.get(change.stored.number, NOBODY), now_ms)
    ]
    for change in told:
        stored = change.stored
        # Opened again is another occasion; going on is not.
        occasion = stored.opened if change.occasion is None else change.occasion
        key = f"finding/{stored.number}/{occasion}"
        title = title_of(stored.finding, registry)
        body = body_of(stored.finding, link=page_of(link, stored.number))
        for channel in channels:
            outbox.put(session, channel, title, body, key)
    return len(told)


def title_of(finding: Finding, registry: Registry) -> str:
    """Return what sort of finding it is, and where."""
    meter = registry.meter.get(finding.meter)
    place = registry.building.get(meter.building) if meter is not None else None
    where = place.name_zh if place is not None else finding.meter
    if finding.rule.startswith(RAISED):
        return f"[规则出错] {where}"
    kind = "用能异常" if finding.stream is Stream.WASTE else "数据异常"
    return f"[{kind}] {where}"


def page_of(link: str, number: int) -> str:
    """Return the address of the page of a finding; "" where people have no console."""
    return f"{link.rstrip('/')}/findings/{number}" if link else ""


def body_of(finding: Finding, *, link: str) -> str:
    """Return what a finding says and what to check, in both languages, and where its page is."""
    lines = [
        finding.sentence_zh,
        f"核查：{finding.check_zh}",
        "",
        finding.sentence_en,
        f"Check: {finding.check_en}",
    ]
    if link:
        lines += ["", link]
    return "\n".join(lines)


def channels() -> dict[str, Channel]:
    """Return the channels that the files of analytics/channels offer."""
    return offers(analytics.channels, "CHANNEL", Channel)


def deliver_due(
    records: Records,
    *,
    targets: Mapping[str, str],
    now_ms: int,
    offered: Mapping[str, Channel] | None = None,
) -> int:
    """Send what is due; a crash between sending and noting it may send one alert twice.

    A failure is tried again after a minute, then after twice as long each time up to six hours,
    for a week. What is refused, or has no address, is never tried again and stays visible.

    Args:
        records: Where the outbox is.
        targets: Channel to the address that the settings give it.
        now_ms: The present [ms].
        offered: The channels; None for all that analytics/channels offers.

    Returns:
        How many were delivered.
    """
    known = channels() if offered is None else offered
    with records.reading() as session:
        waiting = outbox.due(session, now_ms, _AT_A_TIME)
    return sum(_deliver(records, entry, known, targets, now_ms) for entry in waiting)


def _deliver(
    records: Records,
    entry: OutboxEntry,
    known: Mapping[str, Channel],
    targets: Mapping[str, str],
    now_ms: int,
) -> bool:
    try:
        target = targets.get(entry.channel, "")
        if entry.channel not in known or not target:
            raise RefusedError(f"No address is set for the channel {entry.channel!r}.")
        known[entry.channel].send(target, Alert(entry.title, entry.body, entry.key))
    except DeliveryError as error:
        gives_up = now_ms - entry.created >= _GIVE_UP_MS
        permanent = isinstance(error, RefusedError) or gives_up
        log.warning("alert.failed number=%s permanent=%s why=%s", entry.number, permanent, error)
        with records.session() as session:
            outbox.failed(
                session,
                entry.number,
                str(error),
                permanent=permanent,
                next_try=now_ms + wait_ms(entry.attempts),
            )
        return False
    with records.session() as session:
        outbox.delivered(session, entry.number)
    return True


def wait_ms(attempts: int) -> int:
    """Return how long to wait after an attempt failed [ms], by how many had failed before."""
    doubled = _FIRST_WAIT_MS << min(attempts, _MOST_DOUBLINGS)
    return min(doubled, _LONGEST_WAIT_MS)
