"""Who may say what at the broker: mosquitto's access list and password file, from the registry.

One account a gateway, or a device that speaks itself; each may write its own topics and nothing
else. The collector may read what the formats subscribe to, and write nothing.
"""

import base64
import csv
import hashlib
import io
import os
import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from collector.receiving import broker_word
from energy.errors import ConfigError
from energy.messages.message import Format, Said
from energy.messages.topic_filter import has_wildcard
from energy.meter import Device
from energy.registry import Registry
from energy.text import Text
from formats._mapping_encode import topics_of

COLLECTOR = "collector"
SIMULATOR = "simulator"
RESERVED = (COLLECTOR, SIMULATOR)

ROUNDS = 101
"""mosquitto's own default. The passwords are random, so nobody guesses them however fast a guess
is, and a thousand gateways that come back at once must not hold up a broker of one thread."""
SALT_BYTES = 12
"""mosquitto 2.0 reads no other length."""
PASSWORD_BYTES = 24

ACCOUNTS_FILE = "accounts.csv"
PASSWORDS_FILE = "passwords"
ACL_FILE = "acl"


def writers_of(registry: Registry, formats: Mapping[str, Format]) -> dict[str, tuple[str, ...]]:
    """Return each account of a meter with the topics it may write over the broker.

    Args:
        registry: The registry in force.
        formats: Payload formats by name; they know the topic of a device. A device of another
            format speaks by a mapping of the registry.

    Raises:
        ConfigError: If a name cannot be an account, or would widen a topic.
    """
    topics: dict[str, set[str]] = {}
    for device in registry.devices:
        form = formats.get(device.format)
        if form and not form.filters and not device.topic:
            continue  # it does not speak over the broker
        account = device.gateway or device.device
        if device.topic:
            _check(account, device.topic)
            topics.setdefault(account, set()).add(device.topic)
        elif form and form.speaker_of:
            account, written = form.speaker_of(device.device)
            for topic in written:
                _check(account, topic)
            topics.setdefault(account, set()).update(written)
        elif form:
            topic = form.encode(account, [Said(device.device, "any", 0, Decimal(0))])[0]
            _check(account, topic)
            topics.setdefault(account, set()).add(topic)
        else:
            _check(account, device.device)
            topics.setdefault(account, set()).update(_mapped_topics(registry, device))
    return {account: tuple(sorted(topics[account])) for account in sorted(topics)}


def _mapped_topics(registry: Registry, device: Device) -> tuple[str, ...]:
    """Return what a device of a mapping may write; wildcards beside its name or its gateway's stay.

    Raises:
        ConfigError: If the topics of its mapping name neither, so that it could speak for others.
    """
    rows = [row for row in registry.mappings if row.mapping == device.format]
    topics = topics_of(rows, device=device.device, gateway=device.gateway)
    patterns = {row.topic for row in rows}
    if not topics or any(has_wildcard(topic) and topic in patterns for topic in topics):
        raise ConfigError(
            Text(
                f"从映射 {device.format} 看不出 {device.device} 发布到哪个主题；"
                "请在 devices.csv 的 topic 中填写。",
                f"The mapping {device.format} does not tell on which topic {device.device} "
                "publishes. Write it as the topic in devices.csv.",
            )
        )
    return topics


def _check(account: str, topic: str) -> None:
    if account in RESERVED:
        raise ConfigError(
            Text(
                f"采集设备或网关不能叫 {account!r}：平台自己用这个名称。",
                f"A device or gateway must not be called {account!r}: the platform itself does.",
            )
        )
    if ":" in account or account != account.strip() or not account.isprintable():
        raise ConfigError(
            Text(
                f"{account!r} 不能作为消息代理的账号：不含冒号、换行，首尾没有空格才可以。"
                "请在 devices.csv 中改名。",
                f"{account!r} cannot be an account of the broker: without colon, line break or "
                "space at its ends it can. Change the name in devices.csv.",
            )
        )
    if any(wild in topic for wild in "+#") or not topic.isprintable():
        raise ConfigError(
            Text(
                f"{account!r} 会写入 {topic!r}，而它代表许多主题。"
                "请在 devices.csv 中修改名称或主题。",
                f"{account!r} would write to {topic!r}, which stands for many topics. Change the "
                "name or the topic in devices.csv.",
            )
        )


def access_list(
    writers: Mapping[str, Sequence[str]], *, filters: Sequence[str], simulates: bool = False
) -> str:
    """Return the text of mosquitto's access list.

    Args:
        writers: Account to the topics it may write.
        filters: What the collector may read of meters; the broker's own figures come on top.
        simulates: Whether an account for simulated meters may write all of these topics.
    """
    read = (*filters, *broker_word.TOPICS)
    lines = [f"user {COLLECTOR}", *(f"topic read {pattern}" for pattern in read)]
    if simulates:
        everything = sorted({topic for topics in writers.values() for topic in topics})
        lines += ["", f"user {SIMULATOR}", *(f"topic write {topic}" for topic in everything)]
    for account, topics in writers.items():
        lines += ["", f"user {account}", *(f"topic write {topic}" for topic in topics)]
    return "\n".join([*lines, ""])


def hashed(password: str, salt: bytes) -> str:
    """Return a password as mosquitto keeps it: PBKDF2 with SHA-512, its form ``$7$``."""
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS)
    parts = (base64.b64encode(part).decode() for part in (salt, key))
    return "$7$" + "$".join([str(ROUNDS), *parts])


def write_access(
    folder: Path,
    *,
    writers: Mapping[str, Sequence[str]],
    filters: Sequence[str],
    own: Mapping[str, str],
) -> int:
    """Write access list, password file and the accounts to hand out; return how many are new.

    An account keeps its password as long as it stays in ``accounts.csv``; one that left the
    registry loses its access. All three files are readable by their owner alone.

    Args:
        folder: Where to write; made if it is not there.
        writers: Account to the topics it may write.
        filters: What the collector may read of meters; the broker's own figures come on top.
        own: Password of COLLECTOR and, where there are simulated meters, of SIMULATOR.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = _known(folder / ACCOUNTS_FILE)
    passwords = {
        account: known.get(account) or secrets.token_urlsafe(PASSWORD_BYTES) for account in writers
    }
    _write(folder / ACCOUNTS_FILE, _accounts_text(passwords, writers))
    lines = [
        f"{account}:{hashed(password, secrets.token_bytes(SALT_BYTES))}"
        for account, password in {**own, **passwords}.items()
    ]
    _write(folder / PASSWORDS_FILE, "\n".join([*lines, ""]))
    acl = access_list(writers, filters=filters, simulates=SIMULATOR in own)
    _write(folder / ACL_FILE, acl)
    return len(writers.keys() - known.keys())


def _known(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["account"]: row["password"] for row in csv.DictReader(stream)}


def _accounts_text(passwords: Mapping[str, str], writers: Mapping[str, Sequence[str]]) -> str:
    stream = io.StringIO(newline="")
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["account", "password", "topics"])
    table.writerows(
        [account, password, " ".join(writers[account])] for account, password in passwords.items()
    )
    return stream.getvalue()


def _write(path: Path, text: str) -> None:
    """Replace a file in one step; nobody but its owner may read it at any moment."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)
