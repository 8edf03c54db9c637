"""Dead letters at the command line: which are meant, how they are said, what is asked for them."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from api.cells import hex_lines, is_text, readable
from api.letters import wanted
from api.times import zone_of
from dashboards.units import local
from energy.errors import ConfigError, StoreError
from energy.text import Text
from jieneng.clock import now_ms
from jieneng.counting import counted
from jieneng.printing import printable, printable_reason
from jieneng.registry.intake import author
from storage.records import dead_letters, health, letter_requests
from storage.records import registry as registry_records
from storage.records.dead_letters import DeadLetter, Wanted

if TYPE_CHECKING:
    from jieneng.wiring import House

FRESH_MS = 15_000
"""A collector that published its books as lately as this is running; it does so every second."""
POLL_S = 0.3
TELL_S = 2.0
PATIENCE_S = 30.0

OUTCOMES = {
    "taken": Text("已成为读数", "became readings"),
    "refused": Text("仍被拒收", "are still refused"),
    "dropped": Text("已放弃", "were dropped"),
    "incomplete": Text("原文不全，无法重读", "cannot be read again: not all bytes are kept"),
    "gone": Text("已不在", "were gone already"),
    "": Text("还在等待", "still wait"),
}
"""What became of requests, as people are told it."""

KEPT = {
    "whole": Text("全文", "whole"),
    "cut": Text("只留开头", "only the beginning"),
    "counted": Text("只计数", "only counted"),
}


LISTED_SIGNS = 120
"""Of a topic in a list; chosen: MQTT allows 65,535 bytes, and ``show`` says them all."""


def meant(house: "House", given: Mapping[str, Any]) -> Wanted:
    """Return which letters the filters of a command mean.

    Raises:
        ConfigError: If a time cannot be read.
    """
    with house.records.reading() as session:
        zone = zone_of(registry_records.load(session))
        return wanted(session, zone=zone, **given)


def zone_name(house: "House") -> str:
    """Return the wall clock that times are said in."""
    with house.records.reading() as session:
        return zone_of(registry_records.load(session)).key


def line_of(letter: DeadLetter, zone: str) -> Text:
    """Return a letter in one line."""
    at = f"{local(letter.received, zone):%Y-%m-%d %H:%M}"
    topic = printable(letter.topic)
    if len(topic) > LISTED_SIGNS:
        topic = f"{topic[:LISTED_SIGNS]}…"
    start = f"{letter.number:>8}  {at}  {letter.readings:>5,}  {topic}  "
    return Text(start, start) + printable_reason(letter.reason)


def one_letter(house: "House", number: int, collector: str) -> DeadLetter:
    """Return a letter by its number.

    Raises:
        ConfigError: If there is none, or several collectors have one of that number.
    """
    with house.records.reading() as session:
        one = Wanted(numbers=(number,), collector=collector)
        found = dead_letters.find(session, one, 10)
    if not found:
        raise ConfigError(
            Text(
                f"没有第 {number} 号拒收报文。请看：jieneng deadletters list",
                f"There is no dead letter {number}. Look at: jieneng deadletters list",
            )
        )
    if len(found) > 1:
        names = ", ".join(sorted(letter.collector for letter in found))
        raise ConfigError(
            Text(
                f"几个采集程序都有第 {number} 号：{names}。请用 --collector 指明。",
                f"Several collectors have a letter {number}: {names}. Name one with --collector.",
            )
        )
    return found[0]


def lines_of(letter: DeadLetter, zone: str, *, as_hex: bool) -> Iterator[Text]:
    """Yield everything about a letter, its bytes last."""
    form = f"{letter.form} {letter.version}" if letter.form else ""
    at = f"{local(letter.received, zone):%Y-%m-%d %H:%M:%S} {zone}"
    size = f"{letter.length or len(letter.payload):,}"
    yield Text(f"号码        {letter.number}", f"number      {letter.number}")
    yield Text(f"采集程序    {letter.collector}", f"collector   {letter.collector}")
    topic = printable(letter.topic)
    yield Text(f"主题        {topic}", f"topic       {topic}")
    yield Text(f"收到        {at}", f"received    {at}")
    yield Text("原因        ", "reason      ") + printable_reason(letter.reason)
    yield Text(f"读数        {letter.readings:,}", f"readings    {letter.readings:,}")
    yield Text(f"格式        {form or '—'}", f"format      {form or '-'}")
    kept = KEPT.get(letter.kept, Text(letter.kept, letter.kept))
    yield Text(f"保留        {size} 字节，", f"kept        {size} bytes, ") + kept
    if letter.sha256:
        yield Text(f"SHA-256     {letter.sha256}", f"SHA-256     {letter.sha256}")
    yield Text("", "")
    for line in payload_lines(letter.payload, as_hex=as_hex):
        yield Text(line, line)


def payload_lines(payload: bytes, *, as_hex: bool) -> list[str]:
    """Return bytes as text, or in hex where they are none or hex is asked for."""
    if is_text(payload) and not as_hex:
        return readable(payload).splitlines()
    return hex_lines(payload)


def ask_for(house: "House", which: Wanted, action: str, why: str) -> tuple[int, int]:
    """Leave requests for collectors; return how many, and the number before the first."""
    with house.records.session() as session:
        keys = dead_letters.keys(session, which)
        before = letter_requests.put(session, keys, action, author=author(), reason=why)
    return len(keys), before


def is_collecting(house: "House") -> bool:
    """Tell whether a collector is there to pick requests up."""
    if house.collector is not None:
        return True
    with house.records.reading() as session:
        return any(now_ms() - entry.at < FRESH_MS for entry in health.all(session))


def outcomes_of(
    house: "House", after: int, total: int, tell: Callable[[Text], None]
) -> dict[str, int]:
    """Wait until requests are carried out; tell how far that is; return how many became what.

    It stops waiting when nothing has moved for a while; what is left has the outcome "".
    """
    moved = told = time.monotonic()
    left = total
    while True:
        with house.records.reading() as session:
            found = letter_requests.outcomes(session, after=after, author=author())
        now, waiting = time.monotonic(), found.get("", 0)
        if waiting < left:
            moved, left = now, waiting
        if not waiting or now - moved > PATIENCE_S:
            return found
        if now - told > TELL_S:
            done = f"{total - waiting:,} / {total:,}"
            tell(Text(f"已处理 {done}", f"{done} done"))
            told = now
        time.sleep(POLL_S)


def said(outcomes: Mapping[str, int]) -> Iterator[Text]:
    """Yield a line for each outcome, the most frequent first."""
    for outcome, count in sorted(outcomes.items(), key=lambda pair: -pair[1]):
        became = OUTCOMES.get(outcome, Text(outcome, outcome))
        yield Text(f"{count:>8,}  ", f"{count:>8,}  ") + became


def see_which(given: Mapping[str, Any], *, everything: bool) -> None:
    """See that somebody said which letters are meant.

    Raises:
        ConfigError: If not, or both all and some are meant.
    """
    if any(given.values()) == everything:
        raise ConfigError(
            Text(
                "请说明是哪些报文：写出号码，或用 --topic、--reason、--format、--from、--to 筛选；"
                "全部则只写 --all。",
                "Say which letters: their numbers, or --topic, --reason, --format, --from, --to; "
                "or --all alone for every one.",
            )
        )


def found_none() -> StoreError:
    """Return the error that nothing fits."""
    return StoreError(
        Text(
            "没有符合条件的拒收报文。请看：jieneng deadletters list",
            "No dead letter fits. Look at: jieneng deadletters list",
        )
    )


def how_many(letters: int, readings: int) -> Text:
    """Return how many letters there are, and readings in them."""
    return Text(
        f"{letters:,} 封拒收报文，{readings:,} 个读数",
        f"{counted(letters, 'dead letter')}, {counted(readings, 'reading')}",
    )
