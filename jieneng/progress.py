"""Progress bars on stderr, for long work."""

from types import TracebackType
from typing import Self


class Bar:
    """A progress bar, or nothing where it is not wanted (JSON output, no terminal)."""

    def __init__(self, title: str, *, shown: bool) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not shown,
        )
        self._task = self._bars.add_task(title, total=None)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def show(self, *, done: int, total: int) -> None:
        """Say how far the work is."""
        self._bars.update(self._task, completed=done, total=total or None)

    def name(self, title: str) -> None:
        """Say what is being done now."""
        self._bars.update(self._task, description=title)
