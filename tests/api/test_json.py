"""JSON for machines: the same numbers, and errors that are sentences."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from energy.errors import UnreachableError
from energy.finding import Finding, FindingState, Stream
from storage.opening import open_store
from storage.readings import ReadingStore
from storage.records import dead_letters, health, heard, outbox
from storage.records import findings as finding_records
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter
from storage.records.heard import UnknownChannel
from tests.builders import MAIN_METER, registry_of
from tests.filled import NOW
from tests.web import ask

STATUS: dict[str, Any] = {
    "readings": {"register": 42},
    "counters": {"jieneng": {"received": 50, "stored": 42}, "other": {"received": 1}},
    "dead_letters": {'bad "unit"\n': 7},
    "silent": {"hall_main": None},
    "findings_open": {"waste": 3},
    "imports": {"times": 2, "going_on": 1, "readings": 13, "waiting": 3},
    "replays": {"times": 1, "going_on": 1, "readings": 6, "kept": 6},
    "alerts_refused": {"count": 2, "reason": "hook.example answered 404 Not Found."},
}
TOKEN = "a-secret-of-both-sides"  # noqa: S105
ALERT = {
    "status": "firing",
    "fingerprint": "abc",
    "startsAt": "2026-11-25T04:30:00Z",
    "labels": {"alertname": "Collector silent"},
    "annotations": {"summary": "No new reading for an hour."},
}


@pytest.fixture
def app(filled: ReadingStore, records: Records) -> FastAPI:
    return make(filled, records)


def make(store: ReadingStore, records: Records, *, alert_token: str = TOKEN) -> FastAPI:
    return create_app(
        store=store, records=records, status=lambda: STATUS, now=lambda: NOW,
        alert_token=alert_token,
    )  # fmt: skip


class SilentStore:
    """A store whose server is gone, whatever it is asked."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        def ask(*_: object, **__: object) -> None:
            raise UnreachableError("Nobody answers at http://influx:8086. Set JIENENG_STORE_URL.")

        return ask


def test_a_live_process_says_so_without_asking_anybody(records: Records) -> None:
    gone: Any = SilentStore()

    assert ask(make(gone, records), "/health/live").json() == {"alive": True}


def test_health_shows_the_counters_of_each_collector_with_their_age(
    app: FastAPI, records: Records
) -> None:
    with records.session() as session:
        health.put(session, "jieneng", {"received": 50}, NOW - 2500)

    answer = ask(app, "/health")

    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert answer.json()["collectors"] == {"jieneng": {"age_s": 2, "received": 50}}
    assert answer.json()["imports"]["readings"] == answer.json()["replays"]["readings"] == 0


def test_what_is_heard_and_not_registered_is_listed(app: FastAPI, records: Records) -> None:
    channels = [
        UnknownChannel("west", name, "ua", "", "own_single", "meters/x", NOW, NOW, 3, "7.5", "V")
        for name in ("stranger", "other")
    ]
    with records.session() as session:
        heard.publish(session, "west", channels, NOW)

    told = ask(app, "/api/v1/heard?limit=1").json()

    assert told["channels"] == 2
    (one,) = told["heard"]
    assert (one["device"], one["value"], one["unit"], one["times"]) == ("other", "7.5", "V", 3)
    assert one["is_device_known"] is False


def test_a_store_that_does_not_answer_makes_health_503_with_a_sentence(records: Records) -> None:
    gone: Any = SilentStore()

    answer = ask(make(gone, records), "/health")

    assert answer.status_code == 503
    assert "JIENENG_STORE_URL" in answer.json()["problems"][0]


def test_records_that_do_not_answer_make_health_503_with_a_sentence(
    filled: ReadingStore, records: Records, tmp_path: Path
) -> None:
    (tmp_path / "records.sqlite").write_bytes(b"not a database at all" * 100)

    answer = ask(make(filled, records), "/health")

    assert answer.status_code == 503
    assert answer.json()["problems"][0].startswith("records: ")


def test_a_store_that_does_not_answer_is_a_503_in_json_for_a_board(records: Records) -> None:
    gone: Any = SilentStore()

    answer = ask(make(gone, records), "/api/v1/boards/district/waste")

    assert answer.status_code == 503
    assert answer.json()["error"].startswith("Nobody answers")


def test_what_is_to_be_done_is_shown_without_the_store_and_says_what_it_could_not_ask(
    records: Records,
) -> None:
    gone: Any = SilentStore()

    answer = ask(make(gone, records), "/?lang=en", headers={"accept": "text/html,*/*"})

    assert answer.status_code == 200
    assert "Nobody answers at" in answer.text


def test_a_browser_reads_what_went_wrong_on_a_page(records: Records) -> None:
    gone: Any = SilentStore()

    answer = ask(
        make(gone, records), "/boards/district?lang=en", headers={"accept": "text/html,*/*"}
    )

    assert answer.status_code == 503
    assert "This page cannot be shown now" in answer.text
    assert "Nobody answers at" in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_metrics_are_prometheus_text_with_escaped_labels(app: FastAPI) -> None:
    lines = ask(app, "/metrics").text.splitlines()

    assert 'jieneng_collector_received{collector="jieneng"} 50' in lines
    assert 'jieneng_collector_received{collector="other"} 1' in lines
    assert r'jieneng_dead_letter_readings{reason="bad \"unit\"\n"} 7' in lines
    assert 'jieneng_readings{table="register"} 42' in lines
    assert 'jieneng_findings_open{stream="waste"} 3' in lines
    assert "jieneng_silent_meters 1" in lines
    assert "jieneng_alerts_refused 2" in lines
    assert 'jieneng_imports_readings{part="readings"} 13' in lines
    assert 'jieneng_imports_readings{part="waiting"} 3' in lines
    assert "jieneng_imports_times 2" in lines
    assert "jieneng_replays_going_on 1" in lines
    assert 'jieneng_replays_readings{part="times"} 1' not in lines


def test_places_are_the_tree_of_the_registry(app: FastAPI, records: Records) -> None:
    with records.session() as session:
        registry = registry_of(MAIN_METER)
        registry_records.replace(session, registry, author="test", reason="first")

    (town,) = ask(app, "/api/v1/places").json()["institutions"]

    assert town["name_en"] == "Town hall"
    assert town["buildings"][0]["area_m2"] == 1000
    assert town["buildings"][0]["meters"][0]["meter"] == "hall_main"


def test_amounts_are_integers_in_base_units_and_missing_fields_are_absent(app: FastAPI) -> None:
    answer = ask(app, "/api/v1/amounts?table=period&level=district&kind=gas&period=month").json()

    (gas,) = answer["rows"]
    assert gas["amount"] == 9_500_000
    assert gas["time"] == "2026-10-31T16:00:00Z"
    assert "amount_before" not in gas
    assert answer["units"]["cost"] == "1e-6 yuan"
    assert answer["more"] is False


def test_amounts_of_local_days_include_the_last_day(app: FastAPI) -> None:
    months = ask(
        app, "/api/v1/amounts?table=place_month&from=2026-01-01&to=2026-02-01&limit=100"
    ).json()["rows"]

    assert [row["amount"] for row in months] == [451_000_000, 418_000_000]


def test_amounts_between_instants_exclude_the_end(app: FastAPI) -> None:
    start, end = "2026-01-01T00:00:00%2B08:00", "2026-02-01T00:00:00%2B08:00"

    months = ask(app, f"/api/v1/amounts?table=place_month&from={start}&to={end}").json()["rows"]

    assert [row["amount"] for row in months] == [451_000_000]


def test_more_points_than_asked_for_are_said(app: FastAPI, records: Records) -> None:
    with records.session() as session:
        registry_records.replace(session, registry_of(), author="test", reason="a site")

    answer = ask(app, "/api/v1/amounts?table=place_month&limit=2").json()

    assert (len(answer["rows"]), answer["more"]) == (2, True)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/v1/amounts?table=nothing", 400, "Known: meter_hour"),
        ("/api/v1/amounts?table=period&colour=red", 400, "Its tags: level"),
        ("/api/v1/amounts?table=period&from=2026-01-01T00:00:00", 400, "with its offset"),
        ("/api/v1/amounts?table=period&from=yesterday", 400, "not a time"),
        ("/api/v1/amounts?table=period&from=2026-13-01", 400, "not a time"),
        ("/api/v1/amounts?table=period&from=9999-12-31&to=9999-12-31", 400, "not a time"),
        ("/api/v1/amounts?table=period&from=2026-02-01&to=2026-01-01", 400, "lies before"),
        ("/api/v1/amounts?table=period&limit=0", 422, "limit"),
        ("/api/v1/amounts", 422, "table"),
        ("/api/v1/findings?state=lost", 422, "state"),
        ("/api/v1/boards/district/nothing", 404, "no panel"),
        ("/api/v1/boards/nothing/waste", 404, "no panel"),
        ("/nothing", 404, "Start at /"),
        ("/api/v1/alerts/grafana", 405, "does not take GET"),
    ],
)
def test_what_cannot_be_answered_is_said_in_the_language_of_the_request(
    app: FastAPI, path: str, status: int, words: str
) -> None:
    english = ask(app, path, headers={"cookie": "lang=en"})
    chinese = ask(app, path)

    assert english.status_code == chinese.status_code == status
    assert words in english.json()["error"]
    assert re.search("[\u4e00-\u9fff]", chinese.json()["error"])
    assert not re.search("[\u4e00-\u9fff]", english.json()["error"])


def test_the_language_of_an_answer_is_no_tag(app: FastAPI) -> None:
    asked = "/api/v1/amounts?table=period&level=district&lang="

    assert ask(app, f"{asked}en").json() == ask(app, f"{asked}zh").json()
    assert "no tag" in ask(app, f"{asked}en&colour=red").json()["error"]


def test_a_tag_is_a_value_and_never_a_query(app: FastAPI) -> None:
    hostile = "district' OR 'a'='a"

    answer = ask(app, "/api/v1/amounts", params={"table": "period", "level": hostile})

    assert answer.json()["rows"] == []


def test_tables_are_described_with_their_units(app: FastAPI) -> None:
    tables = {entry["table"]: entry for entry in ask(app, "/api/v1/tables").json()}

    assert tables["period"]["tags"][0] == "level"
    assert {"field": "per_area", "unit": "base unit/m2"}.items() <= next(
        entry for entry in tables["period"]["fields"] if entry["field"] == "per_area"
    ).items()


def test_a_panel_answers_in_json_what_it_shows(app: FastAPI) -> None:
    answer = ask(app, "/api/v1/boards/district/electricity-today").json()

    assert answer["rows"] == [
        {"amount": 8_000_000, "amount_before": 6_400_000, "change": 0.25, "cost": 6_400_000_000}
    ]
    assert answer["units"]["amount"] == {"shown": "kWh", "per_shown": 1000.0}


def test_all_boards_are_listed_with_their_panels(app: FastAPI) -> None:
    (district,) = ask(app, "/api/v1/boards").json()

    assert district["board"] == "district"
    assert "electricity-today" in district["panels"]


def test_findings_are_chosen_by_state_and_stream(app: FastAPI, records: Records) -> None:
    waste = Finding(
        rule="night_load", version=1, meter="hall_main", stream=Stream.WASTE, start=0, end=NOW,
        goes_on=True, sentence_zh="夜间", sentence_en="At night", check_zh="查", check_en="Look",
        micro_yuan_per_year=5_000_000, evidence={"night_kw": 61.5},
    )  # fmt: skip
    with records.session() as session:
        finding_records.save(session, waste, state=FindingState.OPEN, at=NOW)

    (found,) = ask(app, "/api/v1/findings?state=open&stream=waste").json()

    assert (found["fingerprint"], found["start"]) == (
        "hall_main/night_load",
        "1970-01-01T00:00:00Z",
    )
    assert found["evidence"] == {"night_kw": 61.5}
    assert ask(app, "/api/v1/findings?state=ended").json() == []
    assert ask(app, "/api/v1/findings?stream=data").json() == []


def test_dead_letters_keep_every_byte_readable(app: FastAPI, records: Records) -> None:
    letter = DeadLetter(9, "jieneng", "meters/x", b'{"v": \xff}', "no JSON", NOW, 3)
    with records.session() as session:
        dead_letters.publish(session, [letter])

    answer = ask(app, "/api/v1/dead-letters").json()

    assert answer["readings_by_reason"] == {"no JSON": 3}
    assert answer["newest"][0]["payload"] == '{"v": \\xff}'


def test_an_alert_of_grafana_goes_into_the_outbox_once(app: FastAPI, records: Records) -> None:
    secret = {"Authorization": f"Bearer {TOKEN}"}
    for _ in range(2):
        answer = ask(
            app, "/api/v1/alerts/grafana", method="POST", json={"alerts": [ALERT]}, headers=secret
        )
        assert (answer.status_code, answer.json()) == (202, {"taken": 1})

    with records.reading() as session:
        (waiting,) = outbox.due(session, NOW, 10)
    assert (waiting.title, waiting.body) == (
        "Collector silent",
        "firing: No new reading for an hour.",
    )


def test_an_alert_without_summary_still_says_its_state(app: FastAPI, records: Records) -> None:
    bare = {key: value for key, value in ALERT.items() if key != "annotations"}

    ask(
        app, "/api/v1/alerts/grafana", method="POST", json={"alerts": [bare]},
        headers={"Authorization": f"Bearer {TOKEN}"},
    )  # fmt: skip

    with records.reading() as session:
        assert outbox.due(session, NOW, 10)[0].body == "firing"


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Bearer "])
def test_an_alert_without_the_secret_is_refused(
    app: FastAPI, records: Records, header: str
) -> None:
    nobody_knows = make(open_store("memory:"), records, alert_token="")
    for refusing in (app, nobody_knows):
        answer = ask(
            refusing, "/api/v1/alerts/grafana", method="POST", json={"alerts": [ALERT]},
            headers={"Authorization": header},
        )  # fmt: skip

        assert answer.status_code == 403

    with records.reading() as session:
        assert outbox.due(session, NOW, 10) == []


def test_the_description_of_the_interface_lists_every_route(app: FastAPI) -> None:
    paths = ask(app, "/openapi.json").json()["paths"]

    assert {"/health", "/metrics", "/api/v1/amounts", "/api/v1/findings"} <= set(paths)
    assert "/" not in paths
    assert ask(app, "/docs").status_code == 404
