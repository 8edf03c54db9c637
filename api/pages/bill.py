"""The console's page on which people enter a bill."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from analytics.closing.closed_notes import closed_beside
from api.bill_form import RARE, cells_of, complaints_of, fields_of
from api.clerk import Clerk
from api.console import page
from api.given import Given, clerk_of, given
from api.language import chosen_language
from api.paper import ENDINGS
from api.posted import Posted, posted_form
from api.times import zone_of
from dashboards.units import local
from energy.bills.bill import Bill
from energy.bills.doubts import doubts_of
from energy.errors import ConfigError, JienengError, RegistryError
from energy.kinds import KINDS
from energy.span import local_date
from energy.text import Text
from storage.records import bills
from storage.records import registry as registry_records

ROUTER = APIRouter(include_in_schema=False)

TITLE = Text("录入账单", "Enter a bill")
NOBODY = Text("请写明由谁录入。", "Say who enters it.")
MICRO = 1_000_000


@ROUTER.get("/bill")
def bill_page(
    request: Request,
    here: Annotated[Given, Depends(given)],
    kept: int = 0,
    again: int = 0,
    institution: str = "",
) -> HTMLResponse:
    """Show the form of a bill, or what was kept from it."""
    asked = Posted({"institution": [institution]})
    return _form_page(request, here, posted=asked, kept=kept, again=bool(again))


@ROUTER.post("/bill")
def take_bill(
    request: Request,
    here: Annotated[Given, Depends(given)],
    clerk: Annotated[Clerk, Depends(clerk_of)],
    posted: Annotated[Posted, Depends(posted_form)],
) -> Response:
    """Keep a bill, or show the form again with what is wrong beside its fields."""
    evidence, by = posted.word("evidence"), posted.word("by")
    try:
        if not by:
            raise ConfigError(NOBODY)
        evidence = _kept_paper(here, clerk, posted) or evidence
        cells = {**cells_of(posted), "evidence": evidence}
        entered = clerk.keep_bill(cells, by=by, reason=posted.word("reason"))
    except JienengError as error:
        return _form_page(request, here, posted=posted, evidence=evidence, wrong=error)
    query = {"kept": entered.number, "again": int(not entered.is_new)}
    return RedirectResponse(f"/bill?{urlencode(query)}", status_code=303)


def _kept_paper(here: Given, clerk: Clerk, posted: Posted) -> str:
    """Return the SHA-256 of the paper that came with a form; "" for none."""
    paper = posted.paper()
    if paper is None:
        return ""
    name = f"bill-{local(here.now(), 'UTC'):%Y%m%dT%H%M%SZ}.{ENDINGS[paper.media_type]}"
    return clerk.keep_paper(paper, name=name, by=posted.word("by"))


def _form_page(
    request: Request,
    here: Given,
    *,
    posted: Posted,
    evidence: str = "",
    wrong: JienengError | None = None,
    kept: int = 0,
    again: bool = False,
) -> HTMLResponse:
    language = chosen_language(request, here.language)
    with here.records.reading() as session:
        registry = registry_records.load(session)
    fields = list(fields_of(registry, posted, wrong, language))
    return page(
        "bill.html",
        request,
        here,
        title=TITLE,
        zone=zone_of(registry),
        status=_status(wrong),
        usual=[field for field in fields if field.name not in RARE],
        rare=[field for field in fields if field.name in RARE],
        is_rare_open=any(field.value for field in fields if field.name in RARE),
        complaints=complaints_of(wrong, language).get("", []),
        is_wrong=wrong is not None,
        by=posted.word("by"),
        reason=posted.word("reason"),
        evidence=evidence,
        kept=_kept(here, kept, language) if kept else None,
        again=again,
    )


def _status(wrong: JienengError | None) -> int:
    if wrong is None:
        return 200
    return 422 if isinstance(wrong, ConfigError | RegistryError) else 503


def _kept(here: Given, number: int, language: str) -> dict[str, str]:
    """Return a bill that was kept, in words.

    Raises:
        HTTPException: 404 if there is none of this number.
    """
    with here.records.reading() as session:
        found = [one for one in bills.versions(session) if one.number == number]
        counted = bills.in_force(session)
        registry = registry_records.load(session)
        before = _before(found, bills.versions(session)) if found else []
        closed = list(closed_beside(session, [*before, *(one.content for one in found)]))
    if not found:
        problem = Text(f"没有第 {number} 号账单。", f"There is no bill of the number {number}.")
        raise HTTPException(404, problem)
    bill = found[0].content
    kind = KINDS[bill.kind]
    return {
        "number": str(number),
        "bill": bill.bill,
        "institution": bill.institution,
        "kind": kind.zh if language == "zh" else kind.name,
        "days": f"{bill.first} – {bill.last}",
        "amount": _amount(bill),
        "cost": f"{bill.cost / MICRO:,.2f}",
        "by": bill.author,
        "evidence": bill.evidence,
        "doubts": " ".join(
            doubt.get(language)
            for doubt in doubts_of(bill, counted, local_date(here.now(), zone_of(registry)))
        ),
        "closed": " ".join(note.get(language) for note in closed),
    }


def _before(found: Sequence[bills.Version], versions: Sequence[bills.Version]) -> list[Bill]:
    """Return what a bill said before a version of it, if that counted."""
    own = [
        one
        for one in versions
        if one.content.bill == found[0].content.bill and one.number < found[0].number
    ]
    return [one.content for one in own[-1:] if not one.is_withdrawn]


def _amount(bill: Bill) -> str:
    if bill.amount is None:
        return "—"
    kind = KINDS[bill.kind]
    return f"{bill.amount / kind.base_per_display:,.3f} {kind.display_unit}"
