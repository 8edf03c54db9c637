"""Own generation that no main counts: it is missing in what is used, and that is said."""

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
