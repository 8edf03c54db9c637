"""Shows that the tests notice every mutant: python -m tests.mutants [words of some names]."""

import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.hunting import Fate, Hunt
from tests.mutants.planting import Mutant, read_mutants

CHECKOUT = Path(__file__).parents[2]


def chosen(words: list[str]) -> list[Mutant]:
    """Return the mutants whose area or name holds one of some words; all without words."""
    return [
        mutant
        for mutant in read_mutants()
        if not words or any(word in f"{mutant.area} {mutant.name}" for word in words)
    ]


def line(fate: Fate) -> str:
    """Return what became of a mutant, in one line."""
    said = fate.problem or (fate.killer and f"killed by {fate.killer}") or "SURVIVED"
    mutant = fate.mutant
    return f"{mutant.area:<12} {mutant.name:<58} {fate.seconds:5.1f} s  {said}"


def main(words: list[str]) -> int:
    """Hunt mutants; return 1 if one survives, no longer applies, or the tests fail without any."""
    begun, mutants = time.monotonic(), chosen(words)
    with tempfile.TemporaryDirectory() as folder, Hunt(CHECKOUT, Path(folder)) as hunt:
        print(f"{len(mutants)} mutants. First their tests without any of them.", flush=True)
        failing = hunt.failing_without(mutants)
        if failing or not mutants:
            print(f"Without a mutant fails: {failing}" if failing else "No mutant is called so.")
            return 1
        taken = time.monotonic() - begun
        print(f"Without a mutant all their tests pass ({taken:.0f} s).", flush=True)
        fates = []
        for number, fate in enumerate(hunt.fates(mutants), 1):
            print(f"{number:3}/{len(mutants)}  {line(fate)}", flush=True)
            fates.append(fate)
    alive = [fate for fate in fates if not fate.is_killed]
    print(f"{len(fates) - len(alive)} of {len(fates)} killed in {time.monotonic() - begun:.0f} s.")
    for fate in alive:
        print(f"Not killed: {line(fate)}")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
