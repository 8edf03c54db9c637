"""Tariffs are rows of reference data like others: named, sourced, and confirmed as they read."""

import csv
from pathlib import Path

import pytest

from energy.provenance import SourceRow
from energy.reference import Reference
from storage.reference.files import read_reference
from storage.reference.tariffs import LATER_COLUMNS
from tests.reference_folder import folder_of, mistakes
from tests.storage.test_tariff_toml import OFFICE, reference_of

SHIPPED = Path("reference")
IN_FULL = (
    "id,tariff,kind,region,valid_from,valid_to,months,period,from,to,priority,price,unit,"
    "source,source_date,confidence,confirmed_by,confirmed_at\n"
)
ROW = (
    "town-2020,town,electricity,110102,2020-01-01,,1-12,all,00:00,24:00,0,0.5,yuan/kWh,"
    "bill,2019-12,example,,\n"
)


def written(folder: Path, rows: str, **files: str) -> Path:
    """Return a reference folder whose tariff file has all of its columns."""
    made = folder_of(folder, **files)
    (made / "tariffs/town.csv").write_text(IN_FULL + rows, encoding="utf-8")
    return made


def test_a_row_has_all_that_rows_of_reference_data_have(tmp_path: Path) -> None:
    reference = read_reference(written(tmp_path, ROW.replace(",,\n", ",Li Na,2026-11-01\n")))

    (price,) = reference.tariffs["town"]
    source = reference.sources[price.id]
    assert (source.id, source.file, source.subject) == ("town-2020", "town.csv", "town")
    assert (source.region, source.source, source.source_date) == ("110102", "bill", "2019-12")
    assert (source.confirmed_by, source.confirmed_at) == ("Li Na", "2026-11-01")
    assert (price.source, price.confidence) == ("bill", "example")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("town-2020,", ",", ""),
        (",,\n", ",Li Na,\n", "go together; fill in both or neither"),
        ("town-2020,", "town 2020,", "'town 2020' cannot be a name"),
        ("2019-12", "last year", "Write 2024, 2024-12 or 2024-12-26"),
        ("example", "sure", "verified, secondary, general, example"),
        ("bill", "", "it is empty; write it"),
    ],
)
def test_what_is_wrong_with_a_source_is_said_and_an_empty_id_is_not_wrong(
    old: str, new: str, sentence: str, tmp_path: Path
) -> None:
    folder = written(tmp_path, ROW.replace(old, new))
    if not sentence:
        assert list(read_reference(folder).sources) == ["town-2020-01-01-0000"]
        return
    (found,) = mistakes(folder)
    assert found.startswith("town.csv row 2")
    assert sentence in found


def test_an_id_of_another_file_is_refused(tmp_path: Path) -> None:
    season = "town-2020,110000,,11-15,03-15,2009-07-01,,law,,general,,\n"
    (found,) = mistakes(written(tmp_path, ROW, season=season))
    assert "town-2020 is already in heating_seasons.csv; give this row another id" in found


def test_a_file_of_before_is_read_and_each_of_its_rows_gets_a_name(tmp_path: Path) -> None:
    with (SHIPPED / "tariffs/beijing.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [name for name in rows[0] if name not in LATER_COLUMNS]
    folder = folder_of(tmp_path)
    with (folder / "tariffs/town.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)

    before = read_reference(folder)

    now = read_reference(SHIPPED)
    assert len(before.sources) == len(rows)
    assert "beijing_general-2023-09-01-1600-m7.8-p10" in before.sources
    for name, prices in before.tariffs.items():
        assert [row.weight for row in prices] == [row.weight for row in now.tariffs[name]]
        assert {row.id for row in prices} <= set(before.sources)


def source_of(reference: Reference) -> SourceRow:
    (version,) = reference.full_tariffs["office"]
    (row_id,) = {row.id for row in reference.tariffs["office"]}
    assert version.id == row_id
    return reference.sources[row_id]


def test_a_version_in_full_is_one_row_called_as_it_says_or_by_tariff_and_version(
    tmp_path: Path,
) -> None:
    source = source_of(reference_of(tmp_path, OFFICE))
    assert (source.id, source.subject, source.region) == ("office-2026", "office", "110000")
    assert (source.source, source.source_date, source.confidence) == (
        "printed", "2025-12-20", "verified",
    )  # fmt: skip


def test_a_version_may_be_called_otherwise_and_bears_who_confirmed_it(tmp_path: Path) -> None:
    said = OFFICE.replace(
        "format = 2",
        'format = 2\nid = "grid-2026"\nconfirmed_by = "Li Na"\nconfirmed_at = 2026-01-03',
    )
    source = source_of(reference_of(tmp_path, said))
    assert source.id == "grid-2026"
    assert (source.confirmed_by, source.confirmed_at) == ("Li Na", "2026-01-03")


def test_a_version_reads_otherwise_when_any_price_of_it_does_and_not_when_it_is_confirmed(
    tmp_path: Path,
) -> None:
    texts = {
        "same": "# a comment\n" + OFFICE,
        "confirmed": OFFICE.replace("format = 2", 'format = 2\nconfirmed_by = "Li Na"'),
        "dearer": OFFICE.replace("add = 0.30", "add = 0.31"),
        "new month": OFFICE.replace(
            "price = 0.6 }", "price = 0.6 }, { from = 2026-03-01, price = 1 }"
        ),
    }
    reads = {}
    for name, text in {"": OFFICE, **texts}.items():
        (tmp_path / (name or "first")).mkdir()
        reads[name] = source_of(reference_of(tmp_path / (name or "first"), text)).content
    assert [name for name in texts if reads[name] == reads[""]] == ["same", "confirmed"]


def test_the_day_of_a_confirmation_needs_its_name(tmp_path: Path) -> None:
    said = OFFICE.replace("format = 2", "format = 2\nconfirmed_at = 2026-01-03")
    folder = folder_of(tmp_path)
    (folder / "tariffs/office.toml").write_text(said, encoding="utf-8")
    (found,) = mistakes(folder)
    assert "write confirmed_by, or leave it out" in found


def test_every_shipped_tariff_waits_for_somebody_who_knows_the_bill() -> None:
    reference = read_reference(SHIPPED)
    priced = {row.id for rows in reference.tariffs.values() for row in rows}
    assert priced <= set(reference.sources)
    assert all(reference.sources[one].is_unconfirmed for one in priced)
    assert {reference.sources[one].region for one in priced} == {"110000"}
