"""A guess at what is wrong in a family of meters."""

from dataclasses import dataclass

from energy.text import Text


@dataclass(frozen=True, slots=True)
class Suspect:
    """A guess at what is wrong, with what speaks for it.

    Attributes:
        meters: Which meters it concerns; the parent where a branch is missing.
        fault: ratio, reversed, swapped, clock, missing_branch or too_little.
        confidence: Share of the days for it, divided among the guesses that explain the same gap.
        sentence: What is seen, in words.
        evidence: The numbers behind it.
    """

    meters: tuple[str, ...]
    fault: str
    confidence: float
    sentence: Text
    evidence: dict[str, float]
