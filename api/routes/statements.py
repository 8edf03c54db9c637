"""Statements of institutions: the sheet in force or the draft of now, as JSON and as files."""

import json
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response

from analytics.closing.rules import state_of
from api.as_of import sheet_as_of
from api.given import Given, given
from api.handing_out import PRINTERS, Counter, Handed
from api.language import chosen_language
from api.report_choices import Asked, asked_choices, choices_of
from api.times import asked_instant, iso
from energy.canonical import sha256_of
from energy.errors import ConfigError
from energy.text import Text
from storage.records import reference as reference_records
from storage.records import restate_tasks, sheets
from storage.records.session import Session

ROUTER = APIRouter(prefix="/api/v1", tags=["statements"])

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}
"""Form of a file to its media type."""
COMPUTED = "X-Computed"
"""Header that says of a sheet of an earlier time what of it nobody had signed."""
PRINTED = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
}
"""A page to print is kept as one file: its style stands in it, and it loads nothing."""


@ROUTER.get("/statements")
def statements(
    here: Annotated[Given, Depends(given)], institution: str = "", state: str = ""
) -> list[dict[str, Any]]:
    """Return the sheets that were ever submitted, with their state and the hash in force.

    ``differing_lines`` says how many lines of a closed one would come out differently now,
    ``restated`` is the number of its last restatement or adjustment.
    """
    with here.records.reading() as session:
        differing = {
            (task.institution, task.period): task.lines
            for task in restate_tasks.open_tasks(session)
        }
        found = [
            _row(session, *key, differing.get(key, 0))
            for key in sheets.begun(session)
            if institution in {"", key[0]}
        ]
    return [row for row in found if state in {"", row["state"]}]


@ROUTER.get("/statements/{institution}/{period}")
def statement(
    here: Annotated[Given, Depends(given)],
    weighing: Annotated[Asked, Depends(asked_choices)],
    request: Request,
    institution: str,
    period: str,
) -> dict[str, Any]:
    """Return the sheet in force, or else the draft of now, with its state and hashes."""
    handed = _handed(here, weighing, request, institution, period)
    return {
        "state": handed.state,
        "sha256": sha256_of(handed.content),
        "marks": dict(handed.marks),
        "restated": [asdict(one) for one in handed.restated],
        "sheet": json.loads(handed.content),
    }


@ROUTER.get("/statements/{institution}/{period}/asof")
def as_of(
    here: Annotated[Given, Depends(given)], institution: str, period: str, at: str = ""
) -> Response:
    """Return the bytes of the sheet of an instant, or of the end of a day, as the command does.

    In place of the institution also a body, ``district`` or a building. ``X-Computed`` names those
    whose part was not signed then, separated by commas: it is computed again from the readings
    known then. It is absent where all of it was.
    """

    def when(zone: ZoneInfo) -> int:
        return asked_instant("at", at, zone) if at else here.now()

    with here.records.reading() as session:
        found = sheet_as_of(session, here.store, institution, period, at=when)
    answer = _file(found.content, institution, period, "json")
    if found.computed:
        answer.headers[COMPUTED] = ",".join(map(quote, found.computed))
    return answer


@ROUTER.get("/statements/{institution}/{period}/{form}")
def statement_file(
    *,
    here: Annotated[Given, Depends(given)],
    weighing: Annotated[Asked, Depends(asked_choices)],
    request: Request,
    institution: str,
    period: str,
    form: str,
) -> Response:
    """Return the same as a file: xlsx, csv, parquet, html (ready to print) or json (its bytes)."""
    if form not in PRINTERS:
        zh, en = "、".join(PRINTERS), ", ".join(PRINTERS)
        raise ConfigError(
            Text(
                f"没有 {form!r} 这种文件；可用：{zh}。", f"There is no form {form!r}. Known: {en}."
            )
        )
    handed = _handed(here, weighing, request, institution, period)
    return _file(PRINTERS[form](handed), institution, period, form)


def _handed(
    here: Given, weighing: Asked, request: Request, institution: str, period: str
) -> Handed:
    language = chosen_language(request, here.language)
    with here.records.reading() as session:
        choices = choices_of(reference_records.load(session), weighing)
        counter = Counter(session, here.store, here.now(), choices)
        return counter.handed(institution, period, language=language)


def _file(content: bytes, institution: str, period: str, form: str) -> Response:
    name = quote(f"{institution}-{period}.{form}")
    shown = "inline" if form == "html" else "attachment"
    headers = {"Content-Disposition": f"{shown}; filename*=UTF-8''{name}"}
    if form == "html":
        headers |= PRINTED
    return Response(content, media_type=MEDIA[form], headers=headers)


def _row(session: Session, institution: str, period: str, differing: int) -> dict[str, Any]:
    steps = sheets.history(session, institution, period)
    return {
        "institution": institution,
        "period": period,
        "state": state_of(steps),
        "sha256": sheets.in_force(steps),
        "changed": iso(steps[-1].at),
        "restated": max((step.number for step in steps), default=0),
        "differing_lines": differing,
        "link": steps[-1].hash,
    }
