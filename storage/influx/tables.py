"""Long answers of InfluxDB as tables: loaded only where somebody reads, for Arrow takes 30 MiB."""

import io
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.csv

from storage.tables import FLOAT, INTEGER, TEXT

_ARROW = {INTEGER: pa.int64(), FLOAT: pa.float64(), TEXT: pa.string()}


def empty_table(types: Mapping[str, str]) -> pa.Table:
    """Return a table without rows; columns as ``read_table`` has them."""
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in types.items()])
    return pa.Table.from_batches([], schema)  # pa.array would load pandas, 50 MiB


def read_table(body: bytes, types: Mapping[str, str]) -> pa.Table:
    """Return the rows of an answer in the CSV form of InfluxDB.

    Args:
        body: The answer.
        types: The columns wanted, each INTEGER, FLOAT or TEXT; what is missing is null.

    Raises:
        ValueError: If it is no CSV, or a value is not of its type.
        KeyError: If it has not these columns.
    """
    return pyarrow.csv.read_csv(
        io.BytesIO(body),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: _ARROW[kind] for name, kind in types.items()},
            include_columns=list(types),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
