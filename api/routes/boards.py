"""The figures of the boards as JSON: the same queries as on both faces."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException

from api.cells import is_missing
from api.figures import answer
from api.given import Given, given
from dashboards.board import Board, Panel
from dashboards.grafana import boards
from dashboards.units import unit_of
from energy.text import Text

ROUTER = APIRouter(prefix="/api/v1", tags=["boards"])


@ROUTER.get("/boards")
def all_boards() -> list[dict[str, Any]]:
    """Return every board with the names of its panels."""
    return [
        {
            "board": name,
            "title_zh": board.title.zh,
            "title_en": board.title.en,
            "panels": [panel.name for panel in board.panels],
        }
        for name, board in boards().items()
    ]


@ROUTER.get("/boards/{name}/{panel_name}")
def panel_answer(
    name: str, panel_name: str, here: Annotated[Given, Depends(given)]
) -> dict[str, Any]:
    """Return what one panel shows: numbers at rest, and how many of them make the unit shown."""
    board, panel = asked_panel(name, panel_name)
    frame = answer(board, panel, here.store, here.now())
    units = {column.name: unit_of(panel.queries[0], column) for column in panel.columns()}
    return {
        "question_zh": panel.question.zh,
        "question_en": panel.question.en,
        "units": {
            column: {"shown": unit.en, "per_shown": float(unit.per_shown)}
            for column, unit in units.items()
            if unit is not None
        },
        "rows": [
            {name: value for name, value in row.items() if not is_missing(value)}
            for row in frame.astype(object).to_dict("records")
        ],
    }


def asked_panel(name: str, panel_name: str) -> tuple[Board, Panel]:
    """Return the board and panel that an address names, or answer 404."""
    board = boards().get(name)
    for panel in board.panels if board else ():
        if board and panel.name == panel_name:
            return board, panel
    problem = Text(
        f"看板 {name!r} 上没有图表 {panel_name!r}。",
        f"There is no panel {panel_name!r} on a board {name!r}.",
    )
    raise HTTPException(404, problem)
