"""What ``jieneng check`` says, in the language of who asks."""

import csv
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from energy.reading import REGISTER, Reading
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.works import work_at_desk
from storage.opening import open_store
from storage.records import registry as registry_records
from storage.records.book import Records
from tests.builders import MAIN_METER, registry_of
from tests.server_programs import free_port
from tests.store_promises import NEW_YEAR


def checked(
    state: Path, language: str, *, registry: str = "", store: str = "memory:"
) -> tuple[int, list[str]]:
    said: list[str] = []
    settings = Settings(
        state_dir=state,
        store_url=store,
        broker_url="mqtt://127.0.0.1:1",
        cli_language="zh" if language == "zh" else "en",
    )
    code = work_at_desk(settings, "check", "check", {"registry": registry}, say=said.append)
    return code, said


def test_each_part_is_said_in_chinese_with_what_mends_it(tmp_path: Path) -> None:
    code, said = checked(tmp_path, "zh", registry=str(shipped("examples") / "district"))

    assert code == 1
    assert [line[:2] for line in said] == ["正常", "异常", "正常", "异常"]
    assert "66 个计量点，没有错误" in said[0]
    assert "请检查 JIENENG_BROKER_URL" in said[1]
    assert said[2] == "正常 读数     累计读数 0，时段量 0，瞬时量 0"
    assert said[3] == "异常 登记表   是空的；请导入：jieneng import registry FOLDER"


def test_the_same_is_said_in_english(tmp_path: Path) -> None:
    code, said = checked(tmp_path, "en")

    assert code == 1
    assert [line[:3] for line in said] == ["ok ", "BAD", "ok ", "BAD"]
    assert not re.search("[\u3000-\u9fff]", "".join(said))


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "没有导入任何内容"), ("en", "nothing imported")]
)
def test_a_folder_that_is_no_registry_is_bad(tmp_path: Path, language: str, words: str) -> None:
    code, said = checked(tmp_path / "state", language, registry=str(tmp_path))

    assert code == 1
    assert words in said[0]


def test_files_are_judged_alone_where_the_store_does_not_answer(tmp_path: Path) -> None:
    store = f"influxdb1+http://127.0.0.1:{free_port()}?raw=a&derived=b"
    folder = shipped("examples") / "district"

    _, said = checked(tmp_path, "en", registry=str(folder), store=store)

    assert said[0].startswith("ok  files")
    assert "not compared with what is stored" in said[0]
    assert said[2].startswith("BAD stores")


def test_another_step_of_a_meter_with_readings_is_told_as_import_tells_it(tmp_path: Path) -> None:
    district = shipped("examples") / "district"
    store = f"duckdb:{tmp_path / 'readings.duckdb'}"
    settings = Settings(state_dir=tmp_path / "state", store_url=store, cli_language="en")
    arguments = {"registry": str(district), "reference": ""}
    assert work_at_desk(settings, "setup", "setup", arguments, say=print) == 0
    opened = open_store(store)
    opened.write([Reading("gov_office_main", REGISTER, NEW_YEAR, 1)])
    opened.close()
    folder = _changed(tmp_path, ",kWh,0.01,,8,40,1400", ",kWh,0.1,,8,40,1400")

    code, said = checked(tmp_path / "state", "en", registry=str(folder), store=store)

    assert code == 1
    assert "meters.csv row 2 column step: gov_office_main has readings stored" in said[0]


def _changed(folder: Path, old: str, new: str) -> Path:
    copy = folder / "district"
    shutil.copytree(shipped("examples") / "district", copy)
    meters = copy / "meters.csv"
    text = meters.read_text(encoding="utf-8-sig")
    assert old in text
    meters.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_a_tariff_that_import_would_refuse_is_told_with_its_row(tmp_path: Path) -> None:
    with (shipped("examples") / "district" / "meters.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    row, tariff = next((n, r["tariff"]) for n, r in enumerate(rows, start=2) if r["tariff"])
    folder = _changed(tmp_path, f",{tariff}", ",nobodys_tariff")

    code, said = checked(tmp_path / "state", "en", registry=str(folder))

    assert code == 1
    assert said[0].startswith("BAD files")
    assert f"meters.csv row {row} column tariff" in said[0]
    assert "nobodys_tariff" in said[0]


def test_a_registry_in_force_that_counts_what_is_sold_is_bad(tmp_path: Path) -> None:
    roof = replace(MAIN_METER, meter="roof", channel="roof", use="own_generation", tariff="")
    sold = replace(roof, meter="sold", channel="sold", use="", role="export")
    records = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    with records.session() as session:
        taken = registry_of(MAIN_METER, roof, sold)
        registry_records.replace(session, taken, author="test", reason="before the refusal")
    records.close()

    code, said = checked(tmp_path, "en")

    assert code == 1
    (bad,) = [line for line in said if line.startswith("BAD registry")]
    assert "what sold sold would count as used" in bad
    assert "Make roof a check" in bad
