"""Each of the 18 invariants of the ledger has its tests, and the page names exactly those."""

import ast
import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
NUMBERS = set(range(1, 19))


def claims(text: str) -> set[tuple[int, str]]:
    """Return number and test of each invariant that a test's docstring begins with."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            said = re.match(r"Invariant (\d+),", ast.get_docstring(node) or "")
            found |= {(int(said[1]), node.name)} if said else set()
    return found


def named(page: str) -> set[tuple[int, str]]:
    """Return number and test of each row of the page."""
    rows = re.findall(r"^\| (\d+) .* \|(.*)\|$", page, re.MULTILINE)
    return {(int(number), test) for number, tests in rows for test in re.findall(r"`(\w+)`", tests)}


def test_each_invariant_is_held_by_a_test_and_the_page_names_just_these() -> None:
    claimed = {
        claim
        for path in (CHECKOUT / "tests").rglob("test_*.py")
        for claim in claims(path.read_text("utf-8"))
    }

    assert {number for number, _ in claimed} == NUMBERS
    assert named((CHECKOUT / "docs/invariants.md").read_text("utf-8")) == claimed


def test_a_number_is_read_where_a_docstring_begins_with_it_and_nowhere_else() -> None:
    text = '''
def test_one() -> None:
    """Invariant 7, replacement."""

def test_two() -> None:
    """It is not Invariant 8, reset."""

def three() -> None:
    """Invariant 9, no data."""
'''
    assert claims(text) == {(7, "test_one")}
    assert named("| 7 replacement | a total | `test_one`, `test_two` |\n| no | row | `x` |") == {
        (7, "test_one"),
        (7, "test_two"),
    }
