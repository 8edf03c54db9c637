"""What the own meters of a building say of a period; nobody signs for a building."""

from dataclasses import replace

from analytics.closing.period import period_for
from analytics.closing.sheet import Drafter
from analytics.statements.cost.energy_alone import EnergyAlone
from analytics.statements.sheet import sheet_bytes
from analytics.statements.statement import Sources, Statement, own_basis, statement_of
from energy.meter import Building
from energy.registry import Registry
from energy.version import program


def statement_of_building(
    drafter: Drafter, building: Building, key: str
) -> tuple[Registry, Statement]:
    """Return a registry of the meters of a building alone, and what these say of a period.

    Args:
        drafter: Makes statements.
        building: Which.
        key: Of the period.

    Raises:
        ClosingError: If the period is not known.
    """
    registry, reference = drafter.registry, drafter.reference
    period = period_for(registry, reference, building.institution, key)
    own = tuple(one for one in registry.meters if one.building == building.building)
    alone = replace(registry, meters=own, buildings=(building,))
    whose = replace(registry.institution[building.institution], site=building.site)
    monthly = EnergyAlone(reference)
    sources = Sources(
        drafter.store,
        alone,
        alone.sizes,
        {},
        own_basis,
        drafter.now_ms,
        monthly=monthly,
        has_wholes=False,
    )
    region = registry.site[building.site].region
    terms = drafter.choices.terms(reference, region, building.institution)
    return alone, statement_of(sources, whose, period, terms)


def sheet_of_building(drafter: Drafter, name: str, key: str) -> tuple[Registry, bytes]:
    """Return a registry of the meters of a building alone, and what these say as a sheet.

    Raises:
        ClosingError: If the period is not known.
    """
    building = drafter.registry.building[name]
    alone, said = statement_of_building(drafter, building, key)
    named = replace(
        said.institution, institution=name, name_zh=building.name_zh, name_en=building.name_en
    )
    return alone, sheet_bytes(replace(said, institution=named), code=program())
