"""A simulated history as files: for a bulk import, or for any other system to be tried on.

``readings.parquet`` or ``readings.csv``  meter, time, value: what the meters show
``truth/``                                what they truly counted; see truth_files.py
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa
from pyarrow import csv

from energy.errors import ConfigError
from energy.meter import Meter, MeterEvent
from energy.reading import GAUGE
from energy.text import Text
from simulators.faults import afflict
from simulators.meters.happenings import NO_TIME, Happenings, Told
from simulators.plan import Plan
from simulators.speech.numbers_said import decimal_places
from simulators.trees.ground_truth import CENTI, District
from simulators.truth.parquet import GrowingFile, decimals_of, instants_of, table_of
from simulators.truth.truth_files import TruthFiles

PARQUET, CSV = "parquet", "csv"
FORMS = (PARQUET, CSV)
TRUTH = "truth"
_GAUGE_PLACES = len(str(CENTI)) - 1


class Written(NamedTuple):
    """How far the writing is.

    Attributes:
        meters: Meters written so far.
        readings: Readings written so far.
        events: Entries of the meters' life that somebody would have written down.
        sha256: Hash of every integer so far; the same seed gives the same.
    """

    meters: int
    readings: int
    events: tuple[MeterEvent, ...]
    sha256: str = ""


class _Rows(Protocol):
    def add(self, table: pa.Table) -> None:
        """Add the rows of a table."""


def write_files(
    parts: Iterable[District],
    plan: Plan,
    folder: Path,
    *,
    form: str,
    places: int,
    progress: Callable[[Written], None] = lambda _: None,
) -> Written:
    """Write the readings of a district and its truth.

    Of a reading that is said twice the file has what stands in the end; what can only be said in
    a message, such as bytes that cannot be read or readings without a time, is in no file.

    Args:
        parts: The district, part by part.
        plan: Its history.
        folder: Where the files go; made if it is not there.
        form: One of FORMS.
        places: Decimal places of the values; see places_of.
        progress: Called after each part.

    Returns:
        All that was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = Written(0, 0, ())
    with ExitStack() as files:
        rows = files.enter_context(_open(folder, form))
        truth = files.enter_context(TruthFiles(folder / TRUTH, plan))
        for district in parts:
            happenings = afflict(district)
            truth.add(district, happenings)
            for told in happenings.told.values():
                rows.add(_shown(told, places))
            done = _more(done, happenings)._replace(sha256=truth.sha256)
            progress(done)
    return done


def places_of(meters: Iterable[Meter]) -> int:
    """Return how many decimal places the values of all meters need."""
    return max(map(_places, meters), default=_GAUGE_PLACES)


def _places(meter: Meter) -> int:
    return _GAUGE_PLACES if meter.table == GAUGE else decimal_places(meter.step)


def _shown(told: Told, places: int) -> pa.Table:
    said = told.published & (told.said_time != NO_TIME)
    own = _places(told.meter)
    finer = 10 ** (places - own)
    step = 1 if told.meter.table == GAUGE else int(told.meter.step * 10**own)
    columns = {
        "time": instants_of(told.said_time[said]),
        "value": decimals_of(told.shown[said].astype(np.int64) * step * finer, places),
    }
    return table_of(told.meter.meter, columns)


def _more(done: Written, happenings: Happenings) -> Written:
    told = happenings.told.values()
    readings = sum(
        int(np.count_nonzero(one.published & (one.said_time != NO_TIME))) for one in told
    )
    return Written(
        done.meters + len(told), done.readings + readings, (*done.events, *happenings.events)
    )


def _open(folder: Path, form: str) -> AbstractContextManager[_Rows]:
    if form == PARQUET:
        return GrowingFile(folder / "readings.parquet")
    if form == CSV:
        return _CsvFile(folder / "readings.csv")
    raise ConfigError(
        Text(
            f"{form!r} 不是文件形式；可以是 {'、'.join(FORMS)}。",
            f"{form!r} is no form of files; it may be {', '.join(FORMS)}.",
        )
    )


class _CsvFile(AbstractContextManager["_CsvFile"]):
    """A CSV file that appears whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = path.with_suffix(".part")
        self._stack = ExitStack()
        self._file: csv.CSVWriter | None = None

    def add(self, table: pa.Table) -> None:
        """Add the rows of a table."""
        named = table.set_column(0, "meter", table["meter"].cast(pa.string()))
        if self._file is None:
            options = csv.WriteOptions(quoting_style="needed")
            writer = csv.CSVWriter(self._unfinished, named.schema, write_options=options)
            self._file = self._stack.enter_context(writer)
        self._file.write_table(named)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._stack.close()
        if self._file is not None and error is None:
            self._unfinished.replace(self._path)
        else:
            self._unfinished.unlink(missing_ok=True)
