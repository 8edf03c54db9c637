"""``jieneng setup`` may be repeated: it creates what is missing and leaves what is there."""

import shutil
from pathlib import Path

import pytest

from jieneng.desk import Desk
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import open_house
from jieneng.works import do_work, work_at_desk
from storage.records import reference as reference_records
from storage.records.book import Records

DISTRICT = shipped("examples") / "district"


def settings_in(folder: Path, store: str = "memory:") -> Settings:
    return Settings(
        state_dir=folder / "state",
        store_url=store,
        broker_url="mqtt://127.0.0.1:1",
        cli_language="en",
    )


def done(settings: Settings, name: str, work: str, **arguments: str) -> tuple[int, list[str]]:
    said: list[str] = []
    code = work_at_desk(settings, name, work, arguments, say=said.append)
    return code, said


def tariffs(settings: Settings) -> set[str]:
    records = Records.open(settings.records)
    with records.reading() as session:
        found = set(reference_records.load(session).tariffs)
    records.close()
    return found


@pytest.fixture
def own_reference(tmp_path: Path) -> Path:
    """Copy what is shipped, with one tariff under a name of our own."""
    folder = tmp_path / "reference"
    shutil.copytree(shipped("reference"), folder)
    for file in folder.rglob("*.csv"):
        text = file.read_text(encoding="utf-8-sig")
        file.write_text(text.replace("beijing_general", "our_contract"), encoding="utf-8")
    for file in folder.rglob("*beijing_general*"):
        file.rename(file.with_name(file.name.replace("beijing_general", "our_contract")))
    return folder


def test_setup_leaves_the_reference_data_that_somebody_imported(
    tmp_path: Path, own_reference: Path
) -> None:
    settings = settings_in(tmp_path)
    assert done(settings, "setup", "setup", registry="", reference="")[0] == 0
    shipped_tariffs = tariffs(settings)
    code, _ = done(settings, "import_", "reference", folder=str(own_reference))
    assert code == 0
    own = tariffs(settings)
    assert own != shipped_tariffs

    code, said = done(settings, "setup", "setup", registry="", reference="")

    assert code == 0
    assert tariffs(settings) == own
    assert any("stays as it is" in line and "import reference" in line for line in said)


def test_setup_with_reference_data_of_its_own_replaces_what_is_held(
    tmp_path: Path, own_reference: Path
) -> None:
    settings = settings_in(tmp_path)
    assert done(settings, "setup", "setup", registry="", reference="")[0] == 0
    before = tariffs(settings)

    done(settings, "setup", "setup", registry="", reference=str(own_reference))

    assert tariffs(settings) != before


@pytest.mark.parametrize(
    ("store", "prepared"),
    [("influxdb+http://host:8086?org=o&raw=a&derived=b", 1), ("duckdb:readings.duckdb", 0)],
)
def test_beside_a_running_process_only_a_store_on_a_server_is_prepared(
    store: str, prepared: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("storage.opening.prepare_store", lambda url, **_: asked.append(url))
    house = open_house(settings_in(tmp_path))
    desk = Desk(settings_in(tmp_path, store), tmp_path, print, print, house)
    try:
        assert do_work(desk, "setup", "setup", {"registry": "", "reference": ""}) == 0
    finally:
        house.close()
    assert asked == [store] * prepared
