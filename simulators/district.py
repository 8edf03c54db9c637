"""A district with known truth: whole register steps of every meter at every edge of a slot.

Within a slot a register advances evenly.
"""

from collections.abc import Mapping

from energy.calendars import Calendar
from energy.errors import ConfigError
from energy.reading import REGISTER
from energy.registry import Registry
from energy.span import HOUR_MS
from energy.text import Text
from simulators.ground_truth import District
from simulators.plan import Plan
from simulators.scenario import Scenario
from simulators.scenario_check import check_scenario
from simulators.surroundings import Surroundings
from simulators.tree import Trees


def build(
    plan: Plan,
    registry: Registry,
    calendars: Mapping[str, Calendar],
    scenario: Scenario,
    *,
    hours: int,
) -> District:
    """Return the district's truth for a number of hours from the plan's origin.

    More hours never change earlier ones.

    Raises:
        ConfigError: If a meter is driven by nothing, a waste or fault has no meter, a calendar is
            missing, or the origin is not on a whole UTC hour.
    """
    if plan.origin % HOUR_MS:
        problem = Text(
            "历史必须从 UTC 整点开始：请换一个时区。",
            "The history must begin on a whole UTC hour: choose another time zone.",
        )
        raise ConfigError(problem)
    around = Surroundings(plan, registry, calendars, hours)
    check_scenario(scenario, registry, around.columns.keys())
    trees = Trees(around, scenario)
    tops = [meter for meter in registry.meters if meter.table == REGISTER and not meter.parent]
    return District(
        grid=around.grid,
        seed=plan.seed,
        registry=registry,
        scenario=scenario,
        meters={true.meter.meter: true for top in tops for true in trees.grow(top)},
        gauges=around.gauges,
        wastes=tuple(trees.wastes),
    )
