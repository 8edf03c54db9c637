"""``jieneng reference``: what is confirmed stays confirmed as long as the row reads the same."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from energy.provenance import SourceRow
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.works import work_at_desk
from storage.records import audit, people, reference_sources
from storage.records.book import Records

GAS = "co2-MEE-average-gas"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        state_dir=tmp_path / "state",
        store_url="memory:",
        broker_url="mqtt://127.0.0.1:1",
        cli_language="en",
    )


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    book = Records.open(settings.records)
    yield book
    book.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped("reference"), tmp_path / "reference"))


def done(settings: Settings, work: str, **arguments: object) -> tuple[int, list[str]]:
    said: list[str] = []
    code = work_at_desk(settings, "reference", work, arguments, say=said.append)
    return code, said


def source(records: Records, row_id: str) -> SourceRow:
    with records.reading() as session:
        return reference_sources.load(session)[row_id]


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "emission_factors.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_row_is_confirmed_in_the_records_and_the_file_stays(
    settings: Settings, records: Records, folder: Path
) -> None:
    take_reference(records, folder)
    before = (folder / "emission_factors.csv").read_bytes()
    _, waiting = done(settings, "list", unconfirmed=True)
    assert any(line.startswith(f"{GAS} ") and "unconfirmed, secondary" in line for line in waiting)

    code, said = done(settings, "confirm", row_ids=[GAS], by="Li Na")

    assert code == 0
    assert "confirmed by Li Na on 20" in said[0]
    assert (folder / "emission_factors.csv").read_bytes() == before
    _, after = done(settings, "list", unconfirmed=True)
    assert len(after) == len(waiting) - 1
    assert not any(line.startswith(f"{GAS} ") for line in after)
    _, everything = done(settings, "list", unconfirmed=False)
    assert any(line.startswith(GAS) and "Li Na" in line for line in everything)
    with records.reading() as session:
        (entry,) = audit.recent(session, 1)
        assert entry.detail == f"{GAS} by {people.known_as(session, 'Li Na')}"


def test_importing_the_same_row_again_keeps_its_confirmation(
    settings: Settings, records: Records, folder: Path
) -> None:
    take_reference(records, folder)
    done(settings, "confirm", row_ids=[GAS], by="Li Na")
    change(folder, "0.5306", "0.5307")

    said = take_reference(records, folder)

    assert source(records, GAS).confirmed_by == "Li Na"
    assert "no longer" not in said.en


def test_a_row_that_changed_loses_its_confirmation_and_that_is_said(
    settings: Settings, records: Records, folder: Path
) -> None:
    take_reference(records, folder)
    done(settings, "confirm", row_ids=[GAS], by="Li Na")
    change(folder, "2.1622", "2.1623")

    said = take_reference(records, folder)

    assert said.en.endswith(f"1 rows changed and are no longer confirmed: {GAS}")
    assert source(records, GAS).is_unconfirmed
    change(folder, "2.1623", "2.1622")
    take_reference(records, folder)
    assert source(records, GAS).is_unconfirmed


def test_records_from_before_rows_had_ids_ask_for_an_import(settings: Settings) -> None:
    _, said = done(settings, "list", unconfirmed=True)
    assert said == [
        "No row of the reference data has an id; import it again: jieneng import reference FOLDER"
    ]
