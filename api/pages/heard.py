"""The console's pages of devices that are heard and not registered: the list, and adopting one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.adopt_fields import options_of, parents_of
from api.adopt_form import (
    EVERYWHERE,
    MOST_CHANNELS,
    AdoptForm,
    Complaints,
    complaints_of,
    rows_of,
)
from api.adopting import adopt, earlier, propose, read_again
from api.console import Form, first, page
from api.earlier import formats_now
from api.given import Given, given
from api.language import chosen_language
from api.same_origin import form_of
from api.times import zone_of
from dashboards.units import local
from energy.errors import RegistryError
from energy.registry import Registry
from energy.text import Text
from storage.records import heard as heard_records
from storage.records import letter_requests
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.heard import UnknownChannel
from storage.records.session import Session
from storage.registry.adding import DEVICES, METERS

ROUTER = APIRouter(include_in_schema=False)

SHOWN = 60
"""Devices on one page."""
CHANNELS_SHOWN = 12
TITLE = Text("设备发现", "Heard devices")
NO_CHANNEL = Text("请至少选择一个通道。", "Choose a channel at least.")
NO_AUTHOR = Text("请写明是谁。", "Say who you are.")


@dataclass(frozen=True)
class Shown:
    """A device as the list shows it."""

    device: str
    address: str
    is_known: bool
    ways: Sequence[str]
    topics: Sequence[str]
    first: str
    channels: Sequence["ShownChannel"]
    more: int


@dataclass(frozen=True)
class ShownChannel:
    """A channel as the list shows it."""

    channel: str
    value: str
    unit: str
    last: str
    times: int


@ROUTER.get("/heard")
def heard_page(
    request: Request,
    here: Annotated[Given, Depends(given)],
    words: str = "",
    adopted: str = "",
    letters: int = 0,
) -> HTMLResponse:
    """Show devices and channels that are heard and not registered, the newest first."""
    with here.records.reading() as session:
        registry = registry_records.load(session)
        channels = heard_records.all(session)
        left = _not_asked(session, adopted) if adopted else 0
    found = [one for one in channels if _holds(one, words)]
    devices = _by_device(found)
    zone = zone_of(registry)
    return page(
        "heard.html",
        request,
        here,
        title=TITLE,
        zone=zone,
        words=words,
        devices=[_shown(group, registry, zone) for group in devices[:SHOWN]],
        count=len(devices),
        channels=len(found),
        adopted=adopted,
        letters=letters,
        left=left,
    )


@ROUTER.get("/heard/adopt")
def adopt_page(
    request: Request, here: Annotated[Given, Depends(given)], device: str
) -> HTMLResponse:
    """Show the form that adopts a device, with what is known of it and what is guessed."""
    return _form_page(request, here, device)


@ROUTER.post("/heard/adopt")
def adopt_device(
    request: Request,
    here: Annotated[Given, Depends(given)],
    device: str,
    form: Annotated[Form, Depends(form_of)],
) -> Response:
    """Register a device as the form says, or show what is wrong with it beside its fields."""
    with here.records.reading() as session:
        registry = registry_records.load(session)
        proposed = propose(session, registry, _heard(session, device))
    author = first(form, "author").strip()
    rows, parts = rows_of(form, device, proposed)
    missing = [
        text for text, is_there in ((NO_CHANNEL, parts), (NO_AUTHOR, author)) if not is_there
    ]
    known = {row["channel"] for row in proposed.meters}
    missing += [_gone(row["channel"]) for row in rows[METERS] if row["channel"] not in known]
    if missing:
        return _form_page(request, here, device, posted=form, complaints={EVERYWHERE: missing})
    why = first(form, "why").strip() or "console"
    try:
        adopt(here.records, rows, author=author, reason=why, now_ms=here.now())
    except RegistryError as error:
        wrong = complaints_of(error, parts)
        return _form_page(request, here, device, posted=form, complaints=wrong)
    name = (rows[DEVICES] or rows[METERS])[0]["device"].strip()
    return _after(here, name, author, why, retry=bool(first(form, "retry")))


@ROUTER.post("/heard/read-again")
def read_device_again(
    here: Annotated[Given, Depends(given)], form: Annotated[Form, Depends(form_of)]
) -> RedirectResponse:
    """Ask for what an adopted device said before, once more."""
    author = first(form, "author").strip()
    if not author:
        raise HTTPException(422, NO_AUTHOR)
    return _after(here, first(form, "device"), author, "console", retry=True)


def _after(here: Given, device: str, author: str, why: str, *, retry: bool) -> RedirectResponse:
    """Ask for what a device said before, if that is wanted, and show the list again."""
    count = 0
    if retry:
        count = len(read_again(here.records, device, author=author, reason=why).letters)
    query = urlencode({"adopted": device, "letters": count})
    return RedirectResponse(f"/heard?{query}", status_code=303)


def _form_page(
    request: Request,
    here: Given,
    device: str,
    *,
    posted: Form | None = None,
    complaints: Complaints | None = None,
) -> HTMLResponse:
    language = chosen_language(request, here.language)
    with here.records.reading() as session:
        registry = registry_records.load(session)
        channels = _heard(session, device)
        proposed = propose(session, registry, channels)
        options = options_of(registry, reference_records.load(session))
    newest = max(channels, key=lambda one: one.last)
    form = AdoptForm(
        proposed,
        {one.channel: one for one in channels},
        formats_now(registry).get(newest.form),
        options,
        language,
        posted,
        complaints or {},
    )
    zone = zone_of(registry)
    return page(
        "adopt.html",
        request,
        here,
        title=Text(f"登记采集设备 {device}", f"Adopt device {device}"),
        zone=zone,
        status=422 if complaints else 200,
        address=_address(device),
        device=_shown(channels, registry, zone),
        about=form.device(),
        parts=list(form.meters()),
        more=max(0, len(proposed.meters) - MOST_CHANNELS),
        everywhere=form.everywhere(),
        count=sum(map(len, complaints.values())) if complaints else 0,
        doubts=[doubt.get(language) for doubt in proposed.doubts],
        parents=[(name, text.get(language)) for name, text in parents_of(registry)],
        has_buildings=bool(registry.buildings),
        author=first(posted, "author") if posted else "",
        why=first(posted, "why") if posted else "",
        is_retrying=posted is None or bool(first(posted, "retry")),
    )


def _heard(session: Session, device: str) -> list[UnknownChannel]:
    """Return what is heard of a device.

    Raises:
        HTTPException: 404 if nothing unregistered is.
    """
    found = [one for one in heard_records.all(session) if one.device == device]
    if not found:
        problem = Text(
            f"没有收到过采集设备 {device!r} 的未登记通道；它也许已经登记。",
            f"Nothing unregistered is heard of a device {device!r}; it may be adopted already.",
        )
        raise HTTPException(404, problem)
    return found


def _gone(channel: str) -> Text:
    return Text(
        f"通道 {channel!r} 已不在未登记之列；也许有人刚刚登记了它。",
        f"The channel {channel!r} is not among the unregistered ones any more; somebody may just "
        "have adopted it.",
    )


def _not_asked(session: Session, device: str) -> int:
    """Return how many letters of a device wait that nobody has asked to be read again."""
    keys = earlier(session, device)
    return len(keys) - len(letter_requests.of_letters(session, keys))


def _holds(one: UnknownChannel, words: str) -> bool:
    told = (one.device, one.channel, one.gateway, one.topic, one.form)
    return any(words.casefold() in text.casefold() for text in told)


def _by_device(channels: Sequence[UnknownChannel]) -> list[list[UnknownChannel]]:
    """Return channels by device, those of the device that was heard first last of all first."""
    groups = [list(group) for _, group in groupby(channels, key=lambda one: one.device)]
    return sorted(groups, key=lambda group: -min(one.first for one in group))


def _shown(channels: Sequence[UnknownChannel], registry: Registry, zone: ZoneInfo) -> Shown:
    device = channels[0].device
    return Shown(
        device=device,
        address=_address(device),
        is_known=device in registry.device,
        ways=sorted({f"{one.form} {one.gateway}".strip() for one in channels}),
        topics=sorted({one.topic for one in channels}),
        first=_local(min(one.first for one in channels), zone),
        channels=[
            ShownChannel(
                channel=one.channel,
                value="" if one.value == "NaN" else one.value,
                unit=one.unit,
                last=_local(one.last, zone),
                times=one.times,
            )
            for one in channels[:CHANNELS_SHOWN]
        ],
        more=max(0, len(channels) - CHANNELS_SHOWN),
    )


def _local(time: int, zone: ZoneInfo) -> str:
    return f"{local(time, zone.key):%Y-%m-%d %H:%M}"


def _address(device: str) -> str:
    return f"/heard/adopt?{urlencode({'device': device})}"
