"""Every planted mistake still fits the tree, and the hunt tells a survivor from a killed one."""

from pathlib import Path

import pytest

from tests.mutants.hunting import copied, hunted, sound
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
def house(tmp_path: Path) -> Path:
    """Return a small checkout with a test that is too weak."""
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "code_at_hand.py").write_text(CODE)
    (folder / "test_code_at_hand.py").write_text(TESTS)
    (folder / "conftest.py").write_text((CHECKOUT / "tests/conftest.py").read_text("utf-8"))
    return folder


@pytest.fixture
def copy(house: Path, tmp_path: Path) -> Path:
    return copied(house, tmp_path)


def mutant_of(before: str, after: str) -> Mutant:
    tests = ("test_code_at_hand.py",)
    return Mutant("a mistake", "here", "code_at_hand.py", before, after, tests)


def test_a_mutant_is_killed_by_the_test_that_fails_and_survives_without_one(
    house: Path, copy: Path
) -> None:
    seen = mutant_of("one > other", "one < other")
    unseen = mutant_of("else other", "else one")

    assert not sound(copy, [seen, unseen])
    fates = list(hunted(house, copy, [seen, unseen]))

    assert [fate.is_killed for fate in fates] == [True, False]
    assert fates[0].killer.endswith("::test_the_larger_of_two_is_found")
    assert (copy / "code_at_hand.py").read_text() == CODE


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [("one >= other", "one > other", "0 times"), ("one", "two", "3 times"),
     ("one > other", "(one > other)", "changes nothing")],
)  # fmt: skip
def test_a_mutant_that_no_longer_applies_is_a_problem_and_never_killed(
    house: Path, copy: Path, before: str, after: str, said: str
) -> None:
    (fate,) = hunted(house, copy, [mutant_of(before, after)])

    assert said in fate.problem
    assert not fate.is_killed


def test_a_mutant_with_which_no_test_can_run_is_a_problem_and_never_killed(
    house: Path, copy: Path
) -> None:
    (fate,) = hunted(house, copy, [mutant_of("def larger", "def greater")])

    assert "cannot run" in fate.problem
    assert not fate.is_killed
