"""What can go wrong, as a tree: catch the narrowest type you can answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from energy.text import Text


class JienengError(Exception):
    """Any error that the platform raises on purpose; its text is a sentence for a person.

    Args:
        text: What is wrong and what would be right, in both languages; a plain string is said
            as it is in either.
    """

    def __init__(self, text: Text | str) -> None:
        self.text = text if isinstance(text, Text) else Text(text, text)
        super().__init__(self.text.en)

    def told(self, language: str) -> str:
        """Return the sentence in a language, zh or en; ``str()`` gives the English one."""
        return self.text.get(language)


class ConfigError(JienengError):
    """A setting is missing, contradicts another, or names something that is not there."""


class OddError(ConfigError):
    """What a person says does not fit what stands around it; who looked again may insist.

    Args:
        text: As for JienengError, with how to insist at the command line.
        why: What is odd, without that.
    """

    def __init__(self, text: Text, why: Text) -> None:
        self.why = why
        super().__init__(text)


class UnitError(JienengError):
    """A unit is not known, or does not measure this kind."""


class DecodeError(JienengError):
    """A message cannot be read. Its text is the reason kept with the dead letter."""


class PatternError(JienengError):
    """A JSON pointer, a template or another pattern of a mapping cannot be read."""


class StoreError(JienengError):
    """The store of readings or the records cannot do what was asked."""


class UnreachableError(StoreError):
    """Nobody answers at the address, or it refuses our credentials. Worth trying again later."""


class FormatTooNewError(StoreError):
    """A file of ours was written by a newer program."""


class ClosingError(JienengError):
    """A step on the way to a closed sheet, or after it, is not possible as things are."""


REGISTRY = Text("登记表", "registry")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a file that a person edits.

    Attributes:
        file: File name, as the person knows it.
        row: Row as a spreadsheet counts it, the heading being row 1; 0 when it is about the file.
        column: Heading of the column; empty when it is about the row.
        problem: What is wrong and what would be right, one sentence in each language.
    """

    file: str
    row: int
    column: str
    problem: Text

    @property
    def text(self) -> Text:
        """Where it is and what is wrong, in one line."""
        zh = en = self.file
        if self.row:
            zh, en = f"{zh} 第 {self.row} 行", f"{en} row {self.row}"
        if self.column:
            zh, en = f"{zh} {self.column} 列", f"{en} column {self.column}"
        return Text(f"{zh}：", f"{en}: ") + self.problem

    def __str__(self) -> str:
        return self.text.en


NOTHING_IMPORTED = Text("没有导入任何内容", "nothing imported")
NOTHING_SIMULATED = Text("没有模拟任何内容", "nothing simulated")


class RegistryError(JienengError):
    """Files that people edit hold mistakes; all of them at once, so that one pass mends them.

    Args:
        mistakes: At least one.
        what: What the files are, such as the registry.
        nothing: What was not done because of them.
    """

    def __init__(
        self, mistakes: Sequence[Mistake], what: Text = REGISTRY, nothing: Text = NOTHING_IMPORTED
    ) -> None:
        self.mistakes = tuple(mistakes)
        count = len(self.mistakes)
        heading = Text(
            f"{what.zh}有 {count} 处错误，{nothing.zh}",
            f"{count} mistake{'s' if count != 1 else ''} in the {what.en}; {nothing.en}",
        )
        texts = [heading, *(mistake.text for mistake in self.mistakes)]
        zh = "\n  ".join(text.zh for text in texts)
        en = "\n  ".join(text.en for text in texts)
        super().__init__(Text(zh, en))
