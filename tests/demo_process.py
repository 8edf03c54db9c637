"""A demo as its own process, with the example's story told in 25 days instead of 776."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parent.parent
SHORTER = 32
PATIENCE_S = 180.0


def short_scenario(folder: Path) -> Path:
    """Write the demo's scenario with every day divided by SHORTER, and return its path."""

    def shorter(match: re.Match[str]) -> str:
        days = float(match[2]) / SHORTER
        is_whole = match[1].lstrip().startswith(("days", "subs_from_day"))
        return f"{match[1]}{int(days) if is_whole else days}"

    text = (CHECKOUT / "examples" / "demo.toml").read_text(encoding="utf-8")
    short = re.sub(
        r"((?:^|[\s{,])(?:days|subs_from_day|day|from_day|to_day) *= *)([0-9.]+)", shorter, text
    )
    path = folder / "short.toml"
    path.write_text(short, encoding="utf-8")
    return path


def command(state: Path, *arguments: str) -> list[str]:
    """Return the command line of jieneng on a state folder."""
    return [sys.executable, "-m", "jieneng", "--state", str(state), *arguments]


def environment(**settings: str) -> dict[str, str]:
    """Return the environment of a process, with settings."""
    return {**os.environ, "JIENENG_HTTP_PORT": "0", "JIENENG_ROUND_SECONDS": "30", **settings}


def ask(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(  # noqa: S603
        command(state, *arguments),
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
        env=environment(),
        timeout=PATIENCE_S,
    )


class DemoProcess:
    """A demo that runs until it is stopped or killed."""

    def __init__(self, state: Path, scenario: Path, *arguments: str) -> None:
        self.state = state
        self.lines: list[str] = []
        self.process = subprocess.Popen(  # noqa: S603
            command(state, "demo", "--json", "--scenario", str(scenario), *arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=CHECKOUT,
            env=environment(),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, seen: str) -> str:
        """Wait for a line that holds a text and return it; fail when the demo ends before."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = next((line for line in list(self.lines) if seen in line), None)
            if found is not None:
                return found
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.05)
        pytest.fail(f"The demo never said {seen!r}:\n" + "\n".join(self.lines[-20:]))

    def figures(self) -> dict[str, Any]:
        """Wait for the screen and return its figures."""
        found: dict[str, Any] = json.loads(self.wait_for('"tie_out_difference"'))
        return found

    def stop(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.wait_for_end()

    def kill(self) -> None:
        """Kill it without a warning."""
        self.process.kill()
        self.wait_for_end()

    def wait_for_end(self) -> int:
        """Wait until it has ended by itself and return the exit code."""
        code = self.process.wait(PATIENCE_S)
        self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code
