"""Parquet files, batch by batch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from energy.text import Text
from jieneng.imports.sheet import Cell, Sheet, unreadable

BATCH_ROWS = 20_000


class _Count:
    """How many rows were read."""

    rows = 0


@contextmanager
def open_parquet(path: Path) -> Iterator[Sheet]:
    """Open a Parquet file; its rows are counted from 1.

    Every column is read as text: numbers as the shortest decimals that mean them in the width they
    were stored in, so that 123.45 in 32 bits does not become 123.44999695; instants with a Z, and
    times without zone as they stand.

    Raises:
        RegistryError: If it cannot be read.
    """
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise unreadable(path.name, error) from error
    with file:
        count, total = _Count(), file.metadata.num_rows
        yield Sheet(
            file=path.name,
            sheet="",
            heading=tuple(name.strip() for name in file.schema_arrow.names),
            rows=_rows(path.name, file, count),
            told=Text(
                f"Parquet，{total:,} 行，行号从 1 起", f"Parquet, {total:,} rows from row 1 on"
            ),
            done=lambda: count.rows,
            total=total,
        )


def _rows(name: str, file: pq.ParquetFile, count: _Count) -> Iterator[tuple[int, Sequence[Cell]]]:
    try:
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            for cells in zip(*map(_texts, batch.columns), strict=True):
                count.rows += 1
                yield count.rows, cells
    except (OSError, pa.ArrowException) as error:
        raise unreadable(name, error) from error


def _texts(column: pa.Array) -> list[Cell]:
    texts: list[Cell] = pc.cast(column, pa.string()).to_pylist()
    return texts
