"""What can go wrong, as a tree: catch the narrowest type you can answer."""

from collections.abc import Sequence
from dataclasses import dataclass


class JienengError(Exception):
    """Any error that the platform raises on purpose; its text is a sentence for a person."""


class ConfigError(JienengError):
    """A setting is missing, contradicts another, or names something that is not there."""


class UnitError(JienengError):
    """A unit is not known, or does not measure this kind."""


class DecodeError(JienengError):
    """A message cannot be read. Its text is the reason kept with the dead letter."""


class StoreError(JienengError):
    """The store of readings or the records cannot do what was asked."""


class UnreachableError(StoreError):
    """Nobody answers at the address, or it refuses our credentials. Worth trying again later."""


class FormatTooNewError(StoreError):
    """A file of ours was written by a newer program."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a file that a person edits.

    Attributes:
        file: File name, as the person knows it.
        row: Row as a spreadsheet counts it, the heading being row 1; 0 when it is about the file.
        column: Heading of the column; empty when it is about the row.
        problem: What is wrong and what would be right, one sentence.
    """

    file: str
    row: int
    column: str
    problem: str

    def __str__(self) -> str:
        place = self.file
        if self.row:
            place += f" row {self.row}"
        if self.column:
            place += f" column {self.column}"
        return f"{place}: {self.problem}"


class RegistryError(JienengError):
    """The registry files hold mistakes; all of them at once, so that one pass mends them."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        count = len(self.mistakes)
        heading = f"{count} mistake{'s' if count != 1 else ''} in the registry; nothing imported"
        super().__init__("\n  ".join([heading, *map(str, self.mistakes)]))
