"""Sheets that were submitted or closed over a time: their bytes, their hash, their link."""

import json
from collections.abc import Callable
from typing import Any

from analytics.closing.period import span_for
from analytics.closing.rules import state_of
from analytics.why.asked import Answer, Asked, iso
from energy.span import Span
from storage.records import chain, frozen, sheets
from storage.records.sheets import SheetStep

Wanted = Callable[[dict[str, Any]], bool]
"""A line of a sheet -> whether it is asked about."""


def frozen_sheets(asked: Asked, institution: str, span: Span, wanted: Wanted) -> list[Answer]:
    """Return the sheets in force that cover a time, each with the lines that are asked about."""
    found = []
    for whose, period in sheets.begun(asked.session):
        if whose != institution:
            continue
        covers = span_for(asked.registry, asked.reference, institution, period)
        if covers.overlaps(span):
            sheet = frozen_sheet(asked, institution, period, wanted)
            if sheet is not None:
                found.append(sheet)
    return found


def frozen_sheet(asked: Asked, institution: str, period: str, wanted: Wanted) -> Answer | None:
    """Return the sheet in force of an institution for a period; None for a draft.

    ``is_whole`` says whether its bytes still have the hash that its link of the chain bears, and
    the link its own; lines are those of the bytes at rest, and none where they are gone.
    """
    steps = sheets.history(asked.session, institution, period)
    held = sheets.in_force(steps)
    if not held:
        return None
    step = _bringing(steps, held)
    is_whole = _is_whole(asked, step)
    head = chain.head(asked.session)
    known = asked.registry.institution.get(institution)
    return {
        "institution": institution,
        "name": {"zh": known.name_zh, "en": known.name_en} if known else None,
        "period": period,
        "state": state_of(steps).value,
        "since": iso(step.at),
        "by": step.by,
        "step": step.step.value,
        "sha256": held,
        "is_whole": is_whole,
        "link": step.link,
        "link_hash": step.hash,
        "head": head.hash if head else None,
        "lines": _lines(asked, held, wanted) if is_whole else {},
    }


def _is_whole(asked: Asked, step: SheetStep) -> bool:
    """Tell whether the bytes of a step and its link are those that were written."""
    kept = frozen.get(asked.session, step.sha256)
    links = chain.about(asked.session, sheets.subject_of(step.institution, step.period))
    (link,) = [one for one in links if one.number == step.link]
    return kept is not None and kept.is_whole and link.hash == link.true_hash


def _bringing(steps: list[SheetStep], held: str) -> SheetStep:
    """Return the last step that brought the sheet in force."""
    return [step for step in steps if step.sha256 == held][-1]


def _lines(asked: Asked, sha256: str, wanted: Wanted) -> Answer:
    sheet = json.loads(sheets.content_of(asked.session, sha256))
    return {key: line for key, line in sheet["lines"].items() if "kind" in line and wanted(line)}
