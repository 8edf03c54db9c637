"""Parquet files that grow meter by meter: all at once would fill the memory."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


class GrowingFile:
    """A Parquet file to which tables of one form are added; it appears whole or not at all.

    Args:
        path: Where it appears when it is done.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = path.with_suffix(".part")
        self._file: pq.ParquetWriter | None = None

    def add(self, table: pa.Table) -> None:
        """Add the rows of a table."""
        if self._file is None:
            self._file = _opened(self._unfinished, table.schema)
        self._file.write_table(table)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            if error is None:
                self._unfinished.replace(self._path)
            else:
                self._unfinished.unlink()


def _opened(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    plain = [entry for entry in schema if not pa.types.is_dictionary(entry.type)]
    whole = [
        entry.name
        for entry in plain
        if pa.types.is_int64(entry.type)
        or pa.types.is_timestamp(entry.type)
        or pa.types.is_decimal(entry.type)
    ]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=[entry.name for entry in schema if pa.types.is_dictionary(entry.type)],
        column_encoding=dict.fromkeys(whole, "DELTA_BINARY_PACKED"),
        store_decimal_as_integer=True,
    )


def arrow_of(array: np.ndarray) -> pa.Array:
    """Return an array as Arrow, by way of its bytes: pyarrow's own way imports pandas."""
    if array.dtype == bool:
        packed = np.packbits(array, bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), len(array), [None, pa.py_buffer(packed)])
    kind = pa.int32() if array.dtype == np.int32 else pa.int64()
    return pa.Array.from_buffers(
        kind, len(array), [None, pa.py_buffer(np.ascontiguousarray(array))]
    )


def decimals_of(whole: np.ndarray, places: int) -> pa.Array:
    """Return whole numbers of units of the last of so many decimal places, as decimals.

    Args:
        whole: Shape (n,), int64, each with at most 18 digits.
        places: How many places.
    """
    wide = np.empty((len(whole), 2), np.int64)
    wide[:, 0] = whole
    wide[:, 1] = whole >> 63
    kind = pa.decimal128(18, places)
    return pa.Array.from_buffers(kind, len(whole), [None, pa.py_buffer(wide)])


def instants_of(times: np.ndarray) -> pa.Array:
    """Return times [ms since 1970 UTC] as instants."""
    return arrow_of(times).cast(pa.timestamp("ms", "UTC"))


def texts_of(texts: Sequence[str]) -> pa.Array:
    """Return texts as Arrow."""
    data = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, data)]).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(data))]
    return pa.Array.from_buffers(pa.string(), len(data), buffers)


def table_of(meter: str, columns: Mapping[str, np.ndarray | pa.Array]) -> pa.Table:
    """Return the columns of one meter as a table, its name on each row."""
    index = np.zeros(len(next(iter(columns.values()))), dtype=np.int32)
    name = pa.DictionaryArray.from_arrays(arrow_of(index), texts_of([meter]))
    arrays = [
        arrow_of(column) if isinstance(column, np.ndarray) else column
        for column in columns.values()
    ]
    return pa.Table.from_arrays([name, *arrays], names=["meter", *columns])
