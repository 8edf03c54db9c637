"""A board as a classic Grafana dashboard: schema 42, core panels, InfluxQL, one file a language.

Grafana 12 loads it from a file or over HTTP; nothing in it needs a plugin or the internet.
"""

import json
from typing import Any

import dashboards.boards
from dashboards.board import Board, Panel, PanelKind, Shown, is_for
from dashboards.names import TAGS, VALUES
from dashboards.units import Unit, unit_of
from energy.offers import offers
from energy.query import Column, Query
from storage.influx.influxql import to_influxql

Json = dict[str, Any]

LANGUAGES = ("zh", "en")
SCHEMA_VERSION = 42
DATASOURCE = {"type": "influxdb", "uid": "jieneng-derived"}
"""The data source of dashboards/provisioning/datasources."""

COLOURS = {"good": "green", "plain": "text", "fair": "orange", "bad": "red"}
PANEL_TYPES = {
    PanelKind.STAT: "stat",
    PanelKind.TABLE: "table",
    PanelKind.BARS: "barchart",
    PanelKind.LINES: "timeseries",
}
PLAIN_BLUE = "#2f7ed8"


def boards() -> dict[str, Board]:
    """Return every board by the name of its file."""
    return offers(dashboards.boards, "BOARD", Board)


def board_files() -> dict[str, str]:
    """Return the name and text of every generated file; the same boards give the same bytes."""
    return {
        f"{name}-{language}.json": json.dumps(
            dashboard(board, language), ensure_ascii=False, indent=2, sort_keys=True
        )
        + "\n"
        for name, board in boards().items()
        for language in LANGUAGES
    }


def uid(board: Board, language: str) -> str:
    """Return the uid of a board's dashboard in a language, at most 40 characters."""
    return f"{board.uid}-{language}"


def dashboard(board: Board, language: str) -> Json:
    """Return a board as Grafana keeps it."""
    return {
        "uid": uid(board, language),
        "id": None,
        "title": board.title.get(language),
        "tags": ["jieneng", language],
        "timezone": board.timezone,
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": board.refresh,
        "time": {"from": board.range.grafana_from, "to": "now"},
        "timepicker": {},
        "templating": {"list": []},
        "annotations": {"list": []},
        "links": [_menu(language)],
        "panels": [
            _panel(panel, number, language) for number, panel in enumerate(board.panels, start=1)
        ],
    }


def _menu(language: str) -> Json:
    return {
        "type": "dashboards",
        "title": "看板" if language == "zh" else "Boards",
        "tags": ["jieneng", language],
        "asDropdown": True,
        "keepTime": False,
        "includeVars": False,
        "targetBlank": False,
        "icon": "external link",
        "tooltip": "",
        "url": "",
    }


def _panel(panel: Panel, number: int, language: str) -> Json:
    built: Json = {
        "id": number,
        "type": PANEL_TYPES[panel.kind],
        "title": panel.question.get(language),
        "description": panel.how.get(language),
        "datasource": DATASOURCE,
        "gridPos": {"x": panel.at.x, "y": panel.at.y, "w": panel.at.w, "h": panel.at.h},
        "targets": [_target(panel, query, index) for index, query in enumerate(panel.queries)],
        "fieldConfig": {
            "defaults": {"custom": _custom(panel), "noValue": "—", "color": _colour(panel)},
            "overrides": _overrides(panel, language),
        },
        "options": _options(panel, language),
        "transformations": _transformations(panel),
    }
    if panel.days:
        built |= {"timeFrom": f"{panel.days}d", "hideTimeOverride": True}
    if panel.leads_to:
        built["links"] = [
            {
                "title": panel.question.get(language),
                "url": f"/d/{panel.leads_to}-{language}",
                "targetBlank": False,
            }
        ]
    return built


def _target(panel: Panel, query: Query, index: int) -> Json:
    is_course = panel.kind is PanelKind.LINES
    return {
        "refId": chr(ord("A") + index),
        "datasource": DATASOURCE,
        "query": to_influxql(query, None),
        "rawQuery": True,
        "resultFormat": "time_series" if is_course else "table",
        **({"alias": "$col"} if is_course else {}),
    }


def _custom(panel: Panel) -> Json:
    if panel.kind is PanelKind.LINES:
        return {"drawStyle": "bars", "fillOpacity": 70, "lineWidth": 1, "barAlignment": 1}
    if panel.kind is PanelKind.TABLE:
        return {"align": "auto", "cellOptions": {"type": "auto"}, "filterable": False}
    return {}


def _colour(panel: Panel) -> Json:
    if panel.kind in {PanelKind.LINES, PanelKind.BARS}:
        return {"mode": "fixed", "fixedColor": PLAIN_BLUE}
    return {"mode": "thresholds"}


def _options(panel: Panel, language: str) -> Json:
    if panel.kind is PanelKind.STAT:
        return {
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "textMode": "value_and_name",
            "wideLayout": True,
        }
    if panel.kind is PanelKind.BARS:
        return {
            "orientation": "horizontal",
            "xField": f"name_{language}",
            "showValue": "always",
            "stacking": "none",
            "groupWidth": 0.7,
            "barWidth": 0.9,
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False},
            "tooltip": {"mode": "multi", "sort": "none"},
        }
    if panel.kind is PanelKind.LINES:
        return {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "none"},
        }
    return {"showHeader": True, "cellHeight": "sm"}


def _transformations(panel: Panel) -> list[Json]:
    if not panel.sort:
        return []
    by = {"fields": {}, "sort": [{"field": panel.sort, "desc": True}]}
    return [{"id": "sortBy", "options": by}]


def _overrides(panel: Panel, language: str) -> list[Json]:
    found = [] if panel.kind is PanelKind.LINES else [_hidden("Time")]
    for tag in panel.queries[0].group_by:
        if tag in panel.hidden or not is_for(tag, language):
            found.append(_hidden(tag))
        else:
            found.append(_tag_override(tag, language))
    shown = {entry.column: entry for entry in panel.shown}
    for column in panel.queries[0].columns:
        if column.name in shown and is_for(column.name, language):
            found.append(_column_override(panel, shown[column.name], column, language))
        else:
            found.append(_hidden(column.name))
    return found


def _override(name: str, properties: dict[str, Any]) -> Json:
    return {
        "matcher": {"id": "byName", "options": name},
        "properties": [{"id": key, "value": value} for key, value in properties.items()],
    }


def _hidden(name: str) -> Json:
    everywhere = {"legend": True, "tooltip": True, "viz": True}
    return _override(name, {"custom.hidden": True, "custom.hideFrom": everywhere})


def _tag_override(tag: str, language: str) -> Json:
    properties: dict[str, Any] = {"displayName": TAGS[tag].get(language)}
    if tag in VALUES:
        texts = {value: {"text": text.get(language)} for value, text in VALUES[tag].items()}
        properties["mappings"] = [{"type": "value", "options": texts}]
    return _override(tag, properties)


def _column_override(panel: Panel, shown: Shown, column: Column, language: str) -> Json:
    unit = unit_of(panel.queries[0], column)
    properties: dict[str, Any] = {"displayName": shown.title.get(language)}
    properties |= _unit_properties(unit)
    if shown.thresholds:
        steps = [{"color": COLOURS[step.mood], "value": step.start} for step in shown.thresholds]
        properties["thresholds"] = {"mode": "absolute", "steps": steps}
        if panel.kind is PanelKind.TABLE:
            properties["custom.cellOptions"] = {"type": "color-text"}
    else:
        plain = [{"color": "text", "value": None}]
        properties["thresholds"] = {"mode": "absolute", "steps": plain}
    if panel.kind is PanelKind.BARS and column is not panel.columns()[0]:
        properties["custom.hideFrom"] = {"legend": True, "tooltip": False, "viz": True}
    return _override(column.name, properties)


def _unit_properties(unit: Unit | None) -> dict[str, Any]:
    if unit is None:
        return {}
    digits = {} if unit.grafana_digits is None else {"decimals": unit.grafana_digits}
    return {"unit": unit.grafana, **digits}
