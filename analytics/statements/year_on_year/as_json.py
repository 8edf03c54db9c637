"""A change and its effects as JSON values: base units, 1e-6 yuan, null where nothing is known."""

from collections.abc import Sequence
from typing import Any

from analytics.statements.statement import Statement
from analytics.statements.year_on_year.change import EFFECTS, Side, Split
from analytics.statements.year_on_year.explained import Explanation, rests_on
from analytics.statements.year_on_year.words import TITLES
from energy.kinds import KINDS
from energy.period import Stretch
from energy.text import Text

Json = dict[str, Any]


def change_json(before: Statement, now: Statement, explanations: Sequence[Explanation]) -> Json:
    """Return what changed between two statements."""
    institution = now.institution
    return {
        "institution": institution.institution,
        "name": {"zh": institution.name_zh, "en": institution.name_en},
        "period": now.period.key,
        "before": before.period.key,
        "kinds": {one.kind: _explanation(one) for one in explanations},
    }


def _explanation(one: Explanation) -> Json:
    apart = one.apart  # without any, no month is known on both sides: nothing is no zero
    return {
        "unit": KINDS[one.kind].base_unit,
        **(_totals(one) if len(apart) == 1 else {}),
        **({"apart": [_group(each) for each in apart]} if len(apart) > 1 else {}),
        "months": [_month(split) for split in one.splits],
        "left_out": _left_out(one),
    }


def _group(one: Explanation) -> Json:
    return {
        "note": text_json(rests_on(one)),
        "months": [{"from": first, "until": until} for first, until in one.months],
        **_totals(one),
    }


def _totals(one: Explanation) -> Json:
    was, is_ = one.amounts
    costs = one.costs
    effects = {name: one.effect(name) for name in EFFECTS}
    return {
        "amount": {"before": was, "now": is_, "change": is_ - was},
        "cost": costs and {"before": costs[0], "now": costs[1], "change": costs[1] - costs[0]},
        "effects": {
            name: {"title": text_json(TITLES[name]), "amount": amount, "cost": cost}
            for name, (amount, cost) in effects.items()
        },
    }


def _left_out(one: Explanation) -> list[Json]:
    return [{**_stretch(left.stretch), "reason": text_json(left.reason)} for left in one.left_out]


def _month(split: Split) -> Json:
    return {
        **_stretch(split.now.stretch),
        "before": _side(split.before),
        "now": _side(split.now),
        "effects": {
            effect.name: {
                "amount": effect.amount,
                "cost": effect.cost,
                "how": text_json(effect.text),
            }
            for effect in split.effects
        },
        "notes": [text_json(note) for note in split.notes],
    }


def _side(side: Side) -> Json:
    return {
        **_stretch(side.stretch),
        "basis": side.basis,
        "amount": side.amount,
        "cost": side.cost,
    }


def _stretch(stretch: Stretch) -> Json:
    return {"from": stretch.first.isoformat(), "until": stretch.until.isoformat()}


def text_json(text: Text) -> dict[str, str]:
    """Return a text in both languages."""
    return {"zh": text.zh, "en": text.en}
