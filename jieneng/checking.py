"""What ``jieneng check`` tries, part by part."""

import socket
from collections.abc import Iterator
from pathlib import Path

from energy.errors import JienengError
from jieneng.desk import Desk

Check = tuple[str, str, bool]
"""(part, sentence, is it well?)"""

ANSWER_SECONDS = 5


def checks(desk: Desk, registry: Path | None) -> Iterator[Check]:
    """Try each part; a part that is wrong says what to do."""
    yield _files(registry)
    yield _broker(desk)
    yield from _stores(desk)


def _files(registry: Path | None) -> Check:
    if registry is None:
        return ("files", "no registry folder given; try one with --registry FOLDER", True)
    import formats
    from energy.message import Format
    from energy.offers import offers
    from storage.registry_files import read_registry

    try:
        found = read_registry(registry, formats=offers(formats, "FORMAT", Format))
    except JienengError as error:
        return ("files", str(error), False)
    return ("files", f"{registry}: {len(found.meters)} meters, no mistakes", True)


def _broker(desk: Desk) -> Check:
    from collector.address import address_of

    if desk.house is not None and desk.house.collector is not None:
        is_well = desk.house.collector.is_subscribed
        sentence = "the collector of the running process " + (
            "is subscribed" if is_well else "is not subscribed; its log says why"
        )
        return ("broker", sentence, is_well)
    try:
        address = address_of(desk.settings.broker_url)
    except JienengError as error:
        return ("broker", str(error), False)
    try:
        with socket.create_connection((address.host, address.port), timeout=ANSWER_SECONDS):
            return ("broker", f"{address} answers", True)
    except OSError as error:
        problem = error.strerror or str(error)
        return ("broker", f"{address}: {problem}; set JIENENG_BROKER_URL or start it", False)


def _stores(desk: Desk) -> Iterator[Check]:
    from storage.records import registry as registry_records

    try:
        counts = desk.stores.store.counts()
        yield ("readings", ", ".join(f"{n} {table}" for table, n in counts.items()), True)
        with desk.stores.records.reading() as session:
            registry = registry_records.load(session)
    except JienengError as error:
        yield ("stores", str(error), False)
        return
    if not registry.meters:
        yield ("registry", "empty; import one: jieneng import registry FOLDER", False)
        return
    yield ("registry", f"number {registry.number}, {len(registry.meters)} meters", True)
    yield from _finer(desk)


def _finer(desk: Desk) -> Iterator[Check]:
    """A meter that sends finer values than its step loses them: a mistake of the registry."""
    from jieneng.report import status_of

    finer = status_of(desk.stores)["finer"]
    for meter, count in sorted(finer.items()):
        sentence = (
            f"{meter} sent {count} values finer than its step; what is finer is lost. Register it "
            "anew with a finer step, under a new meter name"
        )
        yield ("step", sentence, False)
