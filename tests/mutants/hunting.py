"""Plants each mutant in a copy of the checkout and runs the tests that must notice it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.mutants import nest
from tests.mutants.planting import Mutant

LONGEST_S = 300
"""Chosen: the tests of one mutant take seconds; a mutant may make them endless."""

LONGEST_OF_ALL_S = 3600

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
        return bool(self.killer) and not self.problem


class Hunt:
    """A copy of a checkout in which tests run, and mutants are planted one at a time.

    Args:
        checkout: What is copied, without what is not its source.
        folder: Where the copy goes.
    """

    def __init__(self, checkout: Path, folder: Path) -> None:
        self.checkout = checkout
        self.copy = Path(shutil.copytree(checkout, folder / "checkout", ignore=NOT_COPIED))

    def __enter__(self) -> Self:
        # The copy comes before an installed checkout.
        self._nest = subprocess.Popen(  # noqa: S603
            [sys.executable, nest.__file__],
            cwd=self.copy, env={**os.environ, "PYTHONPATH": str(self.copy)}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._nest.terminate()
        self._nest.communicate()

    def failing(
        self, tests: Iterable[str], *, longest_s: int = LONGEST_S, keeps: bool = False
    ) -> str:
        """Return the first of some tests that fails in the copy; "" if none does.

        Args:
            tests: Test files, or tests.
            longest_s: After so many seconds, that they came to no end is returned.
            keeps: Whether what is compiled for them is kept for the next.

        Raises:
            ValueError: If they cannot be run.
        """
        request = {"tests": list(tests), "longest_s": longest_s, "keeps": keeps}
        answer = self._ask(json.dumps(request))
        if answer["problem"]:
            raise ValueError(answer["problem"])
        return answer["failed"]

    def failing_without(self, mutants: Iterable[Mutant]) -> str:
        """Run every test that is to kill a mutant where there is none; see ``failing``."""
        tests = dict.fromkeys(test for mutant in mutants for test in mutant.killed_by)
        return self.failing(tests, longest_s=LONGEST_OF_ALL_S, keeps=True)

    def fates(self, mutants: Iterable[Mutant]) -> Iterator[Fate]:
        """Yield the fate of each mutant, planted alone in the copy and taken out again."""
        for mutant in mutants:
            begun = time.monotonic()
            killer, problem = "", ""
            try:
                self._plant(mutant)
                killer = self.failing(mutant.killed_by)
            except ValueError as error:
                problem = str(error)
            finally:
                # With its old time, so that what was compiled of the original is valid again.
                shutil.copy2(self.checkout / mutant.file, self.copy / mutant.file)
            yield Fate(mutant, killer, time.monotonic() - begun, problem)

    def _plant(self, mutant: Mutant) -> None:
        file = self.copy / mutant.file
        old = file.stat().st_mtime
        file.write_text(mutant.planted_in(self.checkout), "utf-8")
        # Compiled files are told by second and size: one of the original never fits the mutant.
        os.utime(file, (old + 2, old + 2))

    def _ask(self, request: str) -> dict[str, str]:
        if self._nest.stdin is None or self._nest.stdout is None:
            raise ValueError("The nest has no pipes.")
        self._nest.stdin.write(request + "\n")
        self._nest.stdin.flush()
        answer: dict[str, str] = json.loads(self._nest.stdout.readline())
        return answer
