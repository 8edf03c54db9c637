"""What the amounts of a meter are made of: its readings, or the hours of other meters."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.ledger.rows import FIELDS, rows_of
from analytics.why.again import Count
from analytics.why.asked import Answer, Asked, fraction
from analytics.why.ground import ground_of
from analytics.why.pieces import told_pieces
from analytics.why.readings import edits_told, overruled_told, readings_told
from analytics.why.told import candidates_told, edge_told, events_told, gap_told, piece_told
from analytics.why.virtual import Spread, inputs_told, virtual_hours
from analytics.why.when import When, day_around, hours_within
from analytics.why.worth import Between, Hour, hours_of
from energy.meter import Meter, Site
from energy.span import Span
from storage.tables import Table

OF_AMOUNT = ("amount", "amount_estimated", "measured_s", "estimated_s", "unresolved_s")
"""The fields of a derived table that tell an amount and how it is known."""


@dataclass(frozen=True)
class Made:
    """What the amounts of a meter in a time are made of.

    Attributes:
        amounts: Each of OF_AMOUNT, worked out again; None where nothing is known.
        hours: What was counted in each hour, from local midnight on.
        between: Tells the amount of parts of hours.
        told: The inputs as they stand in an answer.
    """

    amounts: dict[str, int | None]
    hours: list[Hour]
    between: Between
    told: Answer


def stated_of(asked: Asked, table: Table, meter: str, span: Span) -> dict[str, int | None]:
    """Return what a table says of a meter in a span, field by field; None where it says nothing."""
    points = asked.store.points(table, where=(("meter", (meter,)),), span=span)
    rows = rows_of(points)
    totals = rows.numbers.sum(axis=1).tolist()
    said = [bool(there.any()) for there in rows.known]
    return {
        field: total if there else None
        for field, total, there in zip(FIELDS, totals, said, strict=True)
    }


def made_of_readings(asked: Asked, meter: Meter, site: Site, when: When) -> Made:
    """Return what readings make of a time: the amount by the few pieces that are told."""
    span, days = when.span, Span(day_around(when.span.start, site.zone).start, when.span.end)
    ground = ground_of(asked, meter, site, days)
    pieces = told_pieces(ground.count.pieces, span.start, span.end)
    before = ground.count.before_piece(pieces[0]) if pieces else 0
    count = Count(pieces, ground.count.base_per_count, before=before)
    hours = hours_of(ground.count, hours_within(days, site.zone), site.zone)
    whole = count.cell(span.start, span.end)
    amounts = {
        "amount": whole.amount,
        "amount_estimated": None if whole.amount is None else whole.estimated,
        **_seconds(hours, span),
    }
    near = Span(pieces[0].start, pieces[-1].end + 1) if pieces else span
    told = {
        "base_per_count": fraction(count.base_per_count),
        "readings": readings_told(asked, meter, ground.course, near),
        "pieces": [piece_told(piece, count, span) for piece in pieces],
        "edges": [edge_told(count, time) for time in (span.start, span.end)],
        "gaps": [gap_told(one, count.base_per_count) for one in ground.touching(span)],
        "events": events_told(asked.registry.events_of(meter.meter), near),
        "candidates": candidates_told(asked, meter.meter, near),
        "edits": edits_told(asked, meter, near),
        "overruled": overruled_told(asked, meter, near),
    }
    return Made(amounts, hours, ground.count.between, told)


def made_of_meters(asked: Asked, meter: Meter, site: Site, when: When) -> Made:
    """Return what the hours of other meters make of a time."""
    span, days = when.span, Span(day_around(when.span.start, site.zone).start, when.span.end)
    all_hours = hours_within(days, site.zone)
    hours, takes = virtual_hours(asked, meter.meter, site, all_hours, wanted=span)
    own = [hour.cell for hour in hours if hour.span.start in span and hour.cell.amount is not None]
    amounts = {
        "amount": sum(cell.amount or 0 for cell in own) if own else None,
        "amount_estimated": sum(cell.estimated for cell in own) if own else None,
        **_seconds(hours, span),
    }
    each = {
        source: stated_of(asked, when.table, source, span)["amount"]
        for source in asked.registry.sources[meter.meter]
    }
    told = inputs_told(asked.registry, takes, when.key, each)
    between = Spread(asked, meter.meter, site, hours).between
    return Made(amounts, hours, between, told)


def _seconds(hours: Sequence[Hour], span: Span) -> dict[str, int | None]:
    said = [hour.cell for hour in hours if hour.span.start in span and hour.is_said]
    return {
        "measured_s": sum(cell.measured_s for cell in said) if said else None,
        "estimated_s": sum(cell.estimated_s for cell in said) if said else None,
        "unresolved_s": sum(cell.unresolved_s for cell in said) if said else None,
    }
