"""Every planted mistake still fits the tree, and the hunt tells a survivor from a killed one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.hunting import Hunt
from tests.mutants.planting import Mutant, read_mutants

CHECKOUT = Path(__file__).parents[2]
MUTANTS = read_mutants()

CODE = """
def larger(one: int, other: int) -> int:
    return one if one > other else other
"""
TESTS = """
from code_at_hand import larger

def test_the_larger_of_two_is_found() -> None:
    assert larger(2, 1) == 2
"""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.area}: {mutant.name}")
def test_a_mutant_fits_the_tree_and_the_tests_that_kill_it_exist(mutant: Mutant) -> None:
    assert mutant.planted_in(CHECKOUT)
    assert mutant.killed_by
    for test in mutant.killed_by:
        file, _, name = test.partition("::")
        assert f"\ndef {name}" in (CHECKOUT / file).read_text("utf-8"), test


def test_no_two_mutants_have_one_name() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.fixture
def hunt(tmp_path: Path) -> Iterator[Hunt]:
    """Hunt in a small checkout with a test that is too weak."""
    house = tmp_path / "house"
    house.mkdir()
    (house / "code_at_hand.py").write_text(CODE)
    (house / "test_code_at_hand.py").write_text(TESTS)
    (house / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    (house / "conftest.py").write_text((CHECKOUT / "tests/conftest.py").read_text("utf-8"))
    with Hunt(house, tmp_path) as found:
        yield found


def mutant_of(before: str, after: str) -> Mutant:
    tests = ("test_code_at_hand.py",)
    return Mutant("a mistake", "here", "code_at_hand.py", before, after, tests)


def test_a_mutant_is_killed_by_the_test_that_fails_and_survives_without_one(hunt: Hunt) -> None:
    seen = mutant_of("one > other", "one < other")
    unseen = mutant_of("else other", "else one")

    assert not hunt.failing_without([seen, unseen])
    fates = list(hunt.fates([seen, unseen]))

    assert [fate.is_killed for fate in fates] == [True, False]
    assert fates[0].killer.endswith("::test_the_larger_of_two_is_found")
    assert (hunt.copy / "code_at_hand.py").read_text() == CODE


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [("one >= other", "one > other", "0 times"), ("one", "two", "3 times"),
     ("one > other", "(one > other)", "changes nothing")],
)  # fmt: skip
def test_a_mutant_that_no_longer_applies_is_a_problem_and_never_killed(
    hunt: Hunt, before: str, after: str, said: str
) -> None:
    (fate,) = hunt.fates([mutant_of(before, after)])

    assert said in fate.problem
    assert not fate.is_killed


def test_a_mutant_with_which_no_test_can_run_is_a_problem_and_never_killed(hunt: Hunt) -> None:
    (fate,) = hunt.fates([mutant_of("def larger", "def greater")])

    assert "cannot be loaded" in fate.problem
    assert not fate.is_killed


def test_a_mutant_that_never_ends_is_killed_by_time(hunt: Hunt) -> None:
    text = mutant_of("    return one", "    while True:\n        pass\n    return one").planted_in(
        hunt.checkout
    )
    (hunt.copy / "code_at_hand.py").write_text(text)

    assert hunt.failing(["test_code_at_hand.py"], longest_s=2) == "no end within 2 s"
