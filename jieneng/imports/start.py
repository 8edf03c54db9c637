"""Starts an import from the command line."""

import gc
import sys
from pathlib import Path

import typer

from energy.text import Text
from jieneng.imports.handing_on import keeper
from jieneng.imports.importing import Importer
from jieneng.imports.wish import Wish
from jieneng.progress import Bar
from jieneng.settings import Settings
from jieneng.state import prepare_state
from storage.records.book import Records

GC_THRESHOLDS = (200_000, 20, 50)
"""When Python looks for circles; chosen: a lot of rows is many small lists without any."""


def start_import(settings: Settings, path: Path, wish: Wish) -> int:
    """Import a file and say what became of it; return the exit code.

    Raises:
        JienengError: If nothing was imported, with the reason.
    """
    language = settings.cli_language

    def tell(text: Text) -> None:
        typer.echo(text.get(language))

    def warn(line: str) -> None:
        typer.echo(line, err=True)

    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    prepare_state(settings.state_dir)
    records = Records.open(settings.records)
    title = Text(f"导入 {path.name}", f"import {path.name}").get(language)
    try:
        with Bar(title, shown=sys.stderr.isatty()) as bar:
            keep = keeper(settings, wish, bar, warn=warn)
            return Importer(records, settings.state_dir, keep, tell, bar).take(path, wish)
    finally:
        records.close()
