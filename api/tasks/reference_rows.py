"""Rows of reference data that figures lean on and nobody has confirmed: one task for all."""

import json
from collections.abc import Iterator

from analytics.ledger.hours import CO2_SET, COAL_SET
from analytics.statements.leaning import Leaning
from api.task import Look, Source, Task, Urgency
from energy.factors import factor_at
from energy.provenance import leans_on
from energy.span import local_date
from energy.text import Text
from storage.records import sheets

_NAMED = 3


def _find(look: Look) -> Iterator[Task]:
    waiting = leans_on(look.reference.sources, [*_of_boards(look), *_of_sheets(look)])
    if not waiting:
        return
    named = ", ".join(row.id for row in waiting[:_NAMED])
    if len(waiting) > _NAMED:
        named += " …"
    yield Task(
        source="reference_rows",
        urgency=Urgency.LATER,
        title=Text(
            "报表用到、尚未有人确认的参考数据",
            "Reference data that figures lean on and nobody has confirmed",
        ),
        where=Text(named, named),
        todo=Text(
            "与来源核对后确认；在此之前报表带有提示。",
            "Compare each with its source and confirm it; until then sheets carry a banner.",
        ),
        command=f'jieneng reference confirm {waiting[0].id} --by "…"',
        count=len(waiting),
    )


def _of_boards(look: Look) -> Iterator[str]:
    """Yield the rows that weigh and price today what the meters count."""
    for kind, site in sorted({(meter.kind, meter.site) for meter in look.registry.meters}):
        place = look.registry.site[site]
        for name in (COAL_SET, CO2_SET):
            rows = look.reference.factors.get(name, ())
            day = local_date(look.now_ms, place.zone)
            row = factor_at(rows, kind=kind, region=place.region, day=day)
            if row is not None:
                yield from (one for one in row.used if one in look.reference.sources)
    leaning = Leaning(look.reference, look.registry)
    for meter in look.registry.meters:
        day = local_date(look.now_ms, look.registry.site[meter.site].zone)
        prices = leaning.of_cost(meter, [day])
        yield from (one for one in prices if one in look.reference.sources)


def _of_sheets(look: Look) -> Iterator[str]:
    """Yield the rows that the newest sheet of each institution was marked for, if still there."""
    newest = dict(sheets.begun(look.session))  # they are sorted, so the last period stays
    for whose, period in newest.items():
        content = sheets.as_of(look.session, whose, period, None)
        for row in json.loads(content).get("unconfirmed", ()) if content else ():
            if row["id"] in look.reference.sources:
                yield row["id"]


SOURCE = Source(Text("未确认的参考数据", "unconfirmed reference data"), _find)
