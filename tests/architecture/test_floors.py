"""The import contracts hold, and each one reports what breaks it."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parents[2]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
CONTRACTS: dict[str, dict[str, Any]] = {entry["name"]: entry for entry in PROJECT["contracts"]}

# What is planted: a line at the end of a file, new or not, against each contract.
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
    "No circles between the files and folders of a package": (
        "energy/kinds.py", "import energy.units",
    ),
    "Leaves are independent: checks": (
        "analytics/checks/planted.py", "import analytics.checks.spike",
    ),
    "Leaves are independent: detectors": (
        "analytics/quality/planted.py", "import analytics.quality.spike",
    ),
    "Leaves are independent: rules": (
        "analytics/rules/planted.py", "import analytics.rules.level_shift",
    ),
    "Leaves are independent: engines": (
        "storage/engines/planted.py", "import storage.engines.memory",
    ),
    "Leaves are independent: loads": (
        "simulators/loads/planted.py", "import simulators.loads.office",
    ),
    "Leaves are independent: routes": ("api/routes/planted.py", "import api.routes.health"),
    "Leaves are independent: commands": (
        "jieneng/commands/planted.py", "import jieneng.commands.status",
    ),
    "Leaves are independent: payload formats": (
        "formats/own_single.py", "import formats.tasmota",
    ),
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


@contextmanager
def planted(path: Path, line: str) -> Iterator[None]:
    """Add a line to a file as long as the block lasts."""
    before = path.read_text("utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    yield
    if before is None:
        path.unlink()
    else:
        path.write_text(before, encoding="utf-8")


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


def test_each_planted_breach_is_reported_by_its_contract(copy: Path) -> None:
    for contract, (file, line) in BREACHES.items():
        with planted(copy / file, line):
            said = " ".join(contracts_of(copy).split())

        assert f"{contract} BROKEN" in said, contract
        # A line against a door or a leaf breaks that one alone; one across floors may break two.
        assert said.count(" BROKEN") <= 2, contract


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
