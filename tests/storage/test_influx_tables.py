"""Long answers of InfluxDB as tables."""

import subprocess
import sys

import pyarrow as pa

from storage.influx.tables import empty_table
from storage.tables import FLOAT, INTEGER, TEXT

TYPES = {"time": INTEGER, "meter": TEXT, "value": FLOAT}


def test_an_answer_without_rows_has_its_columns() -> None:
    table = empty_table(TYPES)
    assert table.schema == pa.schema(
        [("time", pa.int64()), ("meter", pa.string()), ("value", pa.float64())]
    )
    assert table.to_pydict() == {"time": [], "meter": [], "value": []}


def test_an_answer_without_rows_loads_no_pandas() -> None:
    # A collector asks what the store holds where a late reading would stand: mostly nothing.
    code = (
        "import sys\nfrom storage.influx.tables import empty_table\n"
        f"empty_table({TYPES}).to_pydict()\nprint('pandas' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"  # noqa: S603
