"""What a backup needs of a collector's state folder: a copy, and telling the records again."""

import shutil
from pathlib import Path

from collector.state import SPOOL_FOLDER, STATE_FILE, State


def tell_letters_again(state_dir: Path, *, after: int) -> None:
    """Let the collector of a folder tell the records its dead letters beyond a number again."""
    path = state_dir / STATE_FILE
    if not path.exists():
        return
    state = State(path)
    try:
        state.letters_unpublished(after=after)
    finally:
        state.close()


def copy_state(state_dir: Path, folder: Path) -> None:
    """Copy state file and spool into an empty folder, while a collector may be running.

    Where the segment that shipping stands in was shipped and deleted between the two copies, both
    are taken again. A torn tail of the copy is cut when it is opened.
    """
    source = state_dir / STATE_FILE
    if not source.exists():
        return
    state = State(source)
    try:
        while not _copied(state, state_dir / SPOOL_FOLDER, folder):
            pass
    finally:
        state.close()


def _copied(state: State, spool: Path, folder: Path) -> bool:
    target = folder / SPOOL_FOLDER
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    state.copy_to(folder / STATE_FILE)
    standing = state.shipped().position.segment
    try:
        for path in sorted(spool.glob("*.spool")):
            shutil.copy2(path, target / path.name)
    except FileNotFoundError:
        return False
    numbers = [int(path.stem) for path in target.glob("*.spool") if path.stem.isdigit()]
    return not numbers or min(numbers) <= max(standing, 1)
