"""How pieces, edges, gaps, events, prices and factors stand in an answer."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

from analytics.consumption.shaping import Estimate
from analytics.why.again import Count, risen
from analytics.why.asked import Answer, Asked, fraction, iso
from analytics.why.pieces import Piece, Point
from analytics.why.worth import Priced
from energy.factors import Factor
from energy.meter import MeterEvent
from energy.provenance import VERIFIED, SourceRow
from energy.span import Span
from energy.tariffs.tariff import TariffRow
from storage.records import event_candidates
from storage.records.event_candidates import PAIRED


def piece_told(piece: Piece, count: Count, span: Span) -> Answer:
    """Return a piece, with what of it lies in a span [base units]."""
    first, last = max(piece.start, span.start), min(piece.end, span.end)
    return {
        "from": iso(piece.start),
        "until": iso(piece.end),
        "known": piece.known.name.lower(),
        "first": piece.first,
        "last": piece.last,
        "wraps": piece.wraps,
        **({"began_again": True} if piece.began_again else {}),
        "modulus": piece.modulus or None,
        "factor": piece.factor,
        "sent": piece.sent,
        "readings": piece.readings,
        "advance": piece.advance,
        "amount": count.between(first, last) if piece.counts else None,
        "points": len(piece.inside),
    }


def edge_told(count: Count, time: int) -> Answer:
    """Return the arithmetic of an edge of a span.

    base = floor((before + risen + rise x passed_ms / length_ms) x base_per_count), along the line
    between the two readings, or points of a gap, around the edge.
    """
    piece = count.piece_at(time)
    told: Answer = {
        "at": iso(time),
        "count": fraction(count.at(time)),
        "base": count.base_at(time),
        "line": None,
    }
    if piece is not None:
        (begin, low), (end, high) = _line(piece, time)
        told["line"] = {
            "from": iso(begin),
            "until": iso(end),
            "first": piece.first if begin == piece.start else None,
            "last": piece.last if end == piece.end else None,
            "before": count.before_piece(piece),
            "risen": low,
            "rise": high - low,
            "passed_ms": time - begin,
            "length_ms": end - begin,
        }
    return told


def _line(piece: Piece, time: int) -> tuple[Point, Point]:
    points = [(piece.start, 0), *piece.inside, (piece.end, int(risen(piece, piece.end)))]
    place = bisect_right([point[0] for point in points], time) - 1
    return points[place], points[place + 1]


def gap_told(estimate: Estimate, base_per_count: Fraction) -> Answer:
    """Return how a gap was filled."""
    end = (estimate.count + estimate.steps) * base_per_count
    return {
        "from": iso(estimate.start),
        "until": iso(estimate.end),
        "advance": estimate.steps,
        "amount": floor(end) - floor(estimate.count * base_per_count),
        "method": estimate.method.value,
        "days": [day.isoformat() for day in estimate.days],
        "note": estimate.note.value,
    }


def events_told(events: Sequence[MeterEvent], span: Span) -> list[Answer]:
    """Return the events of a meter's life until the end of a span: those before it stand, too."""
    return [
        {
            "event": event.event,
            "time": iso(event.time),
            "is_within": event.time in span,
            "closing": event.closing,
            "opening": event.opening,
            "digits": event.digits,
            "ratio": None if event.ratio is None else fraction(event.ratio),
            "step": None if event.step is None else fraction(event.step),
            "author": event.author,
            "reason": event.reason,
            "evidence": event.evidence,
        }
        for event in events
        if event.time < span.end
    ]


def candidates_told(asked: Asked, meter: str, span: Span) -> list[Answer]:
    """Return the events that a register looks as if it had, which nobody confirmed, in a span."""
    return [
        {
            "candidate": one.number,
            "after": iso(one.after),
            "before": iso(one.before),
            "looks": one.looks,
            "factor": one.factor,
            "state": one.state,
            "evidence": {"zh": one.evidence_zh, "en": one.evidence_en},
        }
        for one in event_candidates.candidates(asked.session, meter=meter)
        if one.after < span.end and one.before > span.start and one.state != PAIRED
    ]


def price_told(priced: Priced, sources: Mapping[str, SourceRow]) -> Answer:
    """Return a row of a tariff and what it priced; no row where the price is not known."""
    told: Answer = {"row": None, "hours": priced.hours, "amount": priced.amount}
    if isinstance(priced.row, TariffRow):
        row = priced.row
        told["row"] = {
            "id": row.name,
            "tariff": row.tariff,
            "version": row.version,
            "period": row.period,
            "from_minute": row.from_minute,
            "to_minute": row.to_minute,
            "valid_from": row.valid_from.isoformat(),
            "valid_to": row.valid_to.isoformat(),
            "price_micro": row.price_micro,
            "parts": dict(row.parts),
            "source": row.source,
            **trust_told(row.id, row.confidence, sources),
        }
    return told


def trust_told(row_id: str, confidence: str, sources: Mapping[str, SourceRow]) -> Answer:
    """Return by which name a row is confirmed, how sure it is, and who confirmed it."""
    source = sources.get(row_id)
    return {
        "row_id": row_id or None,
        "confidence": confidence,
        "confirmed_by": source.confirmed_by if source else "",
        "is_unconfirmed": source.is_unconfirmed if source else confidence != VERIFIED,
    }


def factor_told(priced: Priced, sources: Mapping[str, SourceRow]) -> Answer:
    """Return a coefficient or factor and what it weighed; no row where none is known."""
    told: Answer = {"row": None, "hours": priced.hours, "amount": priced.amount}
    if isinstance(priced.row, Factor):
        told["row"] = row_told(priced.row, sources)
    return told


def row_told(row: Factor, sources: Mapping[str, SourceRow]) -> Answer:
    """Return a coefficient or factor with its source and who confirmed it."""
    return {
        "id": row.id or f"{row.factor_set}/{row.kind}/{row.valid_from.isoformat()}",
        "set": row.factor_set,
        "kind": row.kind,
        "region": row.region,
        "per_display": fraction(row.per_display),
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat(),
        "data_year": row.data_year or None,
        "density": row.density_id or None,
        "source": row.source,
        **trust_told(row.id, row.confidence, sources),
    }


def named_row(row_id: str, sources: Mapping[str, SourceRow]) -> Answer:
    """Return a row of reference data that is known by its name alone: source and trust."""
    source = sources.get(row_id)
    told = trust_told(row_id, source.confidence if source else "", sources)
    return {"source": source.source if source else "", **told}
