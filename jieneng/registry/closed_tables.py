"""Refuses what changes closed periods in registry files beside events and settings of meters."""

from collections.abc import Iterator

from analytics.closing import altered
from analytics.closing.altered import Altered
from energy.errors import Mistake
from energy.registry import Registry
from energy.text import Text
from jieneng.registry.closed_meters import RestsOn

_TILL_THEN = Text(
    "如果是从某天起改变，请写 valid_to，并从那天起另写一行 valid_from。",
    "If it changed on a day, end the row there (valid_to) and add one from that day (valid_from).",
)
_FOR_ALL_TIME = Text(
    "这一列对所有时间都有效；如果是新的，请另起名称。",
    "The column holds for all time: what is new gets a name of its own.",
)
HINTS = {
    altered.VIRTUAL: _TILL_THEN,
    altered.ACCOUNTS: _TILL_THEN,
    altered.BINDINGS: Text(
        "如果是从某天起改变，请在 bindings.csv 中写明原来接在那里的通道到何时为止（until）。",
        "If it changed on a day, say in bindings.csv until when the channel from before hung "
        "there (until).",
    ),
    altered.SIZES: Text(
        "如果是从某天起改变，请在 sizes.csv 中另写一行，valid_from 为那天。",
        "If it changed on a day, add a row to sizes.csv with that day as valid_from.",
    ),
    altered.INSTRUMENTS: Text(
        "新的证书请另写一行，原来的一行保留。",
        "A new certificate is a row of its own; the row from before stays.",
    ),
    altered.SITES: _FOR_ALL_TIME,
    altered.BUILDINGS: _FOR_ALL_TIME,
    altered.INSTITUTIONS: _FOR_ALL_TIME,
}
"""What to do instead, by the file."""


def tables_otherwise(before: Registry, after: Registry, rests: RestsOn) -> Iterator[Mistake]:
    """Yield each row or column by which a closed period would come out differently, once.

    What fed a meter matters where the meter has figures of the period.

    Args:
        before: The registry in force.
        after: The one that shall be.
        rests: Tells which closed periods rest on a meter.
    """
    seen: set[tuple[str, str, str]] = set()
    for one in altered.altered(before, after, rests.closed, rests.reference):
        key = one.file, one.column, one.name
        if key in seen:
            continue
        is_fed = one.file != altered.BINDINGS or (
            one.name in rests.heard and rests.is_in(before, *one[2:])
        )
        if is_fed:
            seen.add(key)
            yield Mistake(one.file, 0, one.column, _problem(one))


def _problem(one: Altered) -> Text:
    whose, period = one.institution, one.period
    hint = HINTS[one.file]
    return Text(
        f"{one.name} 的改动会改变 {whose} 已结账的 {period}。{hint.zh}如果原来一直写错："
        "jieneng import registry FOLDER --restating，"
        f"然后运行 jieneng ledger restate {whose} {period}。",
        f"what is changed of {one.name} would change {period} of {whose}, which is closed. "
        f"{hint.en} If it was wrong from the start: jieneng import registry FOLDER --restating, "
        f"and then: jieneng ledger restate {whose} {period}.",
    )
