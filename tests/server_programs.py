"""Real servers for tests: each on a free port of this machine, in its own folder, ended by pid."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from energy.errors import UnreachableError
from storage.opening import prepare_store

CHECKOUT = Path(__file__).parent.parent
PATIENCE_S = 60.0
TOKEN = "a-token-for-tests"  # noqa: S105
ORG = "district"


def program(name: str) -> str:
    """Return the path of a server's program; skip the test where it is missing."""
    places = [
        CHECKOUT / ".servers/bin" / name,
        Path("/usr/sbin") / name,
        *sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True),
    ]
    found = next((str(place) for place in places if place.is_file()), shutil.which(name))
    if found is None:
        missing = f"{name} is not here; get it with: make servers"
        if os.environ.get("JIENENG_REQUIRE_SERVERS") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str],
    log: Path,
    ready: Callable[[], bool],
    end: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; it has answered before the block starts."""
    with (
        log.open("ab") as output,
        subprocess.Popen(  # noqa: S603
            command, stdout=output, stderr=output, start_new_session=True
        ) as process,
    ):
        try:
            _wait(process, ready, log)
            yield process
        finally:
            process.send_signal(end)
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"{process.args!r} did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", trust_env=False).is_success
    except httpx.HTTPError:
        return False


@contextmanager
def influx_1(folder: Path, port: int = 0, *, longest: int = 25_000_000) -> Iterator[str]:
    """Run InfluxDB 1.8; yield what a store's address starts with.

    On a folder where it ran before it finds what it had. It refuses a body longer than this many
    bytes with 413; the number here is its own.
    """
    port, inner = port or free_port(), free_port()
    settings = folder / "influxdb.conf"
    settings.write_text(
        f'reporting-disabled = true\nbind-address = "127.0.0.1:{inner}"\n'
        f'[meta]\n  dir = "{folder}/meta"\n'
        f'[data]\n  dir = "{folder}/data"\n  wal-dir = "{folder}/wal"\n'
        '  index-version = "tsi1"\n  query-log-enabled = false\n'
        f'[http]\n  bind-address = "127.0.0.1:{port}"\n  log-enabled = false\n'
        f"  max-body-size = {longest}\n"
        "[monitor]\n  store-enabled = false\n"
    )
    url = f"http://127.0.0.1:{port}"
    command = [program("influxd-1.8"), "-config", str(settings)]
    with running(command, folder / "log", lambda: healthy(url)):
        yield f"influxdb1+{url}?"


@contextmanager
def influx_2(folder: Path, port: int = 0) -> Iterator[str]:
    """Run InfluxDB 2.9 with an organisation and a token; yield what an address starts with.

    On a folder where it ran before it finds what it had.
    """
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        program("influxd-2.9"),
        f"--bolt-path={folder}/bolt",
        f"--engine-path={folder}/engine",
        f"--sqlite-path={folder}/sqlite",
        f"--http-bind-address=127.0.0.1:{port}",
        "--reporting-disabled",
    ]
    with running(command, folder / "log", lambda: healthy(url)):
        if httpx.get(f"{url}/api/v2/setup", trust_env=False).json()["allowed"]:
            _set_up(url)
        yield f"influxdb+{url}?org={ORG}&"


def _set_up(url: str) -> None:
    httpx.post(
        f"{url}/api/v2/setup",
        json={
            "username": "admin",
            "password": "a-password-for-tests",
            "org": ORG,
            "bucket": "first",
            "token": TOKEN,
        },
        trust_env=False,
    ).raise_for_status()


def new_buckets(start: str, name: str) -> str:
    """Create two fresh buckets or databases; return the address of their store."""
    url = f"{start}raw={name}_raw&derived={name}_derived"
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            prepare_store(url, TOKEN)
        except UnreachableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return url


@contextmanager
def mosquitto(
    folder: Path, port: int, settings: str = "allow_anonymous true\n"
) -> Iterator[subprocess.Popen[bytes]]:
    """Run mosquitto with these settings beside its listener; sessions persist in the folder."""
    file = folder / "mosquitto.conf"
    file.write_text(
        f"listener {port} 127.0.0.1\npersistence true\npersistence_location {folder}/\n"
        # As root mosquitto would become another user, who cannot write here.
        + (f"user {pwd.getpwuid(os.getuid()).pw_name}\n" if os.getuid() == 0 else "")
        + settings
    )
    command = [program("mosquitto"), "-c", str(file)]
    with running(command, folder / "log", lambda: answers(port)) as process:
        yield process


@contextmanager
def postgres() -> Iterator[str]:
    """Run PostgreSQL; yield the address of an empty database."""
    initdb, server = program("initdb"), program("postgres")
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        secret = folder / "secret"
        secret.write_text("a-password-for-tests")
        prefix = _as_somebody(folder)
        subprocess.run(  # noqa: S603
            [*prefix, initdb, "-D", f"{folder}/data", "--username=jieneng", "--encoding=UTF8",
             "--locale=C", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync"],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        command = [
            *prefix, server, "-D", f"{folder}/data", "-h", "127.0.0.1", "-p", str(port),
            "-k", str(folder), "-c", "fsync=off",
        ]  # fmt: skip
        url = f"postgresql://jieneng:a-password-for-tests@127.0.0.1:{port}/postgres"
        with running(command, folder / "log", lambda: _accepts(url), signal.SIGINT):
            yield url
    finally:
        shutil.rmtree(folder)


def _accepts(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def _as_somebody(folder: Path) -> list[str]:
    """Return how to start a program that refuses to run as root."""
    if os.getuid() != 0:
        return []
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    somebody = known.get("postgres") or known["nobody"]
    for path in (folder, *folder.iterdir()):
        os.chown(path, somebody.pw_uid, somebody.pw_gid)
    return [
        "setpriv",
        f"--reuid={somebody.pw_uid}",
        f"--regid={somebody.pw_gid}",
        "--clear-groups",
    ]
