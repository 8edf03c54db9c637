"""Writes .env for docker-compose.yml: a random secret for everything that asks for one.

Usage: python3 deploy/make_env.py [--demo] [FILE]

With --demo the simulated meters get an account at the broker too. A file that is there keeps its
lines; only what is missing is added. It is readable by its owner alone.
"""

import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

SECRETS = (
    "POSTGRES_PASSWORD",
    "INFLUXDB_ADMIN_PASSWORD",
    "INFLUXDB_ADMIN_TOKEN",
    "GRAFANA_ADMIN_PASSWORD",
    "MQTT_COLLECTOR_PASSWORD",
    "ALERT_TOKEN",
)
DEMO_SECRETS = ("MQTT_SIMULATOR_PASSWORD",)
BYTES = 24


def completed(text: str, names: Sequence[str]) -> str:
    """Return the text of an .env file with a random secret for each name it does not have."""
    there = {line.partition("=")[0].strip() for line in text.splitlines()}
    added = [f"{name}={secrets.token_urlsafe(BYTES)}\n" for name in names if name not in there]
    head = text if not text or text.endswith("\n") else f"{text}\n"
    return head + "".join(added)


def main(arguments: Sequence[str]) -> int:
    """Run from the command line; return the exit code."""
    files = [argument for argument in arguments if argument != "--demo"]
    if len(files) > 1 or any(name.startswith("-") for name in files):
        print(__doc__, file=sys.stderr)
        return 2
    path = Path(files[0] if files else ".env")
    names = SECRETS + (DEMO_SECRETS if "--demo" in arguments else ())
    text = completed(path.read_text() if path.exists() else "", names)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    new.replace(path)
    print(f"{path}   {len(text.splitlines())} lines; keep it, and keep it secret")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
