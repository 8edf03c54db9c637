"""Plants each mutant in a copy of the checkout and runs the tests that must notice it."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.planting import Mutant

LONGEST_S = 300
"""Chosen: the tests of one mutant take some seconds; a mutant may make them endless."""

FAILED_TESTS = 1
"""What pytest ends with when tests failed; 2 and more: it could not run them."""

NOT_COPIED = shutil.ignore_patterns(
    ".git", ".*_cache", ".hypothesis", ".venv", ".servers", "__pycache__", "data", "node_modules"
)


@dataclass(frozen=True)
class Fate:
    """What became of a mutant.

    Attributes:
        mutant: Which one.
        killer: The test that noticed it; "" if none did.
        seconds: How long that took.
        problem: Why nobody can say whether it is noticed; "" if one can.
    """

    mutant: Mutant
    killer: str
    seconds: float
    problem: str = ""

    @property
    def is_killed(self) -> bool:
        """Whether a test noticed it."""
        return bool(self.killer)


def copied(checkout: Path, folder: Path) -> Path:
    """Return a copy of a checkout, without what is not its source."""
    return Path(shutil.copytree(checkout, folder / "checkout", ignore=NOT_COPIED))


def sound(copy: Path, mutants: Iterable[Mutant]) -> str:
    """Run every test that is to kill a mutant where there is none; return which one fails.

    Raises:
        ValueError: If they cannot be run.
    """
    tests = list(dict.fromkeys(test for mutant in mutants for test in mutant.killed_by))
    return _failing(copy, tests, longest_s=20 * LONGEST_S)


def hunted(checkout: Path, copy: Path, mutants: Iterable[Mutant]) -> Iterator[Fate]:
    """Yield the fate of each mutant, planted alone in the copy and taken out again."""
    for mutant in mutants:
        begun = time.monotonic()
        killer, problem = "", ""
        try:
            (copy / mutant.file).write_text(mutant.planted_in(checkout), "utf-8")
            killer = _failing(copy, mutant.killed_by)
        except ValueError as error:
            problem = str(error)
        finally:
            # With its old time, so that what was compiled of the original is valid again.
            shutil.copy2(checkout / mutant.file, copy / mutant.file)
        yield Fate(mutant, killer, time.monotonic() - begun, problem)


def _failing(copy: Path, tests: Iterable[str], *, longest_s: float = LONGEST_S) -> str:
    """Return the first test that fails in a copy; "" if none does."""
    command = [
        *(sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider"),
        *("-p", "no:randomly", "-n", "0", "--hypothesis-profile=mutants", *tests),
    ]
    # The copy comes before an installed checkout; and nothing of a mutant stays compiled.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ended = subprocess.run(  # noqa: S603
            command, cwd=copy, env=environment, capture_output=True, text=True,
            timeout=longest_s, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"no end within {longest_s:.0f} s"
    if ended.returncode == 0:
        return ""
    found = re.search(r"^FAILED (\S+)", ended.stdout, re.MULTILINE)
    if ended.returncode != FAILED_TESTS or found is None:
        raise ValueError(f"The tests cannot run: {(ended.stdout + ended.stderr)[-600:]}")
    return found[1]
