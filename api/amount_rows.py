"""What a place used, as JSON values in base units."""

from typing import Any

from analytics.closing.choices import STATISTICS, Choices
from analytics.place_amounts import Told
from analytics.statements.amounts import Amount
from energy.kinds import KINDS


def json_of(told: Told, key: str, choices: Choices = STATISTICS) -> dict[str, Any]:
    """Return the answer as JSON values, in base units."""
    period = told.period
    return {
        "level": told.level,
        "place": told.place,
        "period": key,
        "from": period.first.isoformat() if period else None,
        "until": period.until.isoformat() if period else None,
        "terms": choices.words,
        "amounts": [_json(amount) for amount in told.amounts],
        "items": [_json(amount) for amount in told.items],
        "institutions": list(told.institutions),
        "silent": list(told.silent),
        "is_view": told.is_view,
    }


def _json(amount: Amount) -> dict[str, Any]:
    figure = amount.figure
    return {
        "kind": amount.kind,
        "use": amount.use,
        "item": amount.item,
        "code": amount.code,
        "is_rest": amount.is_rest,
        "basis": figure.basis,
        "amount": figure.amount,
        "unit": KINDS[amount.kind].base_unit,
        "estimated": figure.estimated,
        "measured_s": figure.measured_s,
        "estimated_s": figure.estimated_s,
        "unresolved_s": figure.unresolved_s,
        "missing_s": figure.missing_s,
        "billed_s": figure.billed_s,
        "is_blank": figure.is_blank,
        "cost": figure.cost,
        "unpriced": list(figure.unpriced) if figure.cost is not None else [],
        "coal_g": amount.coal_grams,
        "co2_g": amount.co2_grams,
        "partly": list(amount.partly),
        "not_covered": list(amount.not_covered),
        "sources": list(figure.sources),
        "notes": [{"zh": note.zh, "en": note.en} for note in figure.notes],
    }
