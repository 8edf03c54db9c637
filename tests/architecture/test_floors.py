"""The import contracts hold, and each one reports what breaks it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parents[2]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
CONTRACTS: dict[str, dict[str, Any]] = {entry["name"]: entry for entry in PROJECT["contracts"]}

# What is planted: a module and a line in it, against each contract.
BREACHES: dict[str, tuple[str, str]] = {
    "Floors: a module imports only from floors below it": (
        "collector/planted.py", "import analytics.rule",
    ),
    "Simulators meet the platform on MQTT, never in the store": (
        "simulators/planted.py", "import storage.tables",
    ),
    "Dashboards know of the store only the names of its tables and the text compiler": (
        "dashboards/planted.py", "import storage.readings",
    ),
    "The ground floor is pure: nothing heavier than the standard library": (
        "energy/planted.py", "import numpy",
    ),
    "One door each: the stores": ("api/planted.py", "import sqlalchemy"),
    "One door each: MQTT": ("storage/planted.py", "import paho.mqtt.client"),
    "One door each: Grafana": ("analytics/planted.py", "import grafana_api"),
    "One door each: HTTP serving": ("dashboards/planted.py", "import fastapi"),
}  # fmt: skip


def contracts_of(folder: Path) -> str:
    """Return what the linter says of a copy of the house."""
    answer = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()",
         "--no-cache"],
        cwd=folder, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(folder), "PATH": "", "COLUMNS": "200", "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert answer.returncode in {0, 1}, answer.stderr
    assert "Contracts: " in answer.stdout, answer.stdout + answer.stderr
    return answer.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the packages and their contracts."""
    for name in PROJECT["root_packages"]:
        shutil.copytree(
            CHECKOUT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.json")
        )
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_its_contracts(copy: Path) -> None:
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in contracts_of(copy)


def test_every_contract_is_broken_once_on_purpose() -> None:
    assert set(BREACHES) == set(CONTRACTS)


def test_each_planted_breach_breaks_its_contract_and_no_other(copy: Path) -> None:
    for contract, (file, line) in BREACHES.items():
        planted = copy / file
        planted.write_text(f"{line}\n", encoding="utf-8")
        said = contracts_of(copy)
        planted.unlink()

        assert f"{contract} BROKEN" in " ".join(said.split()), contract


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("energy/planted.py", "import storage.tables"),
        ("storage/planted.py", "import formats"),
        ("api/planted.py", "import jieneng.settings"),
        ("simulators/planted.py", "import dashboards.board"),
    ],
)
def test_no_floor_looks_up_or_beside_itself(copy: Path, file: str, line: str) -> None:
    (copy / file).write_text(f"{line}\n", encoding="utf-8")

    assert "Floors: a module imports only from floors below it BROKEN" in " ".join(
        contracts_of(copy).split()
    )
