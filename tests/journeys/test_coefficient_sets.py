"""One office of 10,000 m2 and 300 persons and its bills of a year, weighed by three sets."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage.registry.files import write_registry
from tests.builders import HALL, TOWN, WEATHER, registry_of

BILLS = """\
bill,institution,kind,first,last,amount,unit,cost
E,town,electricity,2025-01-01,2025-12-31,650000,kWh,500000
G,town,gas,2025-01-01,2025-12-31,12000,m3,40000
H,town,heat,2025-01-01,2025-12-31,2600,GJ,200000
P,town,gasoline,2025-01-01,2025-12-31,3000,L,24000
W,town,water,2025-01-01,2025-12-31,9500,m3,50000
"""
PATIENCE_S = 60.0


def ran(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "jieneng", "--state", str(folder / "state"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
        env={"JIENENG_CLI_LANGUAGE": "en", "PATH": ""},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("office")
    office = replace(HALL, area_m2=10_000, people=300)
    registry = registry_of(WEATHER, institutions=(TOWN,), buildings=(office,))
    write_registry(registry, path / "registry")
    (path / "bills.csv").write_text(BILLS, encoding="utf-8")
    for arguments in (
        ("setup", "--registry", str(path / "registry")),
        ("import", "bills", str(path / "bills.csv")),
    ):
        done = ran(path, *arguments)
        assert done.returncode == 0, done.stderr
    return path


@pytest.mark.parametrize(
    ("name", "kgce", "per_m2", "per_person"),
    [
        ("NGOA-stat", 187_779.4, 18.78, 625.9),
        ("GBT2589", 186_391.0, 18.64, 621.3),
        ("Shandong-quota", 308_006.0, 30.80, 1026.7),
    ],
)
def test_a_statement_weighs_by_the_set_that_it_chose(
    folder: Path, name: str, kgce: float, per_m2: float, per_person: float
) -> None:
    target = folder / f"{name}.json"
    ran(folder, "statement", "town", "2025", "--coefficients", name, "--to", str(target))

    sheet = json.loads(target.read_bytes())

    assert sheet["terms"]["coal_set"] == name
    assert sheet["totals"]["coal_g"] / 1000 == pytest.approx(kgce, abs=0.05)
    assert ratio(sheet, "energy_per_area") == pytest.approx(per_m2, abs=0.005)
    assert ratio(sheet, "energy_per_person") == pytest.approx(per_person, abs=0.05)


def ratio(sheet: dict[str, Any], name: str) -> float:
    said = sheet["intensities"][name]
    top, bottom = said["denominator"].split("/")
    return float(said["numerator"]) / 1000 / (int(top) / int(bottom))


def test_the_screen_names_the_set_that_was_chosen(folder: Path) -> None:
    said = ran(folder, "statement", "town", "2025", "--coefficients", "Shandong-quota").stdout

    assert "coal coefficients Shandong-quota   emission factors MEE-average" in said
    assert "comprehensive energy   308,006.0 kgce" in said


def test_a_set_that_is_not_there_is_refused_with_those_that_are(folder: Path) -> None:
    done = ran(folder, "statement", "town", "2025", "--coefficients", "MEE-average")

    assert done.returncode == 1
    assert "There is: GBT2589, NGOA-stat, Shandong-quota." in done.stderr


def test_a_file_that_a_command_wrote_is_given_again_unless_it_was_only_to_look(
    folder: Path,
) -> None:
    kept, looked = folder / "kept.csv", folder / "looked.csv"
    said = ran(folder, "statement", "town", "2025", "--to", str(kept)).stderr
    assert said.startswith("kept kept.csv ")
    said = ran(folder, "statement", "town", "2025", "--to", str(looked), "--no-keep").stderr
    assert said.startswith("not kept town 2025 csv ")

    assert ran(folder, "ledger", "handed", "kept.csv").stdout == kept.read_text("utf-8")
    assert ran(folder, "ledger", "handed", "looked.csv").returncode == 1
