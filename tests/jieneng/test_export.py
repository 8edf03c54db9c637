"""What ``jieneng export`` refuses and warns of."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from energy.reading import REGISTER, Reading
from jieneng.holder import Request
from jieneng.settings import Settings
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import chain, reading_versions
from storage.records import registry as registry_records
from tests.builders import MAIN_METER, registry_of

DAYS = {"first": "2026-11-01", "last": "2026-10-01", "out": ""}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(Settings(state_dir=tmp_path / "state", store_url="memory:"))
    with held.records.session() as session:
        registry_records.replace(session, registry_of(MAIN_METER), author="test", reason="first")
    yield held
    held.close()


def exported(
    house: House, work: str, arguments: Mapping[str, object], language: str = "en"
) -> tuple[int, list[str], list[str]]:
    """Return exit code, answer and errors."""
    said: list[str] = []
    wrong: list[str] = []
    asked = Request("export", work, arguments, "/", language)
    return answer_for(house)(asked, said.append, wrong.append), said, wrong


@pytest.mark.parametrize(
    ("work", "what"),
    [("table", {"table": "place_month", "where": []}), ("readings", {"meter": "hall_main"})],
)
def test_days_in_the_wrong_order_are_told_by_their_dates(
    work: str, what: Mapping[str, object], house: House
) -> None:
    english = "--to 2026-10-01 lies before --from 2026-11-01; swap the two."
    chinese = "--to 2026-10-01 早于 --from 2026-11-01；请交换两者。"

    assert exported(house, work, {**what, **DAYS}) == (1, [], [english])
    assert exported(house, work, {**what, **DAYS}, "zh") == (1, [], [chinese])


def test_a_table_in_which_nothing_matched_is_its_heading_and_a_warning(house: House) -> None:
    code, said, wrong = exported(
        house,
        "table",
        {"table": "place_month", "first": "", "last": "", "where": ["level=nosuch"], "out": ""},
    )

    assert code == 0
    assert [line.partition(",")[0] for line in said] == ["start"]
    assert wrong == ["No row matched; look at --where, --from and --to."]


def test_a_registry_that_was_edited_is_replaced_only_by_force(house: House, tmp_path: Path) -> None:
    edited = tmp_path / "mine" / "meters.csv"
    edited.parent.mkdir()
    edited.write_text("edited", encoding="utf-8")
    folder = str(edited.parent)

    code, said, (sentence,) = exported(house, "registry", {"folder": folder})

    assert (code, said) == (1, [])
    assert f"{folder} already holds registry files (meters.csv)" in sentence
    assert edited.read_text(encoding="utf-8") == "edited"
    code, (line,), wrong = exported(house, "registry", {"folder": folder, "force": True})
    assert (code, wrong) == (0, [])
    with house.records.reading() as session:
        head = chain.head(session)
    assert head is not None
    assert line.endswith(f"1 meter, registry number 1   head {head.hash}")
    assert "hall_main" in edited.read_text(encoding="utf-8-sig")


def test_readings_are_shown_with_what_they_have_overruled(house: House) -> None:
    early, late = 1_767_225_600_000, 1_767_229_200_000
    stands = [
        Reading("hall_main", REGISTER, early, 125, arrived=late),
        Reading("hall_main", REGISTER, late, 130),
    ]
    house.store.write(stands)
    with house.records.session() as session:
        lost = [Reading("hall_main", REGISTER, early, 120), Reading("other", REGISTER, early, 1)]
        reading_versions.publish(session, lost, late)
    asked = {"meter": "hall_main", "first": "", "last": "", "out": ""}

    _, with_versions, _ = exported(house, "readings", {**asked, "versions": True})
    _, without, _ = exported(house, "readings", asked)

    assert with_versions[0].splitlines() == [
        "time,value,unit,quality,source,revision,arrived,stands,author,reason",
        "2026-01-01T00:00:00+00:00,1.2,kWh,0,0,0,,0,,",
        "2026-01-01T00:00:00+00:00,1.25,kWh,0,0,0,2026-01-01T01:00:00+00:00,1,,",
        "2026-01-01T01:00:00+00:00,1.3,kWh,0,0,0,,1,,",
    ]
    assert without[0].splitlines()[1:] == [
        "2026-01-01T00:00:00+00:00,1.25,kWh,0,0,0",
        "2026-01-01T01:00:00+00:00,1.3,kWh,0,0,0",
    ]
