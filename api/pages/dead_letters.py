"""The console's pages of dead letters: the list, one of them, and what is asked for them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.cells import hex_lines, is_text, readable
from api.console import Form, first, page
from api.given import Given, given
from api.language import chosen_language
from api.letters import Asked, asked
from api.letters import wanted as wanted_letters
from api.reasons import reason_text
from api.same_origin import form_of
from api.times import zone_of
from collector.telling.room import room_alarm
from dashboards.units import local
from energy.text import Text
from storage.records import dead_letters as letter_records
from storage.records import health, letter_requests
from storage.records import registry as registry_records
from storage.records.dead_letters import DeadLetter, Wanted
from storage.records.letter_requests import DROP, RETRY
from storage.records.session import Session

ROUTER = APIRouter(include_in_schema=False)

SHOWN = 100
BYTES_SHOWN = 20_000
TITLE = Text("拒收的报文", "Refused messages")
ACTIONS = {
    RETRY: Text("重读", "read again"),
    DROP: Text("放弃", "drop"),
}
OUTCOMES = {
    "": Text("等待采集程序", "waits for the collector"),
    "taken": Text("已成为读数", "became readings"),
    "refused": Text("仍被拒收", "still refused"),
    "dropped": Text("已放弃", "dropped"),
    "incomplete": Text("原文不全，无法重读", "not all bytes are kept"),
    "gone": Text("已不在", "gone already"),
}
KEPT = {
    "cut": Text("只留开头", "only the beginning is kept"),
    "counted": Text("只计数，没有原文", "only counted, no bytes are kept"),
}


@dataclass(frozen=True)
class Shown:
    """A letter as a page shows it, in one language."""

    key: str
    number: int
    collector: str
    received: str
    readings: int
    topic: str
    reason: str
    form: str
    kept: str
    asked: str


@ROUTER.get("/dead-letters")
def letters_page(
    request: Request,
    here: Annotated[Given, Depends(given)],
    which: Annotated[Asked, Depends(asked)],
) -> HTMLResponse:
    """Show the newest dead letters that fit what is asked for."""
    language = chosen_language(request, here.language)
    with here.records.reading() as session:
        zone = zone_of(registry_records.load(session))
        meant = which.wanted(session, zone)
        letters, readings = letter_records.size(session, meant)
        rows = _shown(session, letter_records.find(session, meant, SHOWN), zone, language)
        alarms = [room_alarm(entry.collector, entry.counters) for entry in health.all(session)]
        counts = letter_records.counts(session)
    by_reason = sorted(counts.items(), key=lambda pair: -pair[1])
    return page(
        "letters.html",
        request,
        here,
        title=TITLE,
        zone=zone,
        which=asdict(which),
        is_filtered=any(asdict(which).values()),
        rows=rows,
        letters=letters,
        readings=readings,
        reasons=[(reason_text(one).get(language), count) for one, count in by_reason],
        alarms=[alarm.get(language) for alarm in alarms if alarm is not None],
        was_asked=request.query_params.get("asked", ""),
    )


@ROUTER.get("/dead-letters/{collector}/{number}")
def letter_page(
    request: Request, here: Annotated[Given, Depends(given)], collector: str, number: int
) -> HTMLResponse:
    """Show one dead letter with its bytes."""
    language = chosen_language(request, here.language)
    with here.records.reading() as session:
        zone = zone_of(registry_records.load(session))
        one = Wanted(numbers=(number,), collector=collector)
        found = letter_records.find(session, one, 1)
        rows = _shown(session, found, zone, language)
    if not found:
        problem = Text(
            f"没有 {collector} 的第 {number} 号拒收报文；它也许已被重读或放弃。",
            f"There is no dead letter {number} of {collector}; it may have been read again or "
            "dropped.",
        )
        raise HTTPException(404, problem)
    (letter,) = found
    beginning = letter.payload[:BYTES_SHOWN]
    return page(
        "letter.html",
        request,
        here,
        title=TITLE,
        zone=zone,
        letter=rows[0],
        is_complete=letter.is_complete,
        length=letter.length or len(letter.payload),
        sha256=letter.sha256,
        text=readable(beginning),
        is_text=is_text(letter.payload),
        hexadecimal="\n".join(hex_lines(beginning)),
        is_long=len(letter.payload) > BYTES_SHOWN,
    )


@ROUTER.post("/dead-letters")
def ask_for_letters(
    here: Annotated[Given, Depends(given)],
    form: Annotated[Form, Depends(form_of)],
) -> RedirectResponse:
    """Ask the collector to read letters again, or to drop them; then show the list."""
    action, author = first(form, "action"), first(form, "author").strip()
    if action not in ACTIONS or not author:
        problem = Text("请写明是谁、要做什么。", "Say who you are and what is to be done.")
        raise HTTPException(422, problem)
    with here.records.session() as session:
        keys = _keys(session, form)
        why = first(form, "why").strip() or "console"
        letter_requests.put(session, keys, action, author=author, reason=why)
    back = {name: first(form, name) for name in ("topic", "reason", "format", "from", "to")}
    query = urlencode(
        {**{name: value for name, value in back.items() if value}, "asked": len(keys)}
    )
    return RedirectResponse(f"/dead-letters?{query}", status_code=303)


def _keys(session: Session, form: Form) -> list[tuple[str, int]]:
    """Return the letters that were ticked, or all that fit the filter."""
    if first(form, "all"):
        zone = zone_of(registry_records.load(session))
        meant = wanted_letters(
            session,
            zone=zone,
            topic=first(form, "topic"),
            reason=first(form, "reason"),
            form=first(form, "format"),
            start=first(form, "from"),
            end=first(form, "to"),
        )
        return letter_records.keys(session, meant)
    pairs = [key.rpartition("/") for key in form.get("letter", [])]
    return [(collector, int(number)) for collector, _, number in pairs if number.isdecimal()]


def _shown(
    session: Session, letters: Sequence[DeadLetter], zone: ZoneInfo, language: str
) -> list[Shown]:
    keys = [(letter.collector, letter.number) for letter in letters]
    newest = letter_requests.of_letters(session, keys)

    def was_asked(key: tuple[str, int]) -> str:
        if key not in newest:
            return ""
        one = newest[key]
        action = ACTIONS.get(one.action, Text(one.action, one.action)).get(language)
        outcome = OUTCOMES.get(one.outcome, Text(one.outcome, one.outcome)).get(language)
        return f"{action} · {one.author} · {outcome}"

    return [
        Shown(
            key=f"{letter.collector}/{letter.number}",
            number=letter.number,
            collector=letter.collector,
            received=f"{local(letter.received, zone.key):%Y-%m-%d %H:%M}",
            readings=letter.readings,
            topic=letter.topic,
            reason=reason_text(letter.reason).get(language),
            form=f"{letter.form} {letter.version}" if letter.form else "",
            kept=KEPT[letter.kept].get(language) if letter.kept in KEPT else "",
            asked=was_asked((letter.collector, letter.number)),
        )
        for letter in letters
    ]
