"""The console: what a person reads, from numbers that can be checked in the head."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.charts import bars, month_columns, time_columns
from api.figures import time_text
from api.phrases import PHRASES
from dashboards.board import PanelKind
from dashboards.grafana import boards
from storage.opening import open_store
from storage.readings import ReadingStore
from storage.records import dead_letters
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter
from storage.tables import INSTITUTION, PERIOD, THIS_YEAR
from tests.filled import NOW, STARTS, put, registry
from tests.web import ask

STATUS: dict[str, Any] = {"readings": {"register": 1_250_000}, "dead_letters": {}, "silent": {}}
BOARD = "/boards/district"
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def store() -> ReadingStore:
    return open_store("memory:")


@pytest.fixture
def app(filled: ReadingStore, records: Records) -> FastAPI:
    return app_with(filled, records, STATUS)


@pytest.fixture(scope="module")
def page(filled: ReadingStore, empty_records: Path) -> Iterator[str]:
    """Yield the board as a newcomer sees it."""
    held = Records.open(f"sqlite:{empty_records}")
    yield ask(app_with(filled, held, STATUS), BOARD).text
    held.close()


def app_with(store: ReadingStore, records: Records, status: dict[str, Any]) -> FastAPI:
    return create_app(store=store, records=records, status=lambda: status, now=lambda: NOW)


def panel_of(page: str, name: str) -> str:
    """Return the words of one panel, tags taken away."""
    found = re.search(rf'<section class="panel[^"]*" id="{name}".*?</section>', page, re.DOTALL)
    assert found, name
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


class Tags(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_first_page_shows_the_district_in_chinese(page: str) -> None:
    assert '<html lang="zh-CN">' in page
    assert "今天用了多少电？ 8,000 kWh 比去年同期 +25.0 % 去年同期 6,400 kWh 费用 6,400 元" in (
        panel_of(page, "electricity-today")
    )
    assert "4,125,000 kWh" in panel_of(page, "electricity-year")
    # 3,300,000 + 260,000 + 264,000 yuan; 4,125,000 kWh x 0.1229 + 88,000 m3 x 1.33 kgce.
    assert "3,824,000 元" in panel_of(page, "cost-year")
    assert "624,003 kgce" in panel_of(page, "coal-year")


def test_a_figure_that_is_not_there_is_a_dash_and_never_zero(page: str) -> None:
    assert "本月用了多少热？ — 比去年同期 — 去年同期 — 费用 —" in panel_of(page, "heat-month")
    assert "9,500 m³ 比去年同期 — 去年同期 — 费用 28,500 元" in panel_of(page, "gas-month")
    assert "0.0" not in panel_of(page, "heat-month")


def test_places_are_ranked_with_the_largest_first_and_those_without_area_left_out(
    page: str,
) -> None:
    ranking = panel_of(page, "buildings-area")

    assert ranking.index("住院部") < ranking.index("门诊楼") < ranking.index("教学楼")
    assert "阅览楼" not in ranking


def test_findings_are_listed_by_what_they_cost_a_year(page: str) -> None:
    waste = panel_of(page, "waste")

    assert "86,400" in waste
    assert waste.index("一号办公楼夜间") < waste.index("门诊楼空调") < waste.index("阅览楼周末")
    assert "2025-06-17" in waste  # a finding older than the range of the board is shown too


def test_each_chart_has_its_table(page: str) -> None:
    course = panel_of(page, "electricity-months")

    assert "2025-01 410,000" in course
    assert "2026-01 451,000" in course


def test_the_language_is_switched_by_the_address_and_remembered(app: FastAPI) -> None:
    switched = ask(app, f"{BOARD}?lang=en")
    remembered = ask(app, BOARD, headers={"cookie": "lang=en"})

    assert switched.cookies["lang"] == "en"
    for answer in (switched, remembered):
        assert '<html lang="en">' in answer.text
        assert "How much electricity today?" in answer.text
        assert "People&#39;s Hospital" in answer.text
    assert "今天" not in switched.text


def test_a_language_nobody_speaks_is_passed_over(app: FastAPI) -> None:
    answer = ask(app, "/?lang=xx", headers={"cookie": 'lang="><script>'})

    assert '<html lang="zh-CN">' in answer.text
    assert "lang" not in answer.cookies


def test_an_empty_store_shows_what_to_do(store: ReadingStore, records: Records) -> None:
    app = app_with(store, records, {"readings": {"register": 0}})

    page = ask(app, BOARD).text

    assert "还没有收到读数" in page
    assert "jieneng demo" in page


def test_readings_without_amounts_yet_show_that_they_are_worked_out(
    store: ReadingStore, records: Records
) -> None:
    assert "正在计算" in ask(app_with(store, records, STATUS), BOARD).text


def test_an_empty_store_with_refused_messages_shows_them(
    store: ReadingStore, records: Records
) -> None:
    page = ask(app_with(store, records, {"dead_letters": {"unknown device": 3}}), BOARD).text

    assert "采集设备不在登记表中" in page


def test_refused_readings_and_silent_meters_are_shown_by_reason_and_age(
    filled: ReadingStore, records: Records
) -> None:
    silent = {f"meter-{number:02}": NOW - number for number in range(13)} | {"new": None}
    status = {"dead_letters": {"few": 2, "many": 1200}, "silent": silent}

    page = ask(app_with(filled, records, status), BOARD).text

    assert page.index("many") < page.index("few")
    assert "1,200" in page
    assert "从未" in page
    assert "还有 2" in page


def test_a_silent_meter_is_called_by_its_name_and_building_with_its_id_beside(
    filled: ReadingStore, records: Records
) -> None:
    with records.session() as session:
        registry_records.replace(session, registry(), author="test", reason="names")
    app = app_with(filled, records, {"silent": {"school-water": NOW, "nobody": None}})

    for language, name, building in (
        ("zh", "教学楼水表", "教学楼"),
        ("en", "Teaching block water", "Teaching block"),
    ):
        page = ask(app, f"{BOARD}?lang={language}").text

        row = f'<td>{name} <span class="soft">{building}</span> <code>school-water</code></td>'
        assert row in page
        assert "<td> <code>nobody</code></td>" in page


def test_alerts_that_a_channel_refused_are_shown_with_the_newest_reason(
    filled: ReadingStore, records: Records
) -> None:
    refused = {"count": 3, "reason": "hook.example answered 404 Not Found."}
    app = app_with(filled, records, {"alerts_refused": refused})

    chinese, english = ask(app, BOARD).text, ask(app, f"{BOARD}?lang=en").text

    assert '<td>hook.example 回答 404 Not Found。</td><td class="right">3</td>' in chinese
    assert '<td>hook.example answered 404 Not Found.</td><td class="right">3</td>' in english
    assert "一切正常" not in chinese


def test_a_refused_message_is_explained_in_the_language_of_the_page(
    filled: ReadingStore, records: Records
) -> None:
    reason = "unit Wh where the registry says kWh"
    letter = DeadLetter(1, "jieneng", "meters/hall", b"{}", reason, NOW, 1)
    with records.session() as session:
        dead_letters.publish(session, [letter])
    app = app_with(filled, records, {"dead_letters": {reason: 1}})

    assert ask(app, BOARD).text.count("单位是 Wh，而登记表写的是 kWh") == 2
    assert ask(app, f"{BOARD}?lang=en").text.count(reason) == 2


def test_a_house_without_problems_says_so(page: str) -> None:
    assert "一切正常" in page


def test_what_people_and_devices_write_is_never_markup(
    store: ReadingStore, records: Records
) -> None:
    put(
        store,
        PERIOD,
        [
            {
                "time": STARTS[THIS_YEAR], "level": INSTITUTION, "place": HOSTILE,
                "name_zh": HOSTILE, "name_en": HOSTILE, "kind": "electricity",
                "period": THIS_YEAR, "per_area": 1000.0,
            }
        ],
        {},
    )  # fmt: skip
    letter = DeadLetter(1, "jieneng", HOSTILE, HOSTILE.encode() + b"\xff", HOSTILE, NOW, 1)
    with records.session() as session:
        dead_letters.publish(session, [letter])
    status = {"dead_letters": {HOSTILE: 1}, "silent": {HOSTILE: None}}

    for language in ("zh", "en"):
        page = ask(app_with(store, records, status), f"{BOARD}?lang={language}").text

        assert "<img src=x" not in page
        assert page.count("&lt;img src=x") == 6
        assert r"\xff" in page


def test_places_are_called_as_the_registry_calls_them(records: Records, app: FastAPI) -> None:
    with records.session() as session:
        registry_records.replace(session, registry(), author="test", reason="names")

    page = ask(app, BOARD).text

    assert "人民医院 480 460 0" in panel_of(page, "readings-site")
    assert "一号办公楼 一号楼总表 一号办公楼夜间" in panel_of(page, "waste")


def test_a_page_begins_with_what_is_open_and_leads_to_it(
    filled: ReadingStore, records: Records
) -> None:
    status = {
        "findings_open": {"waste": 3},
        "dead_letters": {"unknown device": 1000, "no JSON": 2},
        "silent": {"a": None},
    }

    page = ask(app_with(filled, records, status), f"{BOARD}?lang=en").text

    pattern = r'class="signal (\w+)" href="#(\w+)"><strong>([\d,]+)</strong> ([\w ]+)'
    signals = re.findall(pattern, page)
    assert signals == [
        ("fair", "waste", "3", "open findings of waste"),
        ("good", "faults", "0", "faults of data"),
        ("bad", "problems", "1", "silent meter"),
        ("bad", "problems", "1,002", "refused readings"),
    ]
    for _, target, _, _ in signals:
        assert f'id="{target}"' in page


def test_a_page_loads_nothing_from_elsewhere_and_needs_no_script(app: FastAPI) -> None:
    answer = ask(app, BOARD)

    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    for tag, attributes in Tags(answer.text).tags:
        assert tag not in {"script", "style", "iframe"}
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href"):
            assert not (attributes.get(name) or "").startswith(("http", "//"))


def test_every_table_has_headings_and_every_panel_a_label(page: str) -> None:
    assert page.count("<table") == page.count("<thead") > 0
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'aria-labelledby="([^"]+)"', page)) <= set(ids)


def test_the_style_sheet_and_the_mark_are_served(app: FastAPI) -> None:
    assert ask(app, "/static/style.css").headers["content-type"].startswith("text/css")
    assert ask(app, "/static/mark.svg").status_code == 200
    assert ask(app, "/static/../app.py").status_code == 404


def test_a_board_that_is_not_there_is_said_with_those_that_are(app: FastAPI) -> None:
    answer = ask(app, "/boards/nothing")

    assert answer.status_code == 404
    assert "district" in answer.json()["error"]
    assert ask(app, "/boards/district").status_code == 200


def test_every_phrase_is_in_both_languages() -> None:
    for name, text in PHRASES.items():
        assert text.zh, name
        assert text.en, name
    assert boards()


def test_the_longest_bar_is_full_and_a_missing_value_has_none() -> None:
    ranked = bars([100.0, 25.0, None, -5.0], ["", "", "", ""], is_share=False)

    assert [bar.length for bar in ranked] == [100.0, 25.0, 0.0, 0.0]
    assert [bar.length for bar in bars([0.5], ["bad"], is_share=True)] == [50.0]


def test_bars_of_nothing_have_no_length() -> None:
    assert [bar.length for bar in bars([0.0, None], ["", ""], is_share=False)] == [0.0, 0.0]


def test_columns_of_a_month_stand_beside_the_same_month_of_last_year() -> None:
    known = [(datetime(2025, 3, 1, tzinfo=UTC), 100.0), (datetime(2026, 3, 1, tzinfo=UTC), 200.0)]

    chart = month_columns(known, unit="kWh")

    before, now = chart.wide.rectangles
    assert chart.series == ("2025", "2026")
    assert now.height == pytest.approx(2 * before.height, abs=0.2)
    assert before.x < now.x < before.x + 60
    assert [line.text for line in chart.wide.lines] == ["0", "50", "100", "150", "200"]
    assert [label.text for label in chart.wide.below] == [str(month) for month in range(1, 13)]


@pytest.mark.parametrize(("every", "text"), [("hour", "2026-11-25 12:00"), ("day", "2026-11-25")])
def test_hours_and_days_are_written_as_local_time(every: str, text: str) -> None:
    board = boards()["district"]
    course = next(panel for panel in board.panels if panel.kind is PanelKind.LINES)
    query = replace(course.queries[0], table="place_hour", every=every)

    assert time_text(board, replace(course, queries=(query,)), NOW - 30 * 60_000) == text


def test_columns_over_days_are_in_order_with_room_for_their_labels() -> None:
    known = [(datetime(2026, 3, day, tzinfo=UTC), 0.0) for day in range(1, 31)]

    chart = time_columns(known, unit="kWh")

    xs = [rectangle.x for rectangle in chart.narrow.rectangles]
    assert xs == sorted(xs)
    assert {rectangle.height for rectangle in chart.narrow.rectangles} == {0.0}
    assert len(chart.narrow.below) <= 12
