import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from dashboards.board import GRID, At, Board, Panel, PanelKind
from dashboards.grafana import boards
from dashboards.names import TAGS
from dashboards.units import UNITS, unit_of
from energy.errors import ConfigError
from energy.query import Aggregate, Column, Query
from energy.span import to_ms
from energy.text import Text
from storage.influx.influxql import to_influxql
from storage.tables import DERIVED
from tests.filled import NOW, ZONE

BOARDS = list(boards().values())
PANELS = [(board, panel) for board in BOARDS for panel in board.panels]
named = pytest.mark.parametrize(
    ("board", "panel"), PANELS, ids=[f"{board.uid}/{panel.name}" for board, panel in PANELS]
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def overlap(one: At, two: At) -> bool:
    across = one.x < two.x + two.w and two.x < one.x + one.w
    return across and one.y < two.y + two.h and two.y < one.y + one.h


def texts(panel: Panel) -> list[Text]:
    return [panel.question, panel.how, *(shown.title for shown in panel.shown)]


def test_every_uid_is_unique_and_leaves_room_for_the_language() -> None:
    uids = [board.uid for board in BOARDS]

    assert len(set(uids)) == len(uids)
    assert all(re.fullmatch(r"[a-z0-9-]{1,37}", uid) for uid in uids)


@pytest.mark.parametrize("board", BOARDS, ids=[board.uid for board in BOARDS])
def test_panels_of_a_board_have_names_of_their_own_and_do_not_overlap(board: Board) -> None:
    names = [panel.name for panel in board.panels]

    assert len(set(names)) == len(names)
    for number, one in enumerate(board.panels):
        assert one.at.x + one.at.w <= GRID
        for two in board.panels[number + 1 :]:
            assert not overlap(one.at, two.at), f"{one.name} overlaps {two.name}"


@named
def test_every_title_is_a_question_in_both_languages(board: Board, panel: Panel) -> None:
    del board

    assert panel.question.zh.endswith("？")
    assert panel.question.en.endswith("?")
    for text in texts(panel):
        assert CHINESE.search(text.zh), text
        assert text.en, text
        assert not CHINESE.search(text.en), text


@named
def test_a_panel_asks_only_for_derived_tables_and_what_they_have(
    board: Board, panel: Panel
) -> None:
    del board
    for query in panel.queries:
        assert query.table in DERIVED
        assert to_influxql(query, None).startswith("SELECT")
        assert set(query.group_by) <= set(TAGS)
        assert set(panel.hidden) <= set(query.group_by)
        assert {shown.column for shown in panel.shown} <= {column.name for column in query.columns}
        assert panel.sort in {"", *(column.name for column in query.columns)}


@named
def test_every_number_has_a_unit_from_its_table(board: Board, panel: Panel) -> None:
    del board
    for column in panel.columns():
        is_text = DERIVED[panel.queries[0].table].field[column.field].type == "text"
        assert (unit_of(panel.queries[0], column) is None) == is_text


@named
def test_the_style_sheet_knows_the_width_of_every_panel(board: Board, panel: Panel) -> None:
    del board
    style = (Path(__file__).parents[2] / "api/static/style.css").read_text(encoding="utf-8")

    assert panel.at.w == GRID or f".w{panel.at.w} {{" in style


@named
def test_a_click_leads_to_a_board_that_is_there(board: Board, panel: Panel) -> None:
    del board

    assert panel.leads_to in {"", *(other.uid for other in BOARDS)}


@named
def test_what_is_drawn_fits_the_answer(board: Board, panel: Panel) -> None:
    del board
    for query in panel.queries:
        assert bool(query.every) == (panel.kind is PanelKind.LINES)
        assert bool(query.group_by) == (panel.kind in {PanelKind.TABLE, PanelKind.BARS})


def test_amounts_of_two_kinds_are_never_shown_in_one_unit() -> None:
    column = Column("amount", Aggregate.SUM, "amount")
    both = Query("place_day", (column,), where=(("kind", ("electricity", "water")),))

    with pytest.raises(ConfigError, match="exactly one kind"):
        unit_of(both, column)
    with pytest.raises(ConfigError, match="asks for all"):
        unit_of(replace(both, where=()), column)


def test_a_count_of_amounts_has_no_unit() -> None:
    column = Column("amount", Aggregate.COUNT, "points")

    assert unit_of(Query("place_day", (column,)), column) is UNITS[""]


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("electricity base unit", 412_700, "412.7"),
        ("electricity base unit", 1_234_567_890, "1,234,568"),
        ("electricity base unit", -4, "0.0"),
        ("electricity base unit/m2", 28_250.0, "28.3"),
        ("heat base unit", 1_500_000, "1.5"),
        ("1", 0.125, "12.5"),
        ("1", -0.2, "−20.0"),
        ("1e-6 yuan", 999_994_999, "999.99"),
        ("mgce", 122_900, "0.1"),
    ],
)
def test_a_number_is_written_in_the_unit_people_read(unit: str, value: float, text: str) -> None:
    assert UNITS[unit].number(value) == text


def test_the_range_of_two_years_starts_at_local_midnight_of_last_years_first_day() -> None:
    board = boards()["district"]
    course = next(panel for panel in board.panels if panel.name == "electricity-months")

    assert board.span_of(course, NOW).start == to_ms(datetime(2025, 1, 1, tzinfo=ZONE))
    assert NOW in board.span_of(course, NOW)
    assert board.range.grafana_from == "now-1y/y"


def test_a_range_of_this_year_alone_has_no_year_before() -> None:
    only = replace(boards()["district"].range, years_before=0)

    assert only.grafana_from == "now/y"
