"""The sheet of several institutions together: of a body, or of the district.

It holds the sheet of each institution as it is handed out, so that every sum can be followed.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from analytics.closing.reading_back import statement_in
from analytics.statements.cost.known_cost import of_members
from analytics.statements.intensities import Ratio
from analytics.statements.printed.entries import Sheet
from analytics.statements.sheet import FORMAT, figure_json, ratio_json
from analytics.statements.sums import Sum, SumLine, members_of, sum_of
from analytics.statements.weights import METHODS
from energy.canonical import canonical, sha256_of
from energy.errors import ClosingError
from energy.registry import Registry
from energy.text import Text
from energy.version import program
from storage.tables import DISTRICT

_SCOPES = (1, 2)
_OF_LINE = ("kind", "use", "from", "basis")
_SAID = (
    ("partly", Text("部分覆盖", "partly covered")),
    ("not_covered", Text("未覆盖", "not covered")),
    ("not_in_coal", Text("未计入标准煤", "not in standard coal")),
)


Tell = Callable[[str], tuple[bytes, Text]]
"""Institution to the bytes of its sheet and the state that this is in; else a ClosingError."""


def bytes_of_sum(registry: Registry, place: str, key: str, tell: Tell) -> bytes:
    """Return the sheet of a body or of the district, made of those of its institutions.

    Args:
        registry: Says who reports to whom.
        place: Name of a body, or DISTRICT.
        key: Of the period.
        tell: Gives the sheet of an institution.

    Raises:
        ClosingError: If no institution is in it, or none has a sheet.
    """
    members, undated, problem = [], {}, None
    for one in members_of(registry, place):
        try:
            content, state = tell(one.institution)
        except ClosingError as error:  # where it is heated at other times, nobody knows when
            undated[one.institution] = Text(one.name_zh, one.name_en)
            problem = error
            continue
        said = {"state": {"zh": state.zh, "en": state.en}, "sha256": sha256_of(content)}
        members.append({**json.loads(content), **said})
    if not members:
        raise problem or ClosingError(_nobody(place))
    named = registry if place == DISTRICT else registry.body[place]
    name = Text(named.name_zh, named.name_en)
    return canonical(sheet_of_sum(place, name, key, members, undated=undated, code=program()))


def _nobody(place: str) -> Text:
    return Text(f"没有机构向 {place} 上报。", f"No institution reports to {place}.")


def sheet_of_sum(
    place: str,
    name: Text,
    key: str,
    members: Sequence[Sheet],
    *,
    undated: Mapping[str, Text],
    code: str,
) -> dict[str, Any]:
    """Return the sums of some sheets as a sheet.

    Args:
        place: Name of the body, or DISTRICT.
        name: What people call it.
        key: Of the period.
        members: The sheets, one an institution; at least one.
        undated: Institutions of which it is not known when the period is, with what people call
            them.
        code: Name and version of the program.
    """
    said, own = _said_of_lines(members), _lines_of(members)
    total = sum_of(place, [statement_in(sheet) for sheet in members])
    silent = sorted({*total.silent, *undated})
    names = {sheet["institution"]: sheet["name"] for sheet in members}
    names |= {one: {"zh": called.zh, "en": called.en} for one, called in undated.items()}
    return {
        "format": FORMAT,
        "institution": place,
        "name": {"zh": name.zh, "en": name.en},
        "period": key,
        "from": min(sheet["from"] for sheet in members),
        "until": max(sheet["until"] for sheet in members),
        "code": code,
        "terms": {**members[0]["terms"], "region": ""},
        "lines": {
            _key(line): _line(line, names, said) | of_members(own.get(_place(line), ()))
            for line in total.lines
        },
        "totals": _totals(total),
        "unconfirmed": list(_unconfirmed(members)),
        "sizes": {},
        "intensities": {one: _ratio(ratio) for one, ratio in total.ratios.items()},
        "silent": silent,
        "names": names,
        "members": {sheet["institution"]: sheet for sheet in members},
    }


def _key(line: SumLine) -> str:
    kind, use, stretch, basis = line.key
    return "/".join(part for part in (kind, use, stretch.first.isoformat(), basis) if part)


_Place = tuple[str, ...]
"""Kind, use, first day and basis of a line."""

_Said = Mapping[_Place, Mapping[Text, list[str]]]
"""Which line to what is said of it, with the institutions that do."""


def _said_of_lines(members: Sequence[Sheet]) -> _Said:
    """Return what the sheets say of their lines, each sentence once, in the order of members."""
    found: dict[_Place, dict[Text, list[str]]] = {}
    for sheet in members:
        for line in sheet["lines"].values():
            if "kind" not in line:
                continue  # what is booked for other periods
            own = found.setdefault(tuple(line[name] for name in _OF_LINE), {})
            for note in dict.fromkeys(Text(**one) for one in line["notes"]):
                own.setdefault(note, []).append(sheet["institution"])
    return found


def _lines_of(members: Sequence[Sheet]) -> Mapping[_Place, list[Mapping[str, Any]]]:
    """Return the lines of the sheets that one of the sum is made of, with their institution."""
    found: dict[_Place, list[Mapping[str, Any]]] = {}
    for sheet in members:
        for line in sheet["lines"].values():
            if "kind" in line:
                place = tuple(line[name] for name in _OF_LINE)
                found.setdefault(place, []).append({**line, "institution": sheet["institution"]})
    return found


def _place(line: SumLine) -> _Place:
    kind, use, stretch, basis = line.key
    return kind, use, stretch.first.isoformat(), basis


def _line(
    line: SumLine, called: Mapping[str, Mapping[str, str]], of_lines: _Said
) -> dict[str, Any]:
    kind, use, stretch, _ = line.key
    notes = [
        {
            "zh": f"{said.zh}：{'、'.join(called[name]['zh'] for name in names)}",
            "en": f"{said.en}: {', '.join(called[name]['en'] for name in names)}",
        }
        for field, said in _SAID
        if (names := getattr(line, field))
    ]
    said_of_it = of_lines.get(_place(line), {})
    notes += [
        {
            "zh": f"{'、'.join(called[name]['zh'] for name in names)}：{note.zh}",
            "en": f"{', '.join(called[name]['en'] for name in names)}: {note.en}",
        }
        for note, names in said_of_it.items()
    ]
    return {
        "kind": kind,
        "use": use,
        "from": stretch.first.isoformat(),
        "until": stretch.until.isoformat(),
        **figure_json(line.figure),
        "coal_g": line.coal_grams,
        "coal_rows": [],
        "coal_per_display": None,
        "co2": [
            {"scope": scope, "method": method, "grams": grams, "rows": [], "per_display": None}
            for (scope, method), grams in line.co2_grams.items()
        ],
        "beside": [],
        "notes": notes,
        "covered": list(line.covered),
        "partly": list(line.partly),
        "not_covered": list(line.not_covered),
    }


def _totals(total: Sum) -> dict[str, Any]:
    return {
        "coal_g": total.coal_grams,
        "not_in_coal": [_key(line) for line in total.lines if line.not_in_coal and not line.key[1]],
        "co2_g": {
            f"{scope}/{method}": total.co2_grams(scope, method)
            for scope in _SCOPES
            for method in METHODS
        },
        **({"earlier": _earlier(total)} if total.is_mixed else {}),
    }


def _earlier(total: Sum) -> dict[str, Any]:
    """Return the totals of earlier ledgers, which are in no other total."""
    return {
        "coal_g": total.earlier_grams(),
        "co2_g": {
            f"{scope}/{method}": total.earlier_grams(scope, method)
            for scope in _SCOPES
            for method in METHODS
        },
    }


def _ratio(ratio: Ratio) -> dict[str, Any]:
    return {**ratio_json(ratio), "covered": list(ratio.covered)}


def _unconfirmed(members: Sequence[Sheet]) -> Iterator[Mapping[str, Any]]:
    """Yield the rows that nobody has confirmed, each once, by id."""
    rows = {row["id"]: row for sheet in members for row in sheet["unconfirmed"]}
    yield from (rows[row_id] for row_id in sorted(rows))
