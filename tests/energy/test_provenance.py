from dataclasses import replace
from datetime import date

from energy.provenance import SourceRow, leans_on

GENERAL = SourceRow(
    "a", "coefficients.csv", "own gas", "", date(2020, 1, 1), date.max, "value=1", "hearsay", "",
    "general",
)  # fmt: skip
VERIFIED = replace(GENERAL, id="b", confidence="verified")
CONFIRMED = replace(GENERAL, id="c", confirmed_by="Li Na", confirmed_at="2026-11-26")
UNUSED = replace(GENERAL, id="d")
SOURCES = {row.id: row for row in (GENERAL, VERIFIED, CONFIRMED, UNUSED)}


def test_a_banner_names_what_is_neither_verified_nor_confirmed_of_what_was_used() -> None:
    assert leans_on(SOURCES, ["c", "b", "a", "a"]) == (GENERAL,)
    assert leans_on(SOURCES, ["b", "c"]) == ()


def test_a_row_without_a_known_source_is_unconfirmed() -> None:
    (row,) = leans_on(SOURCES, ["", "b"])
    assert row.is_unconfirmed
