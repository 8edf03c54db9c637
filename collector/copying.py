"""What a backup needs of a collector's state folder: a copy, and telling the records again."""

import shutil
from pathlib import Path

from collector.keeping.hold import segments_stay
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.replaying.copies import copies
from collector.replaying.rawlog import RAWLOG_FOLDER


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
    """Copy state file, spool and raw log into an empty folder, while a collector may be running.

    Segments stay where they are meanwhile, so each is in the copy once: in the raw log, or in the
    spool if shipping stands in it or before it. A torn tail of the copy is cut when it is opened.
    """
    if not (state_dir / STATE_FILE).exists():
        return
    spool, rawlog = state_dir / SPOOL_FOLDER, state_dir / RAWLOG_FOLDER
    for part in (spool, rawlog):
        part.mkdir(exist_ok=True)
        (folder / part.name).mkdir()
    with segments_stay(spool):
        state = State(state_dir / STATE_FILE)
        try:
            state.copy_to(folder / STATE_FILE)
        finally:
            state.close()
        for path in [*sorted(spool.glob("*.spool")), *copies(rawlog).values()]:
            shutil.copy2(path, folder / path.parent.name / path.name)
