"""The console's pages on which people enter what they read from a meter."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from analytics.edits.planning import is_in_store
from api.by_hand import Hint, hint_of, local_now, shown_value
from api.clerk import Clerk, TakenReading
from api.console import page
from api.given import Given, clerk_of, given
from api.language import chosen_language
from api.paper import ENDINGS
from api.posted import Posted, posted_form
from api.task import reading_link
from api.times import zone_of
from dashboards.units import local
from energy.errors import ConfigError, JienengError, OddError
from energy.meter import Meter
from energy.registry import Registry
from energy.text import Text
from storage.records import edits
from storage.records import registry as registry_records

ROUTER = APIRouter(include_in_schema=False)

SHOWN = 40
"""Meters on one page; who looks for another writes more of its name."""
TITLE = Text("人工抄表", "Read a meter by hand")
REASON = Text("人工抄表", "read by hand")
NOBODY = Text("请写明由谁抄表。", "Say who read it.")
NOTHING = Text("请填写读数。", "Write what the meter shows.")


@dataclass(frozen=True)
class Shown:
    """A meter as the list shows it."""

    name: str
    called: str
    building: str
    address: str


@dataclass(frozen=True)
class Kept:
    """A reading that was kept."""

    number: int
    value: str
    at: str
    by: str
    reason: str
    evidence: str
    is_stored: bool


@ROUTER.get("/reading")
def meters_page(
    request: Request, here: Annotated[Given, Depends(given)], words: str = ""
) -> HTMLResponse:
    """Show the meters whose name, building or institution holds some words."""
    language = chosen_language(request, here.language)
    with here.records.reading() as session:
        registry = registry_records.load(session)
    read = [one for one in registry.meters if one.meter not in registry.portions]
    found = [one for one in read if _holds(registry, one, words)]
    return page(
        "meters.html",
        request,
        here,
        title=TITLE,
        zone=zone_of(registry),
        words=words,
        meters=[_shown(registry, one, language) for one in found[:SHOWN]],
        more=max(0, len(found) - SHOWN),
    )


@ROUTER.get("/reading/{meter}")
def reading_page(
    request: Request,
    here: Annotated[Given, Depends(given)],
    meter: str,
    kept: int = 0,
    again: int = 0,
) -> HTMLResponse:
    """Show the form of a meter, with what it last showed; or what was kept from it."""
    return _form_page(request, here, meter, kept=kept, again=bool(again))


@ROUTER.post("/reading/{meter}")
def take_reading(
    request: Request,
    here: Annotated[Given, Depends(given)],
    clerk: Annotated[Clerk, Depends(clerk_of)],
    posted: Annotated[Posted, Depends(posted_form)],
    meter: str,
) -> Response:
    """Keep a reading, or show the form again with the sentence why not."""
    _known(here, meter)
    evidence = posted.word("evidence")
    try:
        _see_written(posted)
        evidence = _kept_photo(here, clerk, posted, meter) or evidence
        entered = clerk.keep_reading(_taken(posted, meter, evidence))
    except JienengError as error:
        return _form_page(request, here, meter, posted=posted, evidence=evidence, wrong=error)
    query = {"kept": entered.number, "again": int(not entered.is_new)}
    return RedirectResponse(f"{reading_link(meter)}?{urlencode(query)}", status_code=303)


def _see_written(posted: Posted) -> None:
    """See that somebody says something.

    Raises:
        ConfigError: If not.
    """
    if not posted.word("by"):
        raise ConfigError(NOBODY)
    if not posted.word("value"):
        raise ConfigError(NOTHING)


def _kept_photo(here: Given, clerk: Clerk, posted: Posted, meter: str) -> str:
    """Return the SHA-256 of the photo that came with a form; "" for none.

    It is kept before the reading is judged: who has to correct a number does not take it again.
    """
    paper = posted.paper()
    if paper is None:
        return ""
    name = f"{meter}-{local(here.now(), 'UTC'):%Y%m%dT%H%M%SZ}.{ENDINGS[paper.media_type]}"
    return clerk.keep_paper(paper, name=name, by=posted.word("by"))


def _taken(posted: Posted, meter: str, evidence: str) -> TakenReading:
    return TakenReading(
        meter=meter,
        at=posted.word("at"),
        value=posted.word("value"),
        unit=posted.word("unit"),
        by=posted.word("by"),
        reason=posted.word("reason"),
        evidence=evidence,
        accepts_odd=bool(posted.word("odd")),
        key=posted.word("key") or uuid4().hex,
    )


def _form_page(
    request: Request,
    here: Given,
    name: str,
    *,
    posted: Posted | None = None,
    evidence: str = "",
    wrong: JienengError | None = None,
    kept: int = 0,
    again: bool = False,
) -> HTMLResponse:
    language = chosen_language(request, here.language)
    registry, meter = _known(here, name)
    zone = registry.site[meter.site].zone
    events = registry.events_of(name)
    inputs = [
        _shown(registry, registry.meter[one], language) for one in registry.sources.get(name, ())
    ]
    said = posted or Posted(
        {
            "at": [local_now(here.now(), zone)],
            "unit": [meter.unit],
            "reason": [REASON.get(language)],
            "key": [uuid4().hex],
        }
    )
    why = wrong.why if isinstance(wrong, OddError) else wrong.text if wrong else None
    return page(
        "reading.html",
        request,
        here,
        title=TITLE,
        zone=zone,
        status=_status(wrong),
        address=reading_link(name),
        meter=_shown(registry, meter, language),
        unit=meter.unit,
        inputs=inputs,
        hint=Hint() if inputs else hint_of(here.store, meter, events, zone, here.now()),
        said={one: said.word(one) for one in ("value", "unit", "at", "by", "reason", "key")},
        evidence=evidence,
        complaint=why.get(language) if why else "",
        is_odd=isinstance(wrong, OddError),
        kept=_kept(here, meter, zone, kept) if kept else None,
        again=again,
    )


def _status(wrong: JienengError | None) -> int:
    if wrong is None:
        return 200
    return 422 if isinstance(wrong, ConfigError) else 503


def _kept(here: Given, meter: Meter, zone: ZoneInfo, number: int) -> Kept:
    with here.records.reading() as session:
        edit = edits.get(session, number)
    if edit is None or edit.what != edits.MANUAL or edit.meters != (meter.meter,):
        problem = Text(
            f"{meter.meter} 没有第 {number} 次补录。",
            f"{meter.meter} has no reading by hand of the number {number}.",
        )
        raise HTTPException(404, problem)
    value = edit.parameters["value"]
    assert isinstance(value, int | float)  # noqa: S101  analytics/edits/wishes.py puts it there
    return Kept(
        number=number,
        value=shown_value(meter, value),
        at=f"{local(edit.span.start, zone.key):%Y-%m-%d %H:%M}",
        by=edit.author,
        reason=edit.reason,
        evidence=edit.evidence,
        is_stored=is_in_store(here.store, edit),
    )


def _known(here: Given, meter: str) -> tuple[Registry, Meter]:
    with here.records.reading() as session:
        registry = registry_records.load(session)
    found = registry.meter.get(meter)
    if found is None:
        problem = Text(
            f"登记表中没有计量点 {meter!r}。请在 /reading 中查找。",
            f"There is no meter {meter!r} in the registry. Look for it at /reading.",
        )
        raise HTTPException(404, problem)
    return registry, found


def _holds(registry: Registry, meter: Meter, words: str) -> bool:
    building = registry.building.get(meter.building)
    institution = registry.institution.get(meter.institution)
    told = [meter.meter, meter.name_zh, meter.name_en, meter.device, meter.building]
    told += [building.name_zh, building.name_en] if building else []
    told += [institution.name_zh, institution.name_en] if institution else []
    texts = " ".join(told).casefold()
    return all(word in texts for word in words.casefold().split())


def _shown(registry: Registry, meter: Meter, language: str) -> Shown:
    building = registry.building.get(meter.building)
    where = Text(building.name_zh, building.name_en).get(language) if building else ""
    return Shown(
        name=meter.meter,
        called=Text(meter.name_zh, meter.name_en).get(language) or meter.meter,
        building=where,
        address=reading_link(meter.meter),
    )
