"""Where a row of reference data comes from, and who has confirmed it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from energy.text import Text

VERIFIED = "verified"
CONFIDENCES = (VERIFIED, "secondary", "general", "example")
_CONFIDENCE_ZH = {
    VERIFIED: "已核实",
    "secondary": "间接来源",
    "general": "一般知识",
    "example": "示例",
}


def confidence_text(word: str) -> Text:
    """Return how sure a row is, as people say it; a word that is not known stays as it is."""
    return Text(_CONFIDENCE_ZH.get(word, word), word)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What is known about one row of a reference file.

    Attributes:
        id: Its name, the only one in all files.
        file: The file it stands in.
        subject: The set, calendar or kind it is for.
        region: Division code or grid region; "" for the whole country.
        valid_from: First date of use.
        valid_to: First date it is no longer used; date.max when open.
        content: All its cells but those of the confirmation, as text.
        source: The text it comes from.
        source_date: When that was published: a year, a month or a day; "" where it is not known.
        confidence: verified, secondary, general or example.
        confirmed_by: Who compared it with its source; "" for nobody.
        confirmed_at: On which day; "" for none.
    """

    id: str
    file: str
    subject: str
    region: str
    valid_from: date
    valid_to: date
    content: str
    source: str
    source_date: str
    confidence: str
    confirmed_by: str = ""
    confirmed_at: str = ""

    @property
    def is_unconfirmed(self) -> bool:
        """Tell whether a report that uses the row has to say so."""
        return self.confidence != VERIFIED and not self.confirmed_by


def leans_on(sources: Mapping[str, SourceRow], used: Iterable[str]) -> tuple[SourceRow, ...]:
    """Return the unconfirmed rows among those a report used, each once, by id: its banner.

    Args:
        sources: All rows by id.
        used: The ids of the rows that figures of the report came from. An id that is not among
            the rows comes back as a row without a source, for nobody can confirm it.
    """
    rows = [sources.get(row_id) or _unknown(row_id) for row_id in sorted(set(used))]
    return tuple(row for row in rows if row.is_unconfirmed)


def _unknown(row_id: str) -> SourceRow:
    return SourceRow(row_id, "", "", "", date.min, date.max, "", "", "", "general")
