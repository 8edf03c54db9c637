"""People are reminded of a verification 90, 30 and 0 days before it is due, each time once."""

from collections.abc import Iterator, Sequence

from energy.instruments import Due, dues
from energy.reference import Reference
from energy.registry import Registry
from energy.span import local_date
from energy.text import Text
from storage.records import outbox
from storage.records.session import Session


def remind(
    session: Session,
    registry: Registry,
    reference: Reference,
    *,
    now_ms: int,
    channels: Sequence[str] = ("webhook",),
    link: str = "",
) -> int:
    """Leave an alert in the outbox for each verification that reached a reminder.

    The outbox keeps what was put for ever, and takes an occasion once: a restart repeats nothing.
    An instrument that was entered late is told of by the last reminder it reached alone.

    Args:
        session: The records.
        registry: Instruments, and the clocks of their sites.
        reference: How long certificates hold.
        now_ms: The present [ms].
        channels: Channels the alerts go to.
        link: Address of the console; empty when people have none.

    Returns:
        How many verifications are within a reminder, told now or before.
    """
    count = 0
    for due in reminded(registry, reference, now_ms=now_ms):
        one = due.instrument
        key = f"verification/{one.meter}/{one.serial}/{due.due}/{due.reminder}"
        for channel in channels:
            outbox.put(session, channel, _title(due, registry), _body(due, link), key)
        count += 1
    return count


def reminded(registry: Registry, reference: Reference, *, now_ms: int) -> Iterator[Due]:
    """Yield the verifications that reached a reminder, the soonest due of each site first."""
    for name, site in registry.site.items():
        own = [one for one in registry.instruments if registry.meter[one.meter].site == name]
        today = local_date(now_ms, site.zone)
        found = dues(own, reference.instruments.types, today=today) if own else []
        yield from (due for due in found if due.reminder is not None)


def due_text(due: Due) -> Text:
    """Return when a verification is due, as a sentence."""
    one, left = due.instrument, due.days_left
    if left is None:
        return Text("没有证书或检定周期，无法判断。", "No certificate or no interval is known.")
    what = f"{one.meter} {one.serial}"
    if left < 0:
        return Text(
            f"{what} 的检定已于 {due.due} 到期，过期 {-left} 天；读数照常计入并带标记。",
            f"The verification of {what} ended on {due.due}, {-left} days ago; its readings count "
            "as they are and carry a flag.",
        )
    return Text(
        f"{what} 的检定于 {due.due} 到期，还有 {left} 天。",
        f"The verification of {what} is due on {due.due}, in {left} days.",
    )


def _title(due: Due, registry: Registry) -> str:
    return f"[检定到期] {registry.meter[due.instrument.meter].name_zh}"


def _body(due: Due, link: str) -> str:
    said = due_text(due)
    lines = [said.zh, "", said.en]
    return "\n".join([*lines, "", link] if link else lines)
