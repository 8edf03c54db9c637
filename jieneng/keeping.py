"""Backup and restore of the embedded stores and the state folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from energy.errors import StoreError
from energy.text import Text
from jieneng.settings import Settings
from jieneng.state import FORMAT_FILE, prepare_state
from storage.records import registry as registry_records

if TYPE_CHECKING:
    from jieneng.wiring import House

PARTS = ("records", "collector", "readings")
NAMES = {"records": "records.sqlite", "readings": "readings.duckdb"}
"""What the embedded stores are called in a state folder, however they were called before."""
CALLED = {
    "records": Text("记录      ", "records     "),
    "collector": Text("采集      ", "collector   "),
    "readings": Text("读数      ", "readings    "),
}
"""What people call the parts, as wide in both languages as a column needs."""


def back_up(house: "House", folder: Path) -> Iterator[Text]:
    """Copy everything into an empty folder; yield a line a part.

    Records first, then the collector's spool, then the readings: what moves on from one to the next
    while the copy runs is then in both copies, which is harmless, and never in neither. What the
    collector tells the records meanwhile moves the other way; bring_back has it told again.

    Raises:
        StoreError: If the folder is not empty, nothing was ever set up here, or a store is on
            a server.
    """
    _check_is_set_up(house)
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(
            Text(
                f"{folder} 不是空的；备份需要一个单独的文件夹。",
                f"{folder} is not empty; a backup needs a folder of its own.",
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        (folder / part).mkdir()
    from collector.copying import copy_state

    house.records.copy_to(str(folder / "records"))
    yield _line("records", folder)
    copy_state(house.settings.state_dir, folder / "collector")
    yield _line("collector", folder)
    house.store.copy_to(str(folder / "readings"))
    yield _line("readings", folder)
    shutil.copy2(house.settings.state_dir / FORMAT_FILE, folder / FORMAT_FILE)
    yield Text(f"{folder}   已完成", f"{folder}   complete")


def _check_is_set_up(house: "House") -> None:
    """Refuse a state folder of a misspelt name, of which an empty copy would look complete."""
    from collector.keeping.state import STATE_FILE

    with house.records.reading() as session:
        number = registry_records.number(session)
    state = house.settings.state_dir
    if not number and not (state / STATE_FILE).exists():
        raise StoreError(
            Text(
                f"{state} 中没有登记表，也没有采集状态，没有可备份的内容；请核对 --state FOLDER。",
                f"{state} holds no registry and no state of a collector, so there is nothing to "
                "back up; is --state FOLDER right?",
            )
        )


def bring_back(settings: Settings, folder: Path) -> Iterator[Text]:
    """Bring a backup into the state folder of the settings; yield a line a part.

    Every meter is marked as touched, so that the next round computes each derived figure anew
    from the readings, whatever the moment of the copy. Dead letters that the collector had told to
    the records after these were copied are told again.

    Raises:
        StoreError: If the folder is no backup, or the state folder already holds something.
    """
    if not (folder / FORMAT_FILE).exists() or not all((folder / part).is_dir() for part in PARTS):
        raise StoreError(
            Text(
                f"{folder} 不是 jieneng 的完整备份。",
                f"{folder} is not a complete backup of jieneng.",
            )
        )
    state = settings.state_dir
    if state.exists() and any(state.iterdir()):
        raise StoreError(
            Text(
                f"{state} 不是空的；请恢复到新的文件夹：--state FOLDER。",
                f"{state} is not empty; restore into a new folder: --state FOLDER.",
            )
        )
    if settings.store_url or settings.records_url:
        raise StoreError(
            Text(
                "restore 恢复的是状态文件夹里的内嵌存储；"
                "请不要设置 JIENENG_STORE_URL 和 JIENENG_RECORDS_URL。",
                "restore fills the embedded stores of a state folder; leave JIENENG_STORE_URL and "
                "JIENENG_RECORDS_URL unset for it.",
            )
        )
    state.mkdir(parents=True, exist_ok=True)
    shutil.copy2(folder / FORMAT_FILE, state / FORMAT_FILE)
    prepare_state(state)
    for part in PARTS:
        for path in sorted((folder / part).iterdir()):
            if path.is_dir():
                shutil.copytree(path, state / path.name)
            else:
                shutil.copy2(path, state / NAMES.get(part, path.name))
        yield _line(part, folder)
    yield _tell_anew(settings)


def _tell_anew(settings: Settings) -> Text:
    from collector.copying import tell_letters_again
    from jieneng.counting import counted
    from jieneng.wiring import open_house
    from storage.records import dead_letters, registry, touched

    house = open_house(settings)
    try:
        with house.records.session() as session:
            meters = registry.load(session).meter
            touched.publish(session, dict.fromkeys(meters, 0))
            told = dead_letters.last_number(session)
        tell_letters_again(settings.state_dir, after=told)
    finally:
        house.close()
    state, count = settings.state_dir, len(meters)
    return Text(
        f"{state}   已恢复；下一轮会重新计算 {count} 个计量点",
        f"{state}   restored; the next round computes {counted(count, 'meter')} anew",
    )


def _line(part: str, folder: Path) -> Text:
    size = _size(folder / part)
    return CALLED[part] + Text(size, size)


def _size(folder: Path) -> str:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return f"{size / 1_000_000:.1f} MB"
