"""Where a why takes its inputs from, and how it writes times, fractions and verdicts."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from analytics.closing.choices import STATISTICS, Choices
from analytics.retention import RAW_FROM
from energy.errors import ConfigError
from energy.reference import Reference
from energy.registry import Registry
from energy.span import Span, from_ms
from energy.text import Text
from storage.readings import ReadingStore
from storage.records import values
from storage.records.session import Session

Answer = dict[str, Any]
"""JSON values: whole numbers, texts, truth values, None, lists and objects."""

FEW = 12
"""How many readings an answer lists where nobody asks for more; chosen: a screen holds them."""


@dataclass(frozen=True)
class Asked:
    """What a why is asked of.

    Attributes:
        session: Of the records.
        store: Readings and derived tables.
        registry: The registry in force.
        reference: The reference data in force.
        now_ms: The present [ms].
        limit: How many readings are listed at the most.
        choices: By what the amounts of a statement are weighed.
    """

    session: Session
    store: ReadingStore
    registry: Registry
    reference: Reference
    now_ms: int
    limit: int = FEW
    choices: Choices = STATISTICS


def iso(time: int) -> str:
    """Return an instant [ms] in UTC, such as 2026-05-03T16:00:00Z."""
    return from_ms(time).isoformat().replace("+00:00", "Z")


def fraction(number: Fraction) -> str:
    """Return a fraction as a/b."""
    return f"{number.numerator}/{number.denominator}"


def compared(figure: str, unit: str, stated: int | None, again: int | None) -> Answer:
    """Return a figure beside itself worked out again.

    Args:
        figure: Its name.
        unit: Its unit.
        stated: What ledger or sheet says; None if it says nothing.
        again: What comes out of the inputs; None if nothing can.
    """
    by = None if stated is None or again is None else again - stated
    return {
        "figure": figure,
        "unit": unit,
        "stated": stated,
        "again": again,
        "verdict": "same" if stated == again else "differs",
        "differs_by": by,
    }


def taken(figure: str, unit: str, stated: int | None) -> Answer:
    """Return a figure that cannot be worked out again: what it was made of is gone."""
    return {
        "figure": figure,
        "unit": unit,
        "stated": stated,
        "again": None,
        "verdict": "frozen",
        "differs_by": None,
    }


def is_same(figures: list[Answer]) -> bool:
    """Tell whether no figure differs from itself worked out again."""
    return all(one["verdict"] != "differs" for one in figures)


def verdict_of(
    asked: Asked, span: Span, said: list[Answer], *, is_good: bool, is_gone: bool = False
) -> str:
    """Return what is said of all figures of a span: same, differs, frozen or not_begun.

    Args:
        asked: Knows the present.
        span: What they are of.
        said: The figures of amounts; a device whose clock is ahead says some of the future.
        is_good: Whether all came out again, and what was signed is whole.
        is_gone: Whether their readings were removed.
    """
    if asked.now_ms <= span.start and all(one["stated"] is None for one in said):
        return "not_begun"
    if not is_good:
        return "differs"
    return "frozen" if is_gone else "same"


def raw_from(asked: Asked) -> int:
    """Return from when on readings are kept [ms]; 0 where all of them are."""
    return int(values.get(asked.session, RAW_FROM) or 0)


def meter_name(asked: Asked, meter: str) -> dict[str, str] | None:
    """Return what people call a meter; None where the registry has let go of it."""
    known = asked.registry.meter.get(meter)
    return {"zh": known.name_zh, "en": known.name_en} if known else None


def unknown(what: Text, name: str, known: list[str]) -> ConfigError:
    """Return the refusal of a name, with those that there are."""
    return ConfigError(
        Text(
            f"没有{what.zh} {name!r}。已有：{'、'.join(known) or '—'}。",
            f"There is no {what.en} {name!r}. Known: {', '.join(known) or '—'}.",
        )
    )
