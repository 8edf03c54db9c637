"""The whole platform on a laptop: broker, simulated meters, collector, analytics, console."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import formats
from energy.errors import StoreError
from energy.messages.message import Format
from energy.offers import offers
from energy.text import Text
from jieneng.clerk import HouseClerk
from jieneng.clock import now_ms
from jieneng.memory import MemoryWatch
from jieneng.mqtt.demo_broker import Broker, start_broker
from jieneng.registry.intake import take_reference
from jieneng.report import named, status_of
from jieneng.running import WATCH_SECONDS, Stopped, console_line, see_whole
from jieneng.settings import Settings
from jieneng.shipped import shipped, shipped_items
from jieneng.simulated.history import (
    TRUTH_FOLDER,
    Replay,
    SimulatedMeters,
    begin_or_continue,
    label_of,
    remember,
    with_planned_events,
)
from jieneng.truth.figures import Figures
from jieneng.wiring import House, open_house
from jieneng.works import answer_for

if TYPE_CHECKING:
    from collector.collector import Collector
    from jieneng.progress import Bar

POLL_SECONDS = 0.1
QUIET_SECONDS = 3
"""Chosen: messages of one queue never pause so long between two of them on one machine."""
SETTLE_SECONDS = 120
"""Longest time without any progress before the demo gives up; chosen, far above any pause seen."""

STEPS = {"findings": Text("用能异常", "findings"), "periods": Text("账期", "periods")}
"""Steps of a round beside those that bear the name of a meter or place."""


@dataclass(frozen=True)
class DemoOptions:
    """What the person asked of ``demo``.

    Attributes:
        once: End after the screen of figures.
        as_json: Print the figures as one JSON object on the last line.
        speed: How fast the live part catches up.
        broker: auto, mosquitto or amqtt.
        district: Folder of the registry files of the district.
        replay: The real readings to replay; None for the example's.
        scenario: Loads, faults and waste to plant; None for the example's.
        progress: Draw progress bars.
    """

    once: bool
    as_json: bool
    speed: float
    broker: str
    district: Path
    replay: Replay | None
    scenario: Path | None
    progress: bool


class Demo:
    """One run of the demo in a state folder; a second run goes on where the first stopped."""

    def __init__(
        self, settings: Settings, options: DemoOptions, *, echo: Callable[[str], None]
    ) -> None:
        self.settings = settings
        self.options = options
        self.echo = echo
        self.began = time.monotonic()
        self.stopped = Stopped()
        self.now = now_ms()
        self.memory = MemoryWatch()
        self.received_before = 0  # by earlier runs

    def run(self) -> int:
        """Run; return 0 when everything ties out."""
        house = open_house(self.settings, hold=True)
        broker: Broker | None = None
        meters: SimulatedMeters | None = None
        try:
            house.hold(answer_for(house))
            self._furnish(house)
            if not self.options.once:
                server = house.start_server(lambda: status_of(house), HouseClerk(house))
                self._tell(console_line(f"http://127.0.0.1:{server.port}"))
            broker = start_broker(
                self.settings.state_dir / "broker",
                choice=self.options.broker,
                tell=self._tell,
            )
            collector = house.start_collector(broker_url=broker.url)
            collector.wait_until_subscribed(SETTLE_SECONDS)
            meters = self._start_meters(house, broker, live=False)
            seconds_ingest = self._take_history(house, collector, meters)
            if self.stopped.is_set:
                return 1
            figures = self._figures(house, collector, seconds_ingest)
            self._show(figures, house)
            if not self.options.once:
                # The history fills the memory of its process, and the first round needs it: so
                # another process goes on from there.
                meters.stop()
                meters = self._start_meters(house, broker, live=True)
                self._go_on(house, meters)
            return 1 if figures.score.problems else 0
        finally:
            if meters is not None:
                meters.stop()
            house.close()
            if broker is not None:
                broker.stop()
            self.memory.stop()

    def _tell(self, text: Text) -> None:
        self.echo(text.get(self.settings.cli_language))

    def _bar(self, title: Text) -> "Bar":
        from jieneng.progress import Bar

        return Bar(title.get(self.settings.cli_language), shown=self.options.progress)

    def _furnish(self, house: House) -> None:
        """Import reference data and the example registry at the first start."""
        from storage.records import reference as reference_records
        from storage.records import registry as registry_records
        from storage.registry.files import read_registry

        with house.records.reading() as session:
            known = registry_records.load(session)
        if not known.meters:
            take_reference(house.records, shipped("reference"))
            spoken = offers(formats, "FORMAT", Format)
            known = read_registry(self.options.district, spoken, items=shipped_items())
        with house.records.reading() as session:
            calendars = reference_records.load(session).calendars
        plan = begin_or_continue(
            self.settings.state_dir,
            known,
            replay=self.options.replay,
            now=self.now,
            scenario=self.options.scenario,
        )
        self._tell(Text(f"回放的真实读数：{label_of(plan)}", f"Replayed: {label_of(plan)}"))
        wanted = with_planned_events(known, plan, calendars)
        remember(self.settings.state_dir, plan)
        if known.number and wanted.events == known.events:
            return
        with house.records.session() as session:
            registry_records.replace(
                session, wanted, author="demo", reason="example district and its replacements"
            )

    def _start_meters(self, house: House, broker: Broker, *, live: bool) -> SimulatedMeters:
        """Let the meters tell their history, or go on live from where it ended."""
        from simulators.run import LIVE_BEFORE_MS

        # At speed N the live part has a day to catch up with.
        before = LIVE_BEFORE_MS if self.options.speed > 1 and not self.options.once else 0
        return SimulatedMeters(
            self.settings.state_dir,
            district=self.options.district,
            broker_url=broker.url,
            resume=house.store.newest(),
            now=self.now if live else self.now - before,
            speed=self.options.speed,
            history_only=not live,
        )

    def _take_history(self, house: House, collector: "Collector", meters: SimulatedMeters) -> float:
        """Wait until the whole history is in the store; return the seconds from first publish.

        Raises:
            StoreError: If the meters break, or nothing moves for a long time.
        """
        self.received_before = collector.counters().received
        first = 0.0
        moved = time.monotonic()
        seen = (-1, -1)
        with self._bar(Text("历史读数", "history")) as bar:
            while not self.stopped.wait(POLL_SECONDS):
                meters.check()
                see_whole(house)
                progress, counters = meters.progress, collector.counters()
                if progress.messages and not first:
                    first = time.monotonic()
                if (progress.messages, counters.received + counters.shipped) != seen:
                    seen = (progress.messages, counters.received + counters.shipped)
                    moved = time.monotonic()
                bar.show(done=min(counters.shipped, progress.total), total=progress.total)
                quiet = time.monotonic() - moved
                if (
                    progress.live
                    and collector.is_idle()
                    and has_all(
                        sent=progress.readings + progress.bad,
                        received=counters.received - self.received_before,
                        quiet_s=quiet,
                    )
                ):
                    return time.monotonic() - (first or time.monotonic())
                if quiet > SETTLE_SECONDS:
                    raise StoreError(_stuck(progress.messages, named(counters.as_dict())))
        return 0.0

    def _figures(self, house: House, collector: "Collector", seconds_ingest: float) -> Figures:
        from jieneng.truth.score import score
        from storage.records import dead_letters, findings

        with self._bar(Text("核算", "ledger")) as bar:
            collector.publish_now()
            house.round_once(
                progress=lambda step: bar.name(
                    STEPS.get(step, Text(step, step)).get(self.settings.cli_language)
                )
            )
        with house.records.reading() as session:
            open_findings = [
                entry.finding for entry in findings.current(session) if entry.state == "open"
            ]
            letters = sum(dead_letters.counts(session).values())
        held = score(
            self.settings.state_dir / TRUTH_FOLDER,
            store=house.store,
            findings=open_findings,
            dead_letters=letters,
        )
        counters = collector.counters()
        return Figures(
            score=held,
            received=counters.received,
            received_now=counters.received - self.received_before,
            collector=counters.as_dict(),
            seconds_total=time.monotonic() - self.began,
            seconds_ingest=seconds_ingest,
            peak_rss_mb=self.memory.peak_mib,
        )

    def _show(self, figures: Figures, house: House) -> None:
        from jieneng.screen import screen_lines

        if self.options.as_json:
            self.echo(json.dumps(figures.as_dict(), ensure_ascii=False))
            return
        port = house.server.port if house.server is not None else None
        for line in screen_lines(figures, port=port, state=self.settings.state_dir):
            self._tell(line)

    def _go_on(self, house: House, meters: SimulatedMeters) -> None:
        """Keep running, live, until Ctrl-C."""
        while not meters.progress.live and not self.stopped.wait(POLL_SECONDS):
            meters.check()  # a round beside the building of the district would need most memory
        house.start_rounds()
        while not self.stopped.wait(WATCH_SECONDS):
            meters.check()
            see_whole(house)


def _stuck(messages: int, counters: Text) -> Text:
    return Text(
        f"{SETTLE_SECONDS} 秒内没有任何进展：已发布 {messages} 条报文，{counters.zh}。"
        "请加 --log info 再运行一次。",
        f"Nothing moved for {SETTLE_SECONDS} s: {messages} messages published, {counters.en}. "
        "Run again with --log info.",
    )


def has_all(*, sent: int, received: int, quiet_s: float) -> bool:
    """Tell whether everything that was sent has been received.

    An idle collector alone proves nothing: the broker may still hold messages. More than was sent
    arrives when the broker had kept messages of an earlier run; those come first, so then it takes
    some quiet to be sure that the last one was among them.

    Args:
        sent: Readings the simulated meters sent in this run.
        received: Readings the collector received in this run.
        quiet_s: Since when nothing moved [s].
    """
    return received == sent or (received > sent and quiet_s >= QUIET_SECONDS)


def demo_state(settings: Settings, *, given: Path | None) -> Path:
    """Return the demo's own state folder, so that it never mixes with real readings."""
    return given if given is not None else settings.state_dir / "demo"
