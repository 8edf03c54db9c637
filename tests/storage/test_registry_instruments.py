"""What registry files may say of points and instruments, and what not; reference files of both."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.equipping import Point
from energy.errors import RegistryError
from energy.instruments import Instrument
from storage.reference.files import read_reference
from storage.registry.files import read_registry, write_registry
from tests.builders import HALL, MAIN_METER, SUB_METER, TOWN, registry_of
from tests.registry_folder import OWN, mistakes

POINT_HEADING = "point,institution,building,level,kind,item,name_zh,name_en,meter,required,reason\n"
HEADING = (
    "meter,serial,maker,model,type,category,accuracy,ct_class,installed,removed,verified,"
    "certificate,due,evidence\n"
)
VILLAGE = replace(TOWN, institution="village")
BARN = replace(HALL, building="barn", institution="village")
REFERENCE = Path(__file__).parents[2] / "reference"
SOURCE = "2009-01-01,,,printed,2020,general,,"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    registry = registry_of(
        MAIN_METER, SUB_METER, institutions=(TOWN, VILLAGE), buildings=(HALL, BARN)
    )
    write_registry(registry, tmp_path)
    return tmp_path


def points(folder: Path, *rows: str) -> None:
    (folder / "points.csv").write_text(POINT_HEADING + "\n".join(rows), encoding="utf-8")


def instruments(folder: Path, *rows: str) -> None:
    (folder / "instruments.csv").write_text(HEADING + "\n".join(rows), encoding="utf-8")


def instrument(**cells: str) -> str:
    """Return a row of instruments.csv that is right but for some cells."""
    right = {
        "meter": "hall_main", "serial": "A-1", "maker": "", "model": "", "category": "",
        "type": "electricity_static", "accuracy": "0.5S", "ct_class": "", "installed": "2020-03-01",
        "removed": "", "verified": "2024-02-29", "certificate": "", "due": "", "evidence": "",
    }  # fmt: skip
    return ",".join({**right, **cells}[name] for name in HEADING.strip().split(","))


FILLED = st.from_regex(r"[A-Za-z0-9一-龥][A-Za-z0-9一-龥 ,]{0,8}[a-z]", fullmatch=True)
LABELS = st.just("") | FILLED
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,12}", fullmatch=True)
DAYS = st.dates(date(2010, 1, 1), date(2030, 12, 31))
POINT_LISTS = st.lists(
    st.builds(
        Point,
        point=NAMES,
        institution=st.just("town"),
        building=st.sampled_from(["", "hall"]),
        level=st.sampled_from(["household", "zone"]),
        kind=st.just("electricity"),
        item=st.just(""),
        name_zh=FILLED,
        name_en=FILLED,
        meter=st.just(""),
        is_required=st.booleans(),
        reason=FILLED,
    ),
    max_size=3,
    unique_by=lambda point: point.point,
)
INSTRUMENT_LISTS = st.lists(
    st.builds(
        Instrument,
        meter=st.sampled_from(["hall_main", "hall_light"]),
        serial=FILLED,
        maker=LABELS,
        model=LABELS,
        type=NAMES,
        category=st.just("") | NAMES,
        accuracy=st.sampled_from(["", "0.5S", "2.5", "B"]),
        ct_class=st.sampled_from(["", "0.2S"]),
        installed=DAYS,
        removed=st.none(),
        verified=st.none() | DAYS,
        certificate=LABELS,
        due=st.none() | st.dates(date(2031, 1, 1), date(2040, 1, 1)),
        evidence=LABELS,
    ),
    max_size=3,
    unique_by=lambda one: one.serial,
)


@given(wanted=POINT_LISTS, standing=INSTRUMENT_LISTS)
def test_points_and_instruments_come_back_as_they_were_written(
    wanted: list[Point],
    standing: list[Instrument],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("registry")
    registry = replace(
        registry_of(MAIN_METER, SUB_METER), points=tuple(wanted), instruments=tuple(standing)
    )
    write_registry(registry, folder)

    assert read_registry(folder, OWN) == registry


def test_a_folder_of_before_has_neither_points_nor_instruments(folder: Path) -> None:
    (folder / "points.csv").unlink()
    (folder / "instruments.csv").unlink()

    registry = read_registry(folder, OWN)

    assert (registry.points, registry.instruments) == ((), ())


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("p,city,,household,electricity,,总,Main,,yes,", "institution: 'city' is not in"),
        ("p,town,barn,household,electricity,,总,Main,,yes,", "belongs to village, not town"),
        ("p,town,,floor,electricity,,总,Main,,yes,", "level: 'floor' is not known"),
        ("p,town,,household,wind,,总,Main,,yes,", "kind: 'wind' is not known"),
        ("p,town,,household,electricity,A,总,Main,,yes,", "a point of the level sub_item"),
        ("p,town,,sub_item,electricity,,总,Main,,yes,", "a point of the level sub_item"),
        ("p,town,,household,electricity,,总,Main,attic,yes,", "'attic' is not in meters.csv"),
        ("p,town,,household,water,,总,Main,hall_main,yes,", "counts electricity, not water"),
        ("p,village,,household,electricity,,总,Main,hall_main,yes,", "to town, not village"),
        ("p,town,,household,electricity,,总,Main,,perhaps,", "required: 'perhaps' is not known"),
        ("p,town,,household,electricity,,总,Main,,no,", "reason: it is empty"),
    ],
)
def test_a_point_that_cannot_be_is_refused(row: str, expected: str, folder: Path) -> None:
    points(folder, row)

    (mistake,) = mistakes(folder)
    assert mistake.startswith("points.csv row 2 column ")
    assert expected in mistake


def test_a_meter_is_at_one_point_of_a_level_and_may_be_at_one_of_another(folder: Path) -> None:
    row = "{},town,,{},electricity,,总,Main,hall_main,yes,"
    points(folder, row.format("p1", "household"), row.format("p2", "zone"))
    assert len(read_registry(folder, OWN).points) == 2

    points(folder, row.format("p1", "zone"), row.format("p2", "zone"))
    (mistake,) = mistakes(folder)
    assert "'zone hall_main' is already in row 2" in mistake


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"meter": "attic"}, "meter: 'attic' is not in meters.csv"),
        ({"serial": ""}, "serial: it is empty"),
        ({"type": ""}, "type: it is empty"),
        ({"accuracy": "0,5"}, None),
        ({"accuracy": "0.5s"}, "accuracy: '0.5s' is no accuracy class"),
        ({"ct_class": "F"}, "ct_class: 'F' is no accuracy class"),
        ({"installed": ""}, "installed: '' is not a date"),
        ({"verified": "2023-02-29"}, "verified: '2023-02-29' is not a date"),
        ({"removed": "2020-03-01"}, "2020-03-01 is not later than installed, 2020-03-01"),
        ({"due": "2024-02-28"}, "2024-02-28 is before 2024-02-29"),
        ({"verified": "2026-06-03"}, "2026-06-03 is still to come"),
    ],
)
def test_an_instrument_that_cannot_be_is_refused(
    cells: dict[str, str], expected: str | None, folder: Path
) -> None:
    instruments(folder, instrument(**cells))

    found = mistakes(folder)
    assert found[0].startswith("instruments.csv row 2")
    assert expected is None or expected in found[0]


def test_certificates_of_one_instrument_agree_on_what_it_is(folder: Path) -> None:
    later = {"verified": "2026-02-01", "installed": "2026-02-01", "type": "heat_meter"}
    instruments(folder, instrument(), instrument(**later))

    found = mistakes(folder)

    assert len(found) == 2
    assert all("differs from row 2, which is the same instrument A-1" in one for one in found)
    instruments(folder, instrument(), instrument(verified="2026-02-01"))
    assert len(read_registry(folder, OWN).instruments) == 2
    instruments(folder, instrument(), instrument())
    assert "is already in row 2" in mistakes(folder)[0]


def test_every_mistake_of_both_files_is_told_at_once(folder: Path) -> None:
    points(folder, "p,city,,floor,electricity,,总,Main,,yes,")
    instruments(folder, instrument(meter="attic"), instrument(serial="B", accuracy="best"))

    assert len(mistakes(folder)) == 4


def test_the_shipped_rules_of_instruments_are_read_and_most_wait_for_confirmation() -> None:
    reference = read_reference(REFERENCE)
    rules = reference.instruments

    months = {row.id: row.months for row in rules.types}
    assert months["instrument-electricity_static-0.5S"] == 72
    assert months["instrument-electricity_static-1"] == 96
    assert months["instrument-water_dn15_25"] == 72
    assert months["instrument-heat_meter"] == 36
    assert months["instrument-current_transformer"] == 120
    assert {row.category: row.accuracy for row in rules.needs if row.kind == "electricity"} == {
        "I": "0.5S", "II": "0.5", "III": "1.0", "IV": "2.0", "V": "2.0", "sub": "1.0",
    }  # fmt: skip
    assert {row.level: row.percent for row in rules.targets} == {
        "household": 100, "zone": 90, "sub_item": 90,
    }  # fmt: skip
    ids = [*months, *(row.id for row in rules.needs)]
    assert all(reference.sources[one].is_unconfirmed for one in ids)


@pytest.mark.parametrize(
    ("file", "rows", "expected"),
    [
        ("instrument_types.csv", f"x,heat_meter,meter,,never,36,{SOURCE}", "'never' is not known"),
        (
            "instrument_types.csv",
            f"x,heat_meter,meter,,verification,0,{SOURCE}",
            "between 1 and 600",
        ),
        ("instrument_types.csv", f"x,heat_meter,meter,best,verification,1,{SOURCE}", "no accuracy"),
        ("accuracy_classes.csv", f"x,wind,,1,,{SOURCE}", "'wind' is not known"),
        ("accuracy_classes.csv", f"x,gas,,,,{SOURCE}", "accuracy: it is empty"),
        ("equip_targets.csv", f"x,zone,101,{SOURCE}", "between 1 and 100"),
        ("equip_targets.csv", f"x,zone,90,{SOURCE}\ny,zone,95,{SOURCE}", "row 2 holds for the"),
        ("equip_targets.csv", f"x,zone,90,{SOURCE}\nx,household,9,{SOURCE}", "x is already in"),
    ],
)
def test_a_rule_of_instruments_that_cannot_be_is_refused(
    file: str, rows: str, expected: str, tmp_path: Path
) -> None:
    for path in REFERENCE.rglob("*.csv"):
        copy = tmp_path / path.relative_to(REFERENCE)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    heading = (tmp_path / file).read_text("utf-8").splitlines()[0]
    (tmp_path / file).write_text(f"{heading}\n{rows}\n", encoding="utf-8")

    with pytest.raises(RegistryError) as caught:
        read_reference(tmp_path)
    (mistake,) = caught.value.mistakes
    assert expected in str(mistake)
