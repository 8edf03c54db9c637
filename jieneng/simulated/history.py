"""A simulated history on disk: its plan, what is published again, and the child that publishes."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from energy.errors import ConfigError, StoreError
from energy.registry import Registry
from energy.text import Text
from jieneng.shipped import shipped
from simulators.plan import Plan, begin, plan_from_json, plan_to_json

if TYPE_CHECKING:
    pass

PLAN_FILE = "simulation.json"
RESUME_FILE = "resume.json"
TRUTH_FOLDER = "truth"
ARRAY_BYTES = 65_536
"""An array of some months of hours is larger than this."""
SEED = 20_261_125
"""Chosen: any number does; the same one gives the same history."""


@dataclass(frozen=True)
class Replay:
    """Real readings to replay: a wide Parquet file and the mapping of its columns to meters."""

    readings: Path
    mapping: Path


def example_replay() -> Replay:
    """Return the real readings that come with the example district."""
    folder = shipped("examples") / "readings"
    return Replay(folder / "opendsm_hourly.parquet", folder / "mapping.toml")


def begin_or_continue(
    state: Path,
    registry: Registry,
    *,
    now: int,
    replay: Replay | None = None,
    scenario: Path | None = None,
    seed: int = SEED,
) -> Plan:
    """Return the plan kept in the state folder, extended to now, or a new one to remember.

    Args:
        state: State folder.
        registry: The district.
        now: How far the history goes [ms].
        replay: Real readings; None for those it was begun with, or the example's.
        scenario: Loads, faults and waste; None likewise.
        seed: Chooses every random number of a new history.

    Raises:
        ConfigError: If the kept plan or the scenario cannot be read, or the history was begun with
            other files than the ones given.
    """
    from simulators.grid import slot_of
    from simulators.scenario_files.scenario_file import read_scenario

    if (state / PLAN_FILE).exists():
        kept = kept_plan(state, now=now)
        _refuse_other(kept, replay, scenario, state)
        return kept
    chosen = replay or example_replay()
    scenario = scenario or shipped("examples") / "demo.toml"
    return begin(
        now=now,
        timezone=registry.sites[0].timezone,
        days=read_scenario(scenario).days,
        seed=seed,
        scenario=scenario.absolute(),
        readings=chosen.readings.absolute(),
        mapping=chosen.mapping.absolute(),
        slot_ms=slot_of(registry.meters),
    )


def kept_plan(state: Path, *, now: int) -> Plan:
    """Return the plan of a state folder, extended to now.

    Raises:
        ConfigError: If it cannot be read.
    """
    return plan_from_json((state / PLAN_FILE).read_text(encoding="utf-8")).at(now)


def remember(state: Path, plan: Plan) -> None:
    """Keep a plan whose files have proved readable, so that the next start goes on with it."""
    path = state / PLAN_FILE
    if not path.exists():
        state.mkdir(parents=True, exist_ok=True)
        path.write_text(plan_to_json(plan), encoding="utf-8")


def _refuse_other(kept: Plan, replay: Replay | None, scenario: Path | None, state: Path) -> None:
    """A history goes on with the files it was begun with: others would contradict its truth."""
    given = {
        "readings": replay.readings if replay else None,
        "mapping": replay.mapping if replay else None,
        "scenario": scenario,
    }
    for option, path in given.items():
        if path is not None and getattr(kept, option) != str(path.absolute()):
            begun = f"{option} {getattr(kept, option)}"
            raise ConfigError(
                Text(
                    f"{state} 中的历史是用 {begun} 开始的，不是 {path}。"
                    "请在新的文件夹里重新开始：--state FOLDER。",
                    f"The history in {state} was begun with {begun}, not {path}. "
                    "Begin another in a new folder: --state FOLDER.",
                )
            )


def label_of(plan: Plan) -> str:
    """Return how the readings that a plan replays are called."""
    from simulators.replaying.replay_mapping import read_mapping

    return read_mapping(Path(plan.mapping)).label


def with_planned_events(registry: Registry, plan: Plan, calendars: Mapping[str, Any]) -> Registry:
    """Return the registry as the plan's people have it: with the replacements they write down."""
    from simulators.faults import handed_out
    from simulators.run import planned_events
    from simulators.scenario_files.scenario_file import read_scenario

    faults = read_scenario(Path(plan.scenario)).faults
    return handed_out(registry, faults, planned_events(plan, registry, calendars))


class SimulatedMeters:
    """The simulated meters as a child process.

    It reads its standard input only to notice that we are gone, and says how far it is in lines
    of JSON.
    """

    def __init__(
        self,
        state: Path,
        *,
        district: Path,
        broker_url: str,
        resume: Mapping[str, int],
        now: int,
        speed: float,
        history_only: bool,
    ) -> None:
        from simulators.run import Progress

        (state / RESUME_FILE).write_text(json.dumps(resume), encoding="utf-8")
        self.progress: Progress = Progress()
        arguments = [
            sys.executable, "-m", "jieneng", "--state", str(state), "simulate",
            "--district", str(district), "--broker", broker_url, "--now", str(now),
            "--resume", str(state / RESUME_FILE), "--speed", str(speed), "--child",
        ]  # fmt: skip
        if history_only:
            arguments.append("--history-only")
        self._errors = (state / "simulator.log").open("ab")
        self._process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            start_new_session=True,
            # glibc then gives the memory of a history back once only its rest is needed.
            env={**os.environ, "MALLOC_MMAP_THRESHOLD_": str(ARRAY_BYTES)},
        )
        self._log = state / "simulator.log"
        self._reader = threading.Thread(target=self._read, name="simulator", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._process.pid

    def _read(self) -> None:
        from simulators.run import Progress

        for line in self._process.stdout or ():
            self.progress = Progress(**json.loads(line))

    def check(self) -> None:
        """See that it still runs, or ended well.

        Raises:
            StoreError: If it broke; the text says what it said last.
        """
        if self._process.poll():
            code = self._process.returncode
            told = " ".join(self._log.read_text(errors="replace").strip().splitlines()[-3:])
            raise StoreError(
                Text(
                    f"模拟计量点已停止，退出码 {code}：{told}",
                    f"The simulated meters stopped with code {code}: {told}",
                )
            )

    def stop(self) -> None:
        """End it: it sees the end of its input."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        self._reader.join()
        self._errors.close()
