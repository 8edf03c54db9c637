"""Which panels feed what lies below which meter, as far as the registry tells.

What is generated and used in an installation reaches its sub-meters beside what is bought, so
neither alone can be held to them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from energy.meter import MAIN, SUB, Meter
from energy.registry import Registry
from energy.uses import OWN_GENERATION


class Fed(NamedTuple):
    """What feeds the sub-meters of a meter beside it.

    Attributes:
        panels: Mains of own generation of which all goes there.
        perhaps: Meters that feed the same installation; nobody knows which of its sub-meters.
        taken_off: Meters of what is sold that the panels take off already.
    """

    panels: tuple[Meter, ...] = ()
    perhaps: tuple[Meter, ...] = ()
    taken_off: frozenset[str] = frozenset()


NOTHING = Fed()


def fed_beside(registry: Registry) -> Mapping[str, Fed]:
    """Return what feeds beside each meter that panels feed with, by its name.

    Panels feed what is below the one meter of what is bought in their building, or else in their
    institution on the same site. With several of those, with sub-meters of their own, or beside a
    meter of own generation that stands below that one already, they feed it perhaps. Panels whose
    meter stands below another one, or is part of one that does, feed there: balances know that.

    Args:
        registry: Meters, and what virtual ones are made of.
    """
    found: dict[str, Fed] = {}
    for panels in _panels(registry):
        tops = _tops(registry, panels)
        own = registry.children.get(panels.meter, ())
        is_sure = len(tops) == 1 and not own and not _has_panels_below(registry, tops[0])
        for top in tops:
            there = found.get(top.meter, NOTHING)
            found[top.meter] = (
                there._replace(
                    panels=(*there.panels, panels),
                    taken_off=there.taken_off | _inputs(registry, panels.meter, is_added=False),
                )
                if is_sure
                else there._replace(perhaps=(*there.perhaps, panels))
            )
        if own and tops:
            found[panels.meter] = Fed(perhaps=tuple(tops))
    return found


class Together(NamedTuple):
    """Meters of what is bought, and the panels that feed the same installation.

    Attributes:
        bought: Its mains; none counts what another one does.
        panels: Its panels, of which nobody knows what each of the mains' sub-meters gets.
    """

    bought: tuple[Meter, ...]
    panels: tuple[Meter, ...]


def fed_together(registry: Registry) -> list[Together]:
    """Return the mains that panels perhaps feed, with them: what reaches all of them is known.

    Nothing where a main is made of another one, or where panels stand below one already or have
    sub-meters: there a sum may count twice.
    """
    found: list[Together] = []
    for panels in _panels(registry):
        tops = _tops(registry, panels)
        if len(tops) > 1 and not registry.children.get(panels.meter):
            joined = Together(tuple(tops), (panels,))
            for one in [one for one in found if set(one.bought) & set(tops)]:
                found.remove(one)
                bought = dict.fromkeys((*one.bought, *joined.bought))
                joined = Together(tuple(bought), (*one.panels, *joined.panels))
            found.append(joined)
    return [one for one in found if _is_apart(registry, one)]


def _is_apart(registry: Registry, one: Together) -> bool:
    names = {meter.meter for meter in one.bought}
    parts = (_inputs(registry, name, is_added=True) for name in names)
    return not any(names & own for own in parts) and not any(
        _has_panels_below(registry, meter) for meter in one.bought
    )


def _panels(registry: Registry) -> list[Meter]:
    """Return the mains of own generation of which the tree of meters does not tell where."""
    generating = [one for one in registry.meters if one.use == OWN_GENERATION]
    told = {one.meter for one in generating if one.parent in registry.meter}
    inside = {name for one in told for name in _inputs(registry, one, is_added=True)}
    return [
        one
        for one in generating
        if one.role == MAIN
        and one.meter not in inside
        and not told & _inputs(registry, one.meter, is_added=True)
    ]


def _inputs(registry: Registry, meter: str, *, is_added: bool) -> frozenset[str]:
    """Return what a virtual meter adds, or takes off, through others that it adds."""
    return frozenset(_walk(registry, meter, is_added=is_added))


def _walk(registry: Registry, meter: str, *, is_added: bool) -> Iterator[str]:
    for portion in registry.portions.get(meter, ()):
        if portion.is_added == is_added:
            yield portion.source
        if portion.is_added:
            yield from _walk(registry, portion.source, is_added=is_added)


def _tops(registry: Registry, panels: Meter) -> Sequence[Meter]:
    """Return the meters of what is bought where panels are, each the top of a tree."""
    bought = [
        one
        for one in registry.meters
        if (one.role, one.kind, one.site) == (MAIN, panels.kind, panels.site)
        and one.institution == panels.institution
        and one.use != OWN_GENERATION
    ]
    near = [one for one in bought if one.building == panels.building] or bought
    parts = {name for one in near for name in _inputs(registry, one.meter, is_added=True)}
    return near + [
        one
        for one in registry.meters
        if one.meter in parts and not one.parent and _has_subs(registry, one)
    ]


def _has_subs(registry: Registry, meter: Meter) -> bool:
    return any(one.role == SUB for one in registry.children.get(meter.meter, ()))


def _has_panels_below(registry: Registry, meter: Meter) -> bool:
    return any(one.use == OWN_GENERATION for one in registry.children.get(meter.meter, ()))
