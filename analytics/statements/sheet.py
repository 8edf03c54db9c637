"""A statement as bytes: what is submitted, closed, hashed, and shown again years later.

Canonical JSON: UTF-8, keys sorted, no spaces, whole numbers only; fractions as "a/b"; a number that
is missing is null. The same statement gives the same bytes on every machine.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from analytics.statements.figures import Figure
from analytics.statements.intensities import Ratio
from analytics.statements.lines import Line
from analytics.statements.statement import Statement
from analytics.statements.weights import LOCATION, METHODS, Emission, Terms
from energy.canonical import canonical
from energy.text import Text

FORMAT = 1
"""Raised when a field changes its meaning; old sheets are shown as they are."""

_SCOPES = (1, 2)


def sheet_bytes(statement: Statement, *, code: str) -> bytes:
    """Return a statement as bytes.

    Args:
        statement: The statement.
        code: Name and version of the program that computed it.
    """
    return canonical(sheet_of(statement, code=code))


def sheet_of(statement: Statement, *, code: str) -> dict[str, Any]:
    """Return a statement as JSON values."""
    terms = statement.terms
    return {
        "format": FORMAT,
        "institution": statement.institution.institution,
        "name": {"zh": statement.institution.name_zh, "en": statement.institution.name_en},
        "period": statement.period.key,
        "from": statement.period.first.isoformat(),
        "until": statement.period.until.isoformat(),
        "code": code,
        "terms": _terms(terms),
        "lines": {line.key: _line(line) for line in statement.lines},
        "totals": {
            "coal_g": statement.coal_grams,
            "not_in_coal": [line.key for line in statement.not_in_coal],
            "co2_g": {
                f"{scope}/{method}": statement.co2_grams(scope, method)
                for scope in _SCOPES
                for method in METHODS
            },
            # Left out where nothing is told apart: sheets that were closed before do not differ.
            **({"earlier": _earlier(statement)} if statement.is_mixed else {}),
        },
        **_prices(statement),
        "unconfirmed": [
            {"id": row.id, "source": row.source, "confidence": row.confidence}
            for row in statement.unconfirmed
        ],
        "sizes": {measure: _fraction(mean) for measure, mean in statement.sizes.items()},
        "intensities": {name: ratio_json(ratio) for name, ratio in statement.ratios.items()},
    }


def _earlier(statement: Statement) -> dict[str, Any]:
    """Return the totals of earlier ledgers, which are in no other total."""
    return {
        "coal_g": statement.earlier_grams(),
        "co2_g": {
            f"{scope}/{method}": statement.earlier_grams(scope, method)
            for scope in _SCOPES
            for method in METHODS
        },
    }


def _prices(statement: Statement) -> dict[str, Any]:
    """Return the rows that priced each line, beside the lines: they are no figure of one.

    Nothing where no cost leans on a row: sheets that were closed before do not differ.
    """
    found = {line.key: list(line.signed.priced_by) for line in statement.lines}
    priced = {key: rows for key, rows in found.items() if rows}
    return {"prices": priced} if priced else {}


def _terms(terms: Terms) -> dict[str, str]:
    by_market = {"method": terms.method, "residual_set": terms.residual_set}
    return {
        "coal_set": terms.coal_set,
        "co2_set": terms.co2_set,
        "region": terms.region,
        "co2_region": terms.co2_region,
        **(by_market if terms.method != LOCATION else {}),
    }


def _line(line: Line) -> dict[str, Any]:
    coal = line.coal
    return {
        "kind": line.kind,
        "use": line.use,
        "from": line.stretch.first.isoformat(),
        "until": line.stretch.until.isoformat(),
        **figure_json(line.signed),
        "coal_g": coal.grams if coal else None,
        "coal_rows": list(coal.rows) if coal else [],
        "coal_per_display": _fraction(coal.per_display) if coal else None,
        "co2": [_emission(one) for one in line.co2],
        "beside": [figure_json(figure) for figure in line.beside],
        "notes": _texts(line.notes),
    }


def figure_json(figure: Figure) -> dict[str, Any]:
    """Return a figure as JSON values."""
    return {
        "basis": figure.basis,
        "amount": figure.amount,
        "estimated": figure.estimated,
        "cost": figure.cost,
        "is_blank": figure.is_blank,
        "measured_s": figure.measured_s,
        "estimated_s": figure.estimated_s,
        "unresolved_s": figure.unresolved_s,
        "missing_s": figure.missing_s,
        # Left out where there is nothing to say: sheets that were closed before do not differ.
        **({"overdue_s": figure.overdue_s} if figure.overdue_s else {}),
        **({"billed_s": figure.billed_s} if _is_billed_in_part(figure) else {}),
        **({"unpriced": list(figure.unpriced)} if has_gap_in_cost(figure) else {}),
        **({"generated": figure_json(figure.generated)} if figure.generated else {}),
        **({"charges": [one._asdict() for one in figure.charges]} if figure.charges else {}),
        "sources": list(figure.sources),
    }


def _is_billed_in_part(figure: Figure) -> bool:
    return bool(figure.billed_s and (figure.missing_s or figure.generated))


def has_gap_in_cost(figure: Figure) -> bool:
    """Tell whether a cost is known and is without a part of what was bought."""
    return figure.cost is not None and bool(figure.unpriced)


def _emission(emission: Emission) -> dict[str, Any]:
    return {
        "scope": emission.scope,
        "method": emission.method,
        "grams": emission.weighed.grams,
        "rows": list(emission.weighed.rows),
        "per_display": _fraction(emission.weighed.per_display),
        "notes": _texts(emission.weighed.notes),
    }


def ratio_json(ratio: Ratio) -> dict[str, Any]:
    """Return an intensity as JSON values."""
    return {
        "numerator": ratio.numerator,
        "denominator": _fraction(ratio.denominator),
        "not_covered": list(ratio.not_covered),
        # Left out where there is nothing to say: sheets that were closed before do not differ.
        **(
            {"partly": {one: _fraction(share) for one, share in ratio.partly}}
            if ratio.partly
            else {}
        ),
    }


def _fraction(number: Fraction | None) -> str | None:
    return None if number is None else f"{number.numerator}/{number.denominator}"


def _texts(texts: Sequence[Text]) -> list[dict[str, str]]:
    return [{"zh": text.zh, "en": text.en} for text in texts]
