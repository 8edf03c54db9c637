import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from dashboards.board import Board
from dashboards.grafana import DATASOURCE, board_files, boards, dashboard
from dashboards.publish import FOLDER_TITLE, FOLDER_UID

DASHBOARDS = Path(__file__).parents[2] / "dashboards"
FILES = {name: json.loads(text) for name, text in board_files().items()}
each_file = pytest.mark.parametrize("name", FILES)
CORE_PANELS = ["stat", "table", "barchart", "timeseries"]

SCHEMA = {
    "type": "object",
    "required": ["uid", "id", "title", "schemaVersion", "panels", "time", "timezone", "tags"],
    "properties": {
        "uid": {"type": "string", "pattern": "^[a-z0-9-]{1,40}$"},
        "id": {"type": "null"},
        "title": {"type": "string", "minLength": 1},
        "schemaVersion": {"const": 42},
        "panels": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": [
                    "id", "type", "title", "description", "datasource", "gridPos", "targets",
                    "fieldConfig", "options",
                ],
                "properties": {
                    "id": {"type": "integer", "minimum": 1},
                    "type": {"enum": CORE_PANELS},
                    "datasource": {"const": DATASOURCE},
                    "gridPos": {
                        "type": "object",
                        "required": ["x", "y", "w", "h"],
                        "additionalProperties": {"type": "integer", "minimum": 0},
                    },
                    "transformations": {
                        "type": "array",
                        "items": {"properties": {"id": {"enum": ["sortBy"]}}},
                    },
                    "targets": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "required": ["refId", "query", "rawQuery", "resultFormat"],
                            "properties": {
                                "rawQuery": {"const": True},
                                "resultFormat": {"enum": ["table", "time_series"]},
                            },
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip


def queries(found: dict[str, Any]) -> list[str]:
    return [target["query"] for panel in found["panels"] for target in panel["targets"]]


def test_the_generated_files_are_what_the_definitions_say() -> None:
    kept = {path.name: path.read_text("utf-8") for path in (DASHBOARDS / "generated").iterdir()}

    assert kept == board_files(), "stale: jieneng boards write"


@each_file
def test_a_generated_dashboard_keeps_the_classic_schema_with_core_panels_only(name: str) -> None:
    jsonschema.validate(FILES[name], SCHEMA)


@each_file
def test_titles_in_a_folder_and_ids_on_a_dashboard_are_unique(name: str) -> None:
    ids = [panel["id"] for panel in FILES[name]["panels"]]

    assert len(set(ids)) == len(ids)
    assert len({found["title"] for found in FILES.values()}) == len(FILES)
    assert len({found["uid"] for found in FILES.values()}) == len(FILES)


@each_file
def test_a_query_is_one_statement_and_uses_no_macro_but_the_time_filter(name: str) -> None:
    for query in queries(FILES[name]):
        assert query.count("$timeFilter") == 1
        assert "$" not in query.replace("$timeFilter", "")
        assert ";" not in query


@each_file
def test_what_a_panel_hides_or_renames_is_in_its_answer(name: str) -> None:
    for panel in FILES[name]["panels"]:
        answer = {"Time", *re.findall(r'"([a-z0-9_]+)"', panel["targets"][0]["query"])}
        for override in panel["fieldConfig"]["overrides"]:
            assert override["matcher"]["options"] in answer


@each_file
def test_a_dashboard_shows_the_names_of_its_own_language_only(name: str) -> None:
    other = "_en" if FILES[name]["uid"].endswith("-zh") else "_zh"
    for panel in FILES[name]["panels"]:
        for override in panel["fieldConfig"]["overrides"]:
            if override["matcher"]["options"].endswith(other):
                assert {"id": "custom.hidden", "value": True} in override["properties"]


def test_a_panel_that_leads_somewhere_links_to_the_board_in_its_language() -> None:
    board: Board = boards()["district"]
    leading = replace(board.panels[0], leads_to=board.uid)

    built = dashboard(replace(board, panels=(leading,)), "en")

    assert built["panels"][0]["links"][0]["url"] == "/d/jieneng-district-en"


def provisioning(path: str) -> Any:  # noqa: ANN401  whatever the YAML says
    return yaml.safe_load((DASHBOARDS / "provisioning" / path).read_text("utf-8"))


def test_the_data_source_has_our_uid_and_names_the_database_in_both_places() -> None:
    (source,) = provisioning("datasources/jieneng.yaml")["datasources"]

    assert {"type": source["type"], "uid": source["uid"]} == DATASOURCE
    assert source["access"] == "proxy"
    assert source["database"] == source["jsonData"]["dbName"] == "$JIENENG_GRAFANA_DATABASE"
    assert source["jsonData"]["httpMode"] in {"GET", "POST"}
    assert source["isDefault"] is True
    assert source["secureJsonData"]["httpHeaderValue1"].startswith("Token $")


def test_the_provider_puts_boards_where_publishing_would() -> None:
    (provider,) = provisioning("dashboards/jieneng.yaml")["providers"]

    assert (provider["folderUid"], provider["folder"]) == (FOLDER_UID, FOLDER_TITLE)
    assert provider["allowUiUpdates"] is False


def test_the_alert_of_a_silent_collector_reduces_then_compares_and_knows_no_data() -> None:
    alerting = provisioning("alerting/jieneng.yaml")
    (rule,) = alerting["groups"][0]["rules"]
    ask, reduce, threshold = (entry["model"] for entry in rule["data"])

    assert rule["noDataState"] == "Alerting"
    assert "$$timeFilter" in ask["query"]
    assert (reduce["type"], reduce["reducer"], reduce["expression"]) == ("reduce", "last", "A")
    assert (threshold["type"], threshold["expression"]) == ("threshold", "B")
    assert rule["condition"] == threshold["refId"]
    assert rule["data"][0]["datasourceUid"] == DATASOURCE["uid"]


def test_the_contact_point_is_used_by_the_policy_and_carries_a_secret() -> None:
    alerting = provisioning("alerting/jieneng.yaml")
    (point,) = alerting["contactPoints"]
    settings = point["receivers"][0]["settings"]

    assert alerting["policies"][0]["receiver"] == point["name"]
    assert settings["authorization_credentials"] == "$JIENENG_ALERT_TOKEN"


def test_no_file_of_provisioning_holds_a_tab_or_a_secret() -> None:
    for path in (DASHBOARDS / "provisioning").rglob("*.yaml"):
        text = path.read_text("utf-8")
        assert "\t" not in text
        for secret in re.findall(r"(?:credentials|HeaderValue1): (.+)", text):
            assert "$JIENENG_" in secret
