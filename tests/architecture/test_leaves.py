"""One new file is one new feature: every leaf offers itself, is tested, and stands in the docs."""

import ast
import re
from pathlib import Path
from types import ModuleType

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

import analytics.channels
import analytics.checks
import analytics.quality
import analytics.rules
import api.pages
import api.routes
import dashboards.boards
import formats
import jieneng.commands
import simulators.loads
import storage.engines
from analytics.channel import Channel
from analytics.check import Question
from analytics.detector import Detector
from analytics.rule import Rule
from dashboards.board import Board
from energy.messages.message import Format
from energy.offers import offers
from jieneng.command import Command
from jieneng.settings import Settings
from simulators.load import Load
from storage.engine import Engine
from storage.tables import DERIVED

CHECKOUT = Path(__file__).parents[2]
LEAVES: dict[str, tuple[ModuleType, type[object]]] = {
    "FORMAT": (formats, Format),
    "ENGINE": (storage.engines, Engine),
    "RULE": (analytics.rules, Rule),
    "CHECK": (analytics.checks, Question),
    "DETECTOR": (analytics.quality, Detector),
    "CHANNEL": (analytics.channels, Channel),
    "BOARD": (dashboards.boards, Board),
    "LOAD": (simulators.loads, Load),
    "COMMAND": (jieneng.commands, Command),
}
each_folder = pytest.mark.parametrize("offer", LEAVES)
COMMANDS_PAGE = "docs/commands.md"


def page(name: str) -> str:
    return (CHECKOUT / name).read_text("utf-8")


def names(offer: str) -> list[str]:
    folder, kind = LEAVES[offer]
    return list(offers(folder, offer, kind))


@each_folder
def test_every_file_of_the_folder_offers_itself(offer: str) -> None:
    folder, kind = LEAVES[offer]
    files = {path.stem for path in Path(folder.__path__[0]).glob("*.py")}

    assert {name for name in files if not name.startswith("_")} == set(offers(folder, offer, kind))


@pytest.mark.parametrize("offer", ["FORMAT", "RULE", "CHECK", "DETECTOR", "CHANNEL"])
def test_an_offer_is_called_as_its_file(offer: str) -> None:
    folder, kind = LEAVES[offer]

    for name, found in offers(folder, offer, kind).items():
        assert getattr(found, "name", "") == name


@each_folder
def test_no_leaf_imports_its_neighbour(offer: str) -> None:
    folder, _ = LEAVES[offer]
    for path in Path(folder.__path__[0]).glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        imported = {
            node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
        }
        neighbours = {f"{folder.__name__}.{name}" for name in names(offer)}
        assert not imported & neighbours, path.name


@pytest.mark.parametrize("name", names("FORMAT"))
def test_every_format_has_golden_messages(name: str) -> None:
    assert list((CHECKOUT / "tests/golden" / name).iterdir())


@pytest.mark.parametrize("name", names("FORMAT"))
def test_every_format_is_described(name: str) -> None:
    assert f"## {name}\n" in page("docs/formats.md")


@pytest.mark.parametrize("name", names("RULE"))
def test_every_rule_is_described(name: str) -> None:
    assert f"## {name}\n" in page("docs/rules.md")


@pytest.mark.parametrize("name", names("CHECK"))
def test_every_check_is_described_with_its_numbers(name: str) -> None:
    check = offers(analytics.checks, "CHECK", Question)[name]
    (row,) = [
        line for line in page("docs/checks.md").splitlines() if line.startswith(f"| `{name}`")
    ]

    assert check.label.en in row
    assert check.label.zh in row
    for entry in check.thresholds:
        assert f"`{entry.name}` {entry.value:g}" in row


@pytest.mark.parametrize("name", names("DETECTOR"))
def test_every_detector_has_a_page_section(name: str) -> None:
    assert f"## {name}\n" in page("docs/quality.md")


@pytest.mark.parametrize("name", names("CHANNEL"))
def test_every_channel_is_described(name: str) -> None:
    assert f"`{name}`" in page("docs/howto/get-alerts.md")


@pytest.mark.parametrize("name", names("COMMAND"))
def test_every_command_is_described_and_has_help_with_an_example(name: str) -> None:
    command = offers(jieneng.commands, "COMMAND", Command)[name]
    called = name.rstrip("_")

    assert f"## {called}\n" in page(COMMANDS_PAGE)
    if command.call is not None:
        example = (command.call.__doc__ or "").partition("Example:")[2]
        assert re.search(rf"\bjieneng .*\b{called}\b", example)
    if command.group is not None:
        for part in command.group.registered_commands:
            assert f"{called} {part.name}" in page(COMMANDS_PAGE)
            assert part.callback is not None
            assert f"jieneng {called} {part.name}" in (part.callback.__doc__ or "")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described(name: str) -> None:
    text = page("docs/settings.md")

    assert f"`JIENENG_{name.upper()}`" in text
    assert f"`{name}`" in text
    description = Settings.model_fields[name].description
    assert description
    assert description in text


def routes() -> list[str]:
    found = []
    for folder in (api.routes, api.pages):
        for router in offers(folder, "ROUTER", APIRouter).values():
            found += [route.path for route in router.routes if isinstance(route, APIRoute)]
    return sorted(set(found))


@pytest.mark.parametrize("path", routes())
def test_every_endpoint_is_described(path: str) -> None:
    assert f"`{path}`" in page("docs/http.md")


@pytest.mark.parametrize("name", DERIVED)
def test_every_derived_table_and_its_fields_are_described(name: str) -> None:
    section = page("docs/tables.md").partition(f"## {name}\n")[2].partition("\n## ")[0]

    assert section
    for part in (*DERIVED[name].tags, *DERIVED[name].field):
        assert f"`{part}`" in section
