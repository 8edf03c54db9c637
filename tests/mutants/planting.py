"""Mutants: mistakes in the text of a file that the tests must notice."""

import ast
import tomllib
from dataclasses import dataclass
from pathlib import Path

MUTANTS = Path(__file__).parent


@dataclass(frozen=True)
class Mutant:
    """One mistake.

    Attributes:
        name: What it does wrong, in words.
        area: The file it is written in.
        file: The file it is planted in, from the top of the checkout.
        before: A text that stands there exactly once.
        after: What stands there instead.
        killed_by: Test files, or tests, of which one must fail.
    """

    name: str
    area: str
    file: str
    before: str
    after: str
    killed_by: tuple[str, ...]

    def planted_in(self, checkout: Path) -> str:
        """Return the text of its file with the mistake in it.

        Raises:
            ValueError: If it no longer applies, or the file is no Python with it.
        """
        text = (checkout / self.file).read_text("utf-8")
        if text.count(self.before) != 1:
            raise ValueError(
                f"{self.area}: {self.name!r} wants to change a text that stands in {self.file} "
                f"{text.count(self.before)} times, not once. Write its 'before' anew."
            )
        changed = text.replace(self.before, self.after)
        if ast.dump(ast.parse(changed)) == ast.dump(ast.parse(text)):
            raise ValueError(f"{self.area}: {self.name!r} changes nothing in {self.file}.")
        return changed


def read_mutants(folder: Path = MUTANTS) -> list[Mutant]:
    """Return all mutants, in order of their files and in each as written."""
    return [
        Mutant(**{**entry, "area": path.stem, "killed_by": tuple(entry["killed_by"])})
        for path in sorted(folder.glob("*.toml"))
        for entry in tomllib.loads(path.read_text("utf-8"))["mutant"]
    ]
