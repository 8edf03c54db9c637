"""Reads files that people give into the records: registry, reference data, readings, weather."""

from collections.abc import Collection, Sequence
from pathlib import Path

import formats
from energy.errors import Mistake, RegistryError
from energy.factor_choice import OWN_SET
from energy.messages.message import Format
from energy.offers import offers
from energy.reference import Reference
from energy.regions import COUNTRY
from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from jieneng.clock import now_ms
from jieneng.registry.closed_events import see_open
from jieneng.registry.meter_life import see_following
from jieneng.shipped import shipped_items
from storage.readings import ReadingStore
from storage.records import adopted, entered, reference_sources
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.session import Session
from storage.reference.files import WHAT, read_reference
from storage.registry.adding import EVENTS, METERS
from storage.registry.files import read_registry
from storage.registry.judging import judge


def author() -> str:
    """Return who stands at the keyboard, for the audit."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def take_registry(
    records: Records,
    folder: Path,
    *,
    heard: Collection[str],
    reason: str,
    drop_adopted: bool = False,
    restating: bool = False,
    store: ReadingStore | None = None,
) -> Text:
    """Import a folder of registry files; return one line that says what it holds.

    Args:
        records: Where to.
        folder: The files.
        heard: Meters that have readings in the store.
        reason: Why, for the audit.
        drop_adopted: Whether channels may go that were adopted and never stood in files.
        restating: Whether what closed periods rest on may change, events and meters; these are
            then to be restated.
        store: What closing readings are held against; None leaves that unchecked.

    Raises:
        RegistryError: All mistakes of the files at once; nothing is imported then.
    """
    registry = read_files(folder)
    with records.session() as session:
        reference = reference_records.load(session)
        before = registry_records.load_to_change(session)
        judge(registry, folder, before, reference, heard=heard)
        if not drop_adopted:
            see_adopted(session, registry)
        if not restating:
            see_open(session, before, registry, heard=heard, store=store)
        if store is not None:
            see_following(store, before, registry)
        number = registry_records.replace(session, registry, author=author(), reason=reason)
        adopted.clear(session)
        entered.clear(session)
    return Text(
        f"第 {number} 版：{len(registry.institutions)} 个机构，{len(registry.buildings)} 座建筑，"
        f"{len(registry.meters)} 个计量点，{len(registry.events)} 个事件",
        f"number {number}: {len(registry.institutions)} institutions, "
        f"{len(registry.buildings)} buildings, {len(registry.meters)} meters, "
        f"{len(registry.events)} events",
    )


def try_registry(
    records: Records, registry: Registry, folder: Path, *, heard: Collection[str]
) -> None:
    """Judge a registry as take_registry does; import nothing.

    Where the records hold no reference data yet, what ``jieneng setup`` would import counts.

    Args:
        records: What it is compared with.
        registry: What the files hold.
        folder: The files; the mistakes name their rows.
        heard: Meters that have readings in the store.

    Raises:
        RegistryError: All mistakes of the files at once.
    """
    from jieneng.shipped import shipped

    with records.reading() as session:
        before = registry_records.load(session)
        see_adopted(session, registry)
        is_empty = not reference_records.number(session)
        reference = reference_records.load(session)
    if is_empty:
        reference = read_reference(shipped("reference"))
    judge(registry, folder, before, reference, heard=heard)


def see_adopted(session: Session, registry: Registry) -> None:
    """See that files know what was adopted or entered without files: an import would let go of it.

    Raises:
        RegistryError: If not.
    """
    mistakes = [
        Mistake(METERS, 0, "", _only_adopted(device, channel))
        for device, channel in adopted.missing(session, registry)
    ]
    mistakes += [
        Mistake(EVENTS, 0, "", _only_entered(meter, time))
        for meter, time in entered.missing(session, registry)
    ]
    if mistakes:
        raise RegistryError(mistakes)


def _only_entered(meter: str, time: int) -> Text:
    at = from_ms(time).isoformat()
    return Text(
        f"{meter} 在 {at} 的事件是用 jieneng meters 登记的，这些文件里没有。"
        "请先导出：jieneng export registry FOLDER；确要删除则加 --drop-adopted。",
        f"the event of {meter} at {at} was entered with jieneng meters, and these files do not "
        "have it. Export first: jieneng export registry FOLDER; to let it go, add --drop-adopted.",
    )


def _only_adopted(device: str, channel: str) -> Text:
    return Text(
        f"{device} 的通道 {channel!r} 是在控制台或用 jieneng adopt 登记的，这些文件里没有。"
        "请先导出：jieneng export registry FOLDER；确要删除则加 --drop-adopted。",
        f"channel {channel!r} of {device} was adopted in the console or with jieneng adopt, and "
        "these files do not have it. Export first: jieneng export registry FOLDER; to let it go, "
        "add --drop-adopted.",
    )


def read_files(folder: Path) -> Registry:
    """Read a folder of registry files with all that can be judged of them alone.

    Raises:
        RegistryError: All mistakes of the files at once.
    """
    known = offers(formats, "FORMAT", Format)
    return read_registry(folder, known, now_ms=now_ms(), items=shipped_items())


def held_reference(records: Records) -> Text | None:
    """Return one line about the reference data in force, which stays; None if there is none."""
    with records.reading() as session:
        if not reference_records.number(session):
            return None
        held = _contents(reference_records.load(session))
    stays = Text(
        "；保持不变，用 jieneng import reference FOLDER 替换",
        "; stays as it is, replace it with: jieneng import reference FOLDER",
    )
    return held + stays


def take_reference(
    records: Records, folder: Path, *, anyway: bool = False, restating: bool = False
) -> Text:
    """Import a folder of reference data; return one line that says what it holds.

    Args:
        records: Where to.
        folder: The files.
        anyway: Whether factors may be far from the shipped ones, and tariffs and calendars that
            the registry in force names may be missing.
        restating: Whether what closed periods were computed by may change; these are then to be
            restated.

    Raises:
        RegistryError: All mistakes of the files at once; nothing is imported then.
    """
    reference = read_reference(folder)
    with records.session() as session:
        _see_reference(session, reference, anyway=anyway, restating=restating)
        lost = reference_sources.losing(session, reference.sources)
        reference_records.replace(session, reference, author=author(), reason="reference data")
        idle = _own_of_nobody(reference, registry_records.load(session))
    said = _contents(reference) + (_no_longer_confirmed(lost) if lost else Text("", ""))
    return said + (_of_nobody(idle) if idle else Text("", ""))


def _own_of_nobody(reference: Reference, registry: Registry) -> list[str]:
    """Return the own factors whose region is no institution, no division and no region."""
    places = {*registry.institution, *reference.regions, *reference.regions.values(), COUNTRY}
    return [
        row.id
        for row in reference.factors.get(OWN_SET, ())
        if registry.institutions and row.region not in places and not row.region.isdigit()
    ]


def _of_nobody(ids: Sequence[str]) -> Text:
    names = ", ".join(ids)
    return Text(
        f"；自有排放因子的 region 不是机构也不是地区，没有报表会采用：{names}",
        f"; own factors whose region is no institution and no region, so that no report takes "
        f"them: {names}",
    )


def _see_reference(
    session: Session, reference: Reference, *, anyway: bool, restating: bool
) -> None:
    from jieneng.registry.closed_reference import reference_otherwise
    from jieneng.registry.reference_checks import implausible, unheld
    from jieneng.shipped import shipped

    mistakes: list[Mistake] = []
    if not anyway:
        ours, held = read_reference(shipped("reference")), reference_sources.load(session)
        mistakes += implausible(reference, ours, held)
        mistakes += unheld(reference, registry_records.load(session))
    if not restating:
        mistakes += reference_otherwise(session, reference)
    if mistakes:
        raise RegistryError(mistakes, WHAT)


def _no_longer_confirmed(ids: Sequence[str]) -> Text:
    names = ", ".join(ids)
    return Text(
        f"；{len(ids)} 行内容有改动，原确认失效：{names}",
        f"; {len(ids)} rows changed and are no longer confirmed: {names}",
    )


def _contents(reference: Reference) -> Text:
    return Text(
        f"{len(reference.tariffs)} 个价格表，{len(reference.factors)} 套系数，"
        f"{len(reference.calendars)} 个日历",
        f"{len(reference.tariffs)} tariffs, {len(reference.factors)} factor sets, "
        f"{len(reference.calendars)} calendars",
    )
