"""The console's page of a board, with what needs a look below it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from api.figures import answer, figure, names_of
from api.given import Given, given
from api.language import chosen_language, other_address, remember_language
from api.phrases import PHRASES, phrases
from api.problems import problems_of
from dashboards.board import Board
from dashboards.grafana import LANGUAGES, boards
from dashboards.units import MISSING, local
from energy.text import Text
from storage.records import dead_letters as letter_records
from storage.records import registry as registry_records

ROUTER = APIRouter(include_in_schema=False)

NEWEST_LETTERS = 5


@ROUTER.get("/boards/{name}")
def board_page(request: Request, here: Annotated[Given, Depends(given)], name: str) -> HTMLResponse:
    """Show a board; before there is anything to show, say what to do."""
    board = boards().get(name)
    if board is None:
        problem = Text(
            f"没有看板 {name!r}。现有：{'、'.join(boards())}。",
            f"There is no board {name!r}. Known: {', '.join(boards())}.",
        )
        raise HTTPException(404, problem)
    language = chosen_language(request, here.language)
    now = here.now()
    frames = [(panel, answer(board, panel, here.store, now)) for panel in board.panels]
    status = here.status()
    with here.records.reading() as session:
        registry = registry_records.load(session)
        recent = letter_records.recent(session, NEWEST_LETTERS)
    details: dict[str, Any]
    if all(frame.empty for _, frame in frames):
        details = {"has_readings": any(status.get("readings", {}).values())}
    else:
        details = {
            "signals": _signals(status, language),
            "figures": [
                figure(board, panel, frame, language=language, names=names_of(registry))
                for panel, frame in frames
            ],
        }
    page = here.templates.get_template(
        "board.html" if "figures" in details else "waiting.html"
    ).render(
        **details,
        **_frame_of_page(board, language, now, request),
        problems=problems_of(status, recent, registry, timezone=board.timezone, language=language),
    )
    response = HTMLResponse(page)
    remember_language(response, request)
    return response


def _frame_of_page(board: Board, language: str, now: int, request: Request) -> dict[str, Any]:
    return {
        "board": board,
        "language": language,
        "other": next(entry for entry in LANGUAGES if entry != language),
        "say": phrases(language),
        "as_of": f"{local(now, board.timezone):%Y-%m-%d %H:%M}",
        "other_address": other_address(request, language),
        "missing": MISSING,
    }


@dataclass(frozen=True)
class Signal:
    """One count at the top of the page, leading to what it counts."""

    count: int
    words: str
    target: str
    mood: str


def _signals(status: Mapping[str, Any], language: str) -> list[Signal]:
    findings = status.get("findings_open", {})
    counts = (
        ("signal_waste", int(findings.get("waste", 0)), "waste", "fair"),
        ("signal_faults", int(findings.get("data", 0)), "faults", "fair"),
        ("signal_silent", len(status.get("silent", {})), "problems", "bad"),
        ("signal_refused", sum(status.get("dead_letters", {}).values()), "problems", "bad"),
    )
    return [
        Signal(
            count,
            PHRASES[f"{name}_one" if count == 1 else name].get(language),
            target,
            mood if count else "good",
        )
        for name, count, target, mood in counts
    ]
