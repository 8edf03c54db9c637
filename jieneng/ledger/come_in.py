"""Until when readings of a period have come: what whoever signs it should know."""

from collections.abc import Iterator

from energy.life import is_absent
from energy.meter import MAIN, Meter
from energy.reading import GAUGE
from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from jieneng.counting import counted
from jieneng.partitions import collector_name
from jieneng.wiring import House
from storage.records import health
from storage.records.session import Session

_NAMED = 5
"""Meters that are named; chosen: a screen holds them, and others are counted."""


def not_yet_come(
    session: Session, house: House, registry: Registry, institution: str, end: int
) -> list[Text]:
    """Return a line for each meter without a reading at the end of a period, and what waits.

    A meter that has none is named, too; one that was removed before the end is not. What a
    collector holds on disk may be of the period: it is only counted, and refuses nothing, because
    a collector in use always holds the readings of the last seconds.

    Args:
        session: A transaction of the records.
        house: Its store knows the last readings.
        registry: In force.
        institution: Whose sheet is signed.
        end: When the period ends [ms].
    """
    newest = house.store.newest()
    late = [
        (meter, newest.get(meter.meter))
        for meter in _counted(registry, institution)
        if newest.get(meter.meter, -1) < end and not is_absent(registry.events_of(meter.meter), end)
    ]
    lines = [_last(meter, last, registry) for meter, last in late[:_NAMED]]
    if len(late) > _NAMED:
        more = len(late) - _NAMED
        lines.append(
            Text(f"还有 {more:,} 个计量点同样如此。", f"{counted(more, 'more meter')} likewise.")
        )
    return [*lines, *_spooled(session, house)]


def _counted(registry: Registry, institution: str) -> Iterator[Meter]:
    """Yield the meters with readings that amounts of an institution are made of."""
    mains = [one.meter for one in registry.meters if one.institution == institution]
    names = dict.fromkeys(
        name for name in mains if registry.meter[name].role == MAIN or registry.meter[name].use
    )
    waiting = list(names)
    while waiting:
        for source in registry.sources.get(waiting.pop(), ()):
            if source not in names:
                names[source] = None
                waiting.append(source)
    for name in names:
        meter = registry.meter[name]
        if meter.table != GAUGE and name not in registry.portions:
            yield meter


def _last(meter: Meter, last: int | None, registry: Registry) -> Text:
    if last is None:
        return Text(f"{meter.meter}：从来没有读数。", f"{meter.meter}: no reading has ever come.")
    at = f"{from_ms(last).astimezone(registry.site[meter.site].zone):%Y-%m-%d %H:%M}"
    return Text(
        f"{meter.meter}：读数只到 {at}，早于期末；之后的用量缺失，补来时须重述。",
        f"{meter.meter}: readings have come until {at}, before the period ends; what it counted "
        "after that is missing. If it comes later, restate.",
    )


def _spooled(session: Session, house: House) -> Iterator[Text]:
    held = {one.collector: one.counters.get("spooled", 0) for one in health.all(session)}
    if house.collector is not None:
        held[collector_name(house.settings)] = house.collector.counters().spooled
    waiting = sum(held.values())
    if waiting:
        yield Text(
            f"采集程序还有 {waiting:,} 个读数在缓存中，可能属于该期间：jieneng status。",
            f"{counted(waiting, 'reading')} of the collector not in the store yet may be of the "
            "period: jieneng status.",
        )
