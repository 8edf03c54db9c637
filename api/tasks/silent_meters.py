"""Meters that say nothing: one task a device, for its meters mostly fall silent together."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from analytics.silence import is_silent
from api.task import Look, Source, Task, Urgency, meter_called, reading_link
from energy.meter import Meter
from energy.text import Text


def _find(look: Look) -> Iterator[Task]:
    newest = look.store.newest()
    by_device: dict[tuple[str, str], list[Meter]] = defaultdict(list)
    for meter in look.registry.meters:
        events = look.registry.events_of(meter.meter)
        is_computed = meter.meter in look.registry.portions
        if not is_computed and is_silent(meter, events, newest.get(meter.meter), look.now_ms):
            by_device[meter.institution, meter.device].append(meter)
    for meters in by_device.values():
        times = [newest[meter.meter] for meter in meters if meter.meter in newest]
        yield _task(look, meters, min(times, default=None))


def _task(look: Look, meters: Sequence[Meter], since: int | None) -> Task:
    first, count = meters[0], len(meters)
    where = meter_called(look.registry, first.meter)
    if count > 1:
        where += Text(
            f"等 {count} 个计量点，采集设备 {first.device}",
            f" and {count - 1} more on device {first.device}",
        )
    never = since is None
    return Task(
        source="silent_meters",
        urgency=Urgency.NOW,
        title=Text("从未收到读数", "No reading has ever come")
        if never
        else Text("没有读数", "No readings come"),
        where=where,
        todo=Text(
            "检查供电、网关和网络；修好之前人工抄表，台账便不必长期估算。",
            "Look at power, gateway and network; until it is mended read the meter by hand, so "
            "that the ledger need not be estimated for long.",
        ),
        command=f'jieneng reading add {first.meter} --at "…" --value … --reason "…"',
        link=reading_link(first.meter),
        since=since,
        count=count,
        institution=first.institution,
    )


SOURCE = Source(Text("静默的计量点", "silent meters"), _find)
