"""The work of ``jieneng simulate``."""

import json
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import formats
from energy.calendars import Calendar
from energy.errors import ConfigError
from energy.messages.message import Format
from energy.offers import offers
from energy.registry import Registry
from energy.text import Text
from jieneng.clock import now_ms
from jieneng.running import Stopped
from jieneng.settings import Settings
from jieneng.shipped import shipped, shipped_items
from jieneng.simulated.history import (
    TRUTH_FOLDER,
    Replay,
    begin_or_continue,
    kept_plan,
    remember,
)
from simulators.plan import Plan

if TYPE_CHECKING:
    from simulators.run import Progress


@dataclass(frozen=True)
class Wanted:
    """What the person asked of ``simulate``; a path that is None means the example's."""

    district: Path | None
    broker_url: str
    readings: Path | None
    mapping: Path | None
    scenario: Path | None
    speed: float
    history_only: bool
    resume: Mapping[str, int]
    now: int
    is_child: bool


def chosen_replay(readings: Path | None, mapping: Path | None) -> Replay | None:
    """Return the readings to replay; None where none are named.

    Raises:
        ConfigError: If only one of the two files is named, or one is not there.
    """
    if readings is None and mapping is None:
        return None
    if readings is None or mapping is None:
        raise ConfigError(
            Text(
                "--readings 和 --mapping 须同时给出，或都不给。",
                "--readings and --mapping go together: give both, or neither.",
            )
        )
    for path in (readings, mapping):
        if not path.is_file():
            raise ConfigError(Text(f"{path} 不存在。", f"{path} is not there."))
    return Replay(readings, mapping)


def simulate(settings: Settings, wanted: Wanted, *, echo: Callable[[str], None]) -> int:
    """Publish a district; return the exit code."""
    from simulators.run import run
    from storage.reference.files import read_reference
    from storage.registry.files import read_registry

    district = wanted.district or shipped("examples") / "district"
    known = offers(formats, "FORMAT", Format)
    registry = read_registry(district, known, items=shipped_items())
    calendars = read_reference(shipped("reference")).calendars
    plan = _plan(settings.state_dir, registry, calendars, wanted)
    stop = threading.Event()
    _watch(stop, is_child=wanted.is_child)

    def report(progress: "Progress") -> None:
        if wanted.is_child:
            echo(json.dumps(asdict(progress)))
            sys.stdout.flush()
        else:
            echo(published(progress).get(settings.cli_language))

    run(
        plan,
        registry,
        calendars,
        broker_url=wanted.broker_url,
        resume=wanted.resume,
        report=report,
        stop=stop,
        speed=wanted.speed,
        history_only=wanted.history_only,
        truth=settings.state_dir / TRUTH_FOLDER,
    )
    return 0


def published(progress: "Progress") -> Text:
    """Return the line that says how far the publishing is."""
    done, total = f"{progress.readings:,}", f"{progress.total:,}"
    return Text(
        f"已发布 {done} 个读数（含重发的）；历史共 {total} 个",
        f"{done} readings published, repeats included; the history has {total}",
    )


def _plan(
    state: Path, registry: Registry, calendars: Mapping[str, Calendar], wanted: Wanted
) -> Plan:
    """Return the plan to publish; one whose files cannot be read is not remembered."""
    from simulators.run import prepare

    now = wanted.now or now_ms()
    if wanted.is_child:
        return kept_plan(state, now=now)
    replay = chosen_replay(wanted.readings, wanted.mapping)
    plan = begin_or_continue(state, registry, now=now, replay=replay, scenario=wanted.scenario)
    prepare(plan, registry, calendars)
    remember(state, plan)
    return plan


def _watch(stop: threading.Event, *, is_child: bool) -> None:
    """Stop at Ctrl-C; a child stops when its parent, which holds its input, is gone."""
    stopped = Stopped()

    def wait_for_signal() -> None:
        while not stopped.wait(1):
            pass
        stop.set()

    def wait_for_parent() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=wait_for_signal, daemon=True).start()
    if is_child:
        threading.Thread(target=wait_for_parent, daemon=True).start()
