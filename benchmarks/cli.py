"""How long ``jieneng --help`` takes, against importing the command-line library alone.

Prints one JSON line; times are whole processes, in turn: ours, control, ours, control ...
"""

import json
import statistics
import subprocess
import sys
import time

RUNS = 7
COMMAND = "make bench-cli"
OURS = [sys.executable, "-m", "jieneng", "--help"]
CONTROL = [sys.executable, "-c", "import typer"]


def seconds(command: list[str]) -> float:
    """Return how long a process takes [s]."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    pairs = [(seconds(OURS), seconds(CONTROL)) for _ in range(RUNS + 1)][1:]  # the first warms up
    ours = sorted(pair[0] for pair in pairs)
    line = {
        "name": "cli_help_s",
        "value": round(statistics.median(ours), 3),
        "unit": "s",
        "min": round(ours[0], 3),
        "max": round(ours[-1], 3),
        "control": round(statistics.median(pair[1] for pair in pairs), 3),
        "ratio": round(statistics.median(a / b for a, b in pairs), 2),
        "command": COMMAND,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
