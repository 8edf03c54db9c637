"""Open the store of readings that an address names: one file of storage/engines is one engine."""

import storage.engines
from energy.errors import ConfigError
from energy.offers import files, offer, offers
from energy.text import Text
from storage.engine import Engine
from storage.readings import ReadingStore


def engine_for(url: str) -> Engine:
    """Return the engine that an address names.

    Raises:
        ConfigError: If no engine knows the scheme; the text lists those that are known.
    """
    scheme = url.partition(":")[0].lower()
    # The file that bears the scheme's name first: the others load slowly and take 100 MiB.
    names = sorted(files(storage.engines), key=lambda name: not scheme.startswith(name))
    for name in names:
        engine = offer(storage.engines, name, "ENGINE", Engine)
        if scheme in engine.schemes:
            return engine
    engines = offers(storage.engines, "ENGINE", Engine)
    known = ", ".join(f"{name}:" for engine in engines.values() for name in engine.schemes)
    # The address may hold a password, so only its scheme is repeated.
    problem = Text(
        f"没有哪种读数库的地址以 {scheme!r} 开头。已知：{known}。请设置 JIENENG_STORE_URL，"
        "例如 duckdb:data/readings.duckdb。",
        f"No store of readings is known for an address that starts with {scheme!r}. "
        f"Known: {known}. Set JIENENG_STORE_URL, for example to duckdb:data/readings.duckdb.",
    )
    raise ConfigError(problem)


def open_store(url: str, token: str = "") -> ReadingStore:
    """Open the store of readings at an address.

    Args:
        url: ``memory:``, ``duckdb:PATH[?memory=256MB&threads=2]``,
            ``influxdb+http://host:8086?org=…&raw=readings&derived=boards`` (2.x) or
            ``influxdb1+http://user:password@host:8086?raw=…&derived=…`` (1.8).
        token: What InfluxDB 2.x asks for; others pass it over.

    Raises:
        ConfigError: If the address names no engine, or its engine cannot read it.
        UnreachableError: If nobody answers there, or another process holds the file.
        StoreError: If the file cannot be made or read.
        FormatTooNewError: If a newer program wrote the file.
    """
    return engine_for(url).open(url, token)


def prepare_store(url: str, token: str = "") -> None:
    """Create the files, databases or buckets a store needs, where they are missing.

    Raises:
        ConfigError: If the address names no engine, or its engine cannot read it.
        UnreachableError: If nobody answers there, or it refuses the token.
        StoreError: If the token may not create buckets; the text says what to create.
    """
    engine_for(url).prepare(url, token)
