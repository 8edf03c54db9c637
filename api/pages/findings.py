"""The console's pages of findings: the list by state, and one with its buttons, for a phone."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from analytics.findings.refusals import not_there
from analytics.findings.watch import rules
from api.clerk import Clerk
from api.console import page
from api.finding_card import (
    ALL,
    DATA,
    ENDED,
    TO_DO,
    Card,
    Event,
    card_of,
    cards,
    frozen_text,
    history,
    see_state,
)
from api.finding_line import line_of
from api.finding_phrases import BUTTONS, GROUPS, LOOKS, finding_phrases
from api.finding_wish import AskedStep
from api.given import Given, clerk_of, given
from api.language import chosen_language
from api.paper import ENDINGS
from api.posted import Posted, posted_form
from api.times import zone_of
from dashboards.units import local
from energy.errors import ConfigError, JienengError
from energy.finding_step import Stage, Step
from energy.handling_words import STAGES
from energy.text import Text
from storage.records import evidence, finding_steps, findings, people
from storage.records import registry as registry_records
from storage.records.session import Session

ROUTER = APIRouter(include_in_schema=False)

SHOWN = 100
"""Findings on one page, what costs most first; who looks for another chooses a state."""
TITLE = Text("用能异常", "Findings")
NOBODY = Text("请写明由谁办理。", "Say who you are.")
_TO = "to"


@ROUTER.get("/findings")
def findings_page(
    request: Request,
    here: Annotated[Given, Depends(given)],
    state: str = TO_DO,
    institution: str = "",
) -> HTMLResponse:
    """Show the findings of a state, what costs most first."""
    see_state(state)
    language = chosen_language(request, here.language)
    with here.records.reading() as session:
        registry = registry_records.load(session)
        every = [
            card for card in cards(session, here.now()) if institution in ("", card.institution)
        ]
        found = [card for card in every if card.is_shown(state)]
        lines = [line_of(session, card, language) for card in found[:SHOWN]]
    phrases = finding_phrases(language)
    states = [
        (TO_DO, phrases["todo"]),
        *((stage.value, STAGES[stage].get(language)) for stage in Stage),
        (ENDED, phrases["ended"]),
        (ALL, phrases["everything"]),
    ]
    return page(
        "findings.html",
        request,
        here,
        title=TITLE,
        zone=zone_of(registry),
        f=phrases,
        lines=lines,
        more=max(0, len(found) - SHOWN),
        state=state,
        states=[
            (name, called, sum(card.is_shown(name) for card in every)) for name, called in states
        ],
        institution=institution,
        institutions=[
            (one.institution, Text(one.name_zh, one.name_en).get(language) or one.institution)
            for one in registry.institutions
        ],
    )


@ROUTER.get("/findings/{number}")
def finding_page(
    request: Request,
    here: Annotated[Given, Depends(given)],
    number: int,
    *,
    kept: int = 0,
    again: int = 0,
    newcomer: str = "",
) -> HTMLResponse:
    """Show everything about a finding, and what may be done about it."""
    return _page_of(request, here, number, kept=bool(kept), again=bool(again), newcomer=newcomer)


@ROUTER.post("/findings/{number}")
def take_step(
    request: Request,
    here: Annotated[Given, Depends(given)],
    clerk: Annotated[Clerk, Depends(clerk_of)],
    posted: Annotated[Posted, Depends(posted_form)],
    number: int,
) -> Response:
    """Take a step about a finding, or show it again with the sentence why not."""
    _see_known(here, number)
    file = posted.word("evidence")
    try:
        if not posted.word("by"):
            raise ConfigError(NOBODY)
        file = _kept_photo(here, clerk, posted, number) or file
        entered = clerk.take_step(_asked(posted, number, file))
    except JienengError as error:
        return _page_of(request, here, number, posted=posted, file=file, wrong=error)
    query: dict[str, int | str] = {"kept": 1, "again": int(not entered.is_new)}
    if entered.newcomer:
        query["newcomer"] = entered.newcomer
    return RedirectResponse(f"/findings/{number}?{urlencode(query)}", status_code=303)


@ROUTER.get("/findings/{number}/files/{sha256}")
def file_of_finding(here: Annotated[Given, Depends(given)], number: int, sha256: str) -> Response:
    """Return a photo or a paper that was attached to a finding."""
    _see_known(here, number)
    with here.records.reading() as session:
        steps = finding_steps.of_finding(session, number)
        known = evidence.find(session, sha256)
        if known is None or sha256 not in {taken.evidence for taken in steps}:
            raise HTTPException(404, _no_file(number))
        content = evidence.content_of(session, sha256)
    # What else people kept, such as a page, is handed out to be saved and never shown here.
    shown = known.media_type if known.media_type in ENDINGS else "application/octet-stream"
    return Response(content, media_type=shown)


def _no_file(number: int) -> Text:
    return Text(f"第 {number} 号异常没有这个附件。", f"Finding {number} has no such file attached.")


def _asked(posted: Posted, number: int, file: str) -> AskedStep:
    return AskedStep(
        finding=number,
        step=posted.word("step"),
        by=posted.word("by"),
        words=posted.word("words"),
        to=posted.word(_TO),
        until=posted.word("until"),
        evidence=file,
        form=posted.word("key") or uuid4().hex,
    )


def _kept_photo(here: Given, clerk: Clerk, posted: Posted, number: int) -> str:
    """Return the SHA-256 of the file that came with a form; "" for none."""
    paper = posted.paper()
    if paper is None:
        return ""
    at = f"{local(here.now(), 'UTC'):%Y%m%dT%H%M%SZ}"
    name = f"finding-{number}-{at}.{ENDINGS[paper.media_type]}"
    return clerk.keep_paper(paper, name=name, by=posted.word("by"))


def _see_known(here: Given, number: int) -> None:
    """See that there is a finding.

    Raises:
        HTTPException: 404 if not.
    """
    with here.records.reading() as session:
        if findings.get(session, number) is None:
            raise HTTPException(404, not_there(number))


def _page_of(
    request: Request,
    here: Given,
    number: int,
    *,
    posted: Posted | None = None,
    file: str = "",
    wrong: JienengError | None = None,
    kept: bool = False,
    again: bool = False,
    newcomer: str = "",
) -> HTMLResponse:
    _see_known(here, number)
    language = chosen_language(request, here.language)
    said = posted or Posted({"key": [uuid4().hex]})
    with here.records.reading() as session:
        card = card_of(session, number, here.now())
        details = _details(session, card, language)
    return page(
        "finding.html",
        request,
        here,
        title=TITLE,
        zone=card.zone,
        status=_status(wrong),
        f=finding_phrases(language),
        said={name: said.word(name) for name in ("by", "words", _TO, "until", "key")},
        evidence=file,
        complaint=wrong.text.get(language) if wrong is not None else "",
        kept=kept,
        again=again,
        newcomer=newcomer,
        **details,
    )


def _status(wrong: JienengError | None) -> int:
    if wrong is None:
        return 200
    return 422 if isinstance(wrong, ConfigError) else 503


def _details(session: Session, card: Card, language: str) -> dict[str, Any]:
    """Return what the page of a finding names of it, in one language."""
    finding, accepted = card.finding, card.handling.accepted
    rule = rules().get(finding.rule)
    label = Text(rule.label_zh, rule.label_en) if rule else Text(finding.rule, finding.rule)
    return {
        "line": line_of(session, card, language),
        "in_place": card.handling.superseded_by,
        "sentences": _both(Text(finding.sentence_zh, finding.sentence_en), language),
        "checks": _both(Text(finding.check_zh, finding.check_en), language),
        "data": DATA[card.stored.state].get(language),
        "seen_until": card.minute(finding.end),
        "rule": label.get(language),
        "rule_name": f"{finding.rule} {finding.version}",
        "disproof": rule.disproof if rule else "",
        "evidence_of_rule": [(name, f"{value:,.4g}") for name, value in finding.evidence.items()],
        "coverage": f"{finding.coverage:.0%}",
        "frozen": frozen_text(card, accepted).get(language) if accepted else "",
        "is_fixed": card.stage is Stage.FIXED,
        "is_rejected": card.stage is Stage.REJECTED,
        "events": [_event(one, card, language) for one in history(session, card)],
        "groups": _groups(card.may, language),
        "people": [one.name for one in people.all(session) if one.name is not None],
    }


def _both(text: Text, language: str) -> list[tuple[str, str]]:
    """Return a text in both languages, that of the page first, each with its name."""
    other = "en" if language == "zh" else "zh"
    return [(one, text.get(one)) for one in (language, other)]


def _groups(may: list[Step], language: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the fields of the form, each with the buttons of what may be done now."""
    found = [
        (
            name,
            [
                (step.value, BUTTONS[step].get(language), LOOKS.get(step, ""))
                for step in steps
                if step in may
            ],
        )
        for name, steps in GROUPS
    ]
    return [(name, buttons) for name, buttons in found if buttons]


def _event(event: Event, card: Card, language: str) -> dict[str, str]:
    return {
        "at": card.minute(event.at),
        "what": event.what.get(language),
        "by": event.by.get(language),
        "words": event.words.get(language),
        "until": event.until,
        "evidence": event.evidence,
        "file": event.file,
    }
