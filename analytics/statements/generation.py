"""Own generation: added to what bills tell, and what is said where it is counted wrongly."""

from collections.abc import Mapping
from dataclasses import replace

from analytics.statements.figures import BILL, SETTLEMENT, Figure, joined_figures
from energy.kinds import KINDS
from energy.meter import MAIN
from energy.registry import Registry
from energy.text import Text
from energy.uses import OWN_GENERATION


def uncounted_generation(registry: Registry, institution: str, kind: str) -> tuple[Text, ...]:
    """Return what is said of meters of own generation that are in no main; nothing if all are.

    Args:
        registry: Meters, and what virtual ones are made of.
        institution: Whose.
        kind: Of energy.
    """
    own = [meter for meter in registry.meters if meter.institution == institution]
    generating = [one for one in own if (one.kind, one.use) == (kind, OWN_GENERATION)]
    counted = {one.meter for one in generating if one.role == MAIN}
    counted |= {part.source for part in registry.virtual if part.meter in counted}
    names = [one.meter for one in generating if one.meter not in counted]
    if not names:
        return ()
    return (
        Text(
            f"{'、'.join(names)} 所发的电未计入用量：没有总表计入它。",
            f"What {', '.join(names)} generated is not in the amount: no main counts it.",
        ),
    )


def counted_wrongly(registry: Registry, institution: str, kind: str) -> tuple[Text, ...]:
    """Return what is said of what the registry counts wrongly in all of a kind, or perhaps.

    Such a registry was taken before files with it were refused, or does not tell.

    Args:
        registry: In force.
        institution: Whose.
        kind: Of energy.
    """
    return tuple(
        Text("计量点登记：", "The registry of meters: ") + one.words
        for one in registry.miscounted
        if (one.institution, one.kind) == (institution, kind) and one.is_in_mains
    )


BOUGHT = (BILL, SETTLEMENT)
"""Bases that tell what came in from a supplier, and nothing of what was generated."""


def with_generation(
    figures: Mapping[str, Figure], generated: Figure | None, kind: str
) -> dict[str, Figure]:
    """Return what is said of all of a kind, with what was generated in figures of what was bought.

    What was generated and used is used (facts of the statistics system), whatever basis is signed.

    Args:
        figures: Basis to what it says of all of the kind.
        generated: What is signed of own generation; None if nobody tells.
        kind: Of energy.
    """
    if generated is None or generated.is_blank:
        return dict(figures)
    return {
        basis: _together(one, generated, kind) if basis in BOUGHT else one
        for basis, one in figures.items()
    }


def _together(bought: Figure, generated: Figure, kind: str) -> Figure:
    if bought.amount is None:
        return bought
    joined = joined_figures([bought, replace(generated, basis=bought.basis)])
    by_account = bought.by_account
    return replace(
        joined,
        sources=bought.sources,
        notes=(*bought.notes, _made_of(bought.amount, generated.amount, kind)),
        by_account=(*by_account, (OWN_GENERATION, generated)) if by_account else (),
        generated=generated,
    )


def _made_of(bought: int, generated: int | None, kind: str) -> Text:
    if generated is None:
        known = _shown(bought, kind)
        return Text(
            f"购入 {known.zh}；自发自用缺失：这里只是已知部分。",
            f"Bought {known.en}; own generation is missing: this is the known part alone.",
        )
    here, there = _shown(bought, kind), _shown(generated, kind)
    return Text(
        f"购入 {here.zh}，自发自用 {there.zh}：两者合为用量。",
        f"Bought {here.en}, own generation {there.en}: together they are what was used.",
    )


def _shown(amount: int, kind: str) -> Text:
    text = f"{amount / KINDS[kind].base_per_display:,.3f} {KINDS[kind].display_unit}"
    return Text(text, text)
