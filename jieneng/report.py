"""The state of the house as one plain object, for ``status``, the console and the API."""

from typing import TYPE_CHECKING, Any

from energy.errors import StoreError
from energy.span import from_ms
from jieneng.words import Language, say
from storage.records import dead_letters, findings, health, inbox, touched
from storage.records import registry as registry_records

if TYPE_CHECKING:
    from jieneng.wiring import House

SILENT_INTERVALS = 3
"""A meter is called silent when three of its intervals have passed without a reading."""


def status_of(house: "House") -> dict[str, Any]:
    """Return the state as JSON values.

    Keys: registry, counters (of the collector here, else the newest published ones), dead_letters
    by reason, readings by table, silent meters with the time of their last reading, findings open
    by stream, touched meters waiting for a round, inbox rows waiting, finer values by meter.
    """
    from jieneng.clock import now_ms

    with house.records.reading() as session:
        registry = registry_records.load(session)
        counters = {entry.collector: entry.counters for entry in health.all(session)}
        letters = dead_letters.counts(session)
        stored = findings.current(session)
        waiting = touched.waiting(session)
        inbox_rows = inbox.waiting(session)
    finer: dict[str, int] = {}
    if house.collector is not None:
        counters[house.settings.client_id] = house.collector.counters().as_dict()
        finer = house.collector.finer()
    newest = house.store.newest()
    now = now_ms()
    open_by_stream: dict[str, int] = {}
    for entry in stored:
        if entry.state == "open":
            stream = str(entry.finding.stream)
            open_by_stream[stream] = open_by_stream.get(stream, 0) + 1
    return {
        "registry": {"number": registry.number, "meters": len(registry.meters)},
        "counters": counters,
        "dead_letters": letters,
        "readings": house.store.counts(),
        "silent": {
            meter.meter: newest.get(meter.meter)
            for meter in registry.meters
            if newest.get(meter.meter, 0) < now - SILENT_INTERVALS * meter.interval_s * 1000
        },
        "findings_open": open_by_stream,
        "touched": waiting,
        "inbox": inbox_rows,
        "finer": finer,
    }


def status_lines(status: dict[str, Any], *, language: Language) -> list[str]:
    """Return the state as lines for a person: figures first, problems last with what mends them."""
    lines = [
        say(
            language,
            zh=f"计量点      {status['registry']['meters']}"
            f"（登记表第 {status['registry']['number']} 版）",
            en=f"meters      {status['registry']['meters']} (registry number "
            f"{status['registry']['number']})",
        ),
        say(language, zh="读数        ", en="readings    ")
        + ", ".join(f"{count:,} {table}" for table, count in status["readings"].items()),
    ]
    for name, counters in status["counters"].items():
        figures = ", ".join(f"{key} {value:,}" for key, value in counters.items())
        lines.append(say(language, zh=f"采集 {name}: ", en=f"collector {name}: ") + figures)
    opened = ", ".join(f"{count} {stream}" for stream, count in status["findings_open"].items())
    lines.append(say(language, zh="用能异常    ", en="findings    ") + (opened or "0"))
    lines.extend(_problems(status, language))
    return lines


def _problems(status: dict[str, Any], language: Language) -> list[str]:
    lines = [
        say(language, zh=f"拒收 {count:,}: {reason}", en=f"refused {count:,}: {reason}")
        for reason, count in sorted(status["dead_letters"].items(), key=lambda pair: -pair[1])
    ]
    for meter, time in sorted(status["silent"].items()):
        since = from_ms(time).isoformat(timespec="minutes") if time else None
        lines.append(
            say(
                language,
                zh=f"{meter} 无数据，最后读数 {since or '无'}",
                en=f"{meter} is silent; last reading {since or 'never'}",
            )
        )
    if status["finer"]:
        lines.append(
            say(
                language,
                zh="有读数比登记的步长更细: jieneng check",
                en="some values are finer than the step in the registry: jieneng check",
            )
        )
    return lines


def need_readings(status: dict[str, Any]) -> None:
    """Refuse to go on with an empty store.

    Raises:
        StoreError: If no reading is stored.
    """
    if not any(status["readings"].values()):
        raise StoreError("No reading is stored yet. Start: jieneng run, or jieneng demo.")
