"""What a registry in force counts wrongly, or perhaps: taken before files with it were refused."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from energy.bills.account import AccountMeter
from energy.counting.sold import How, sold_words, sold_wrongly
from energy.counting.twice import counted_too_often
from energy.counting.virtual import VirtualPart
from energy.counting.words import too_often_words
from energy.meter import Meter
from energy.text import Text


@dataclass(frozen=True, slots=True)
class Miscounted:
    """A meter that a registry counts wrongly.

    Attributes:
        meter: Which.
        institution: Whose amounts are wrong by it.
        kind: Of energy.
        words: What is wrong, and what to change.
        is_sure: Whether it is, or only may be.
        is_in_mains: Whether the amount of all of the kind is wrong, else sub-meters alone.
    """

    meter: str
    institution: str
    kind: str
    words: Text
    is_sure: bool
    is_in_mains: bool


def miscounted(
    meters: Mapping[str, Meter], parts: Sequence[VirtualPart], accounts: Iterable[AccountMeter]
) -> Iterator[Miscounted]:
    """Yield what a registry counts wrongly, each for the institutions whose amounts it is in.

    Args:
        meters: By name.
        parts: What virtual meters are made of; without a cycle.
        accounts: The meters of accounts.
    """
    for one in counted_too_often(meters, parts):
        words = too_often_words(one, meters)
        whose = [meters[name].institution for name in (*one.shares, *one.by)]
        for institution in dict.fromkeys(whose):
            kind = meters[one.meter].kind
            yield Miscounted(
                one.meter, institution, kind, words, is_sure=True, is_in_mains=not one.below
            )
    for sold in sold_wrongly(meters, parts, accounts):
        main = meters[sold.main]
        is_sure = sold.how is not How.PERHAPS
        yield Miscounted(
            sold.meter, main.institution, main.kind, sold_words(sold), is_sure=is_sure,
            is_in_mains=True,
        )  # fmt: skip
