"""Parameters of addresses that give reports: by what amounts are weighed."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Query

from analytics.closing.choices import Choices, chosen
from energy.reference import Reference

Asked = Mapping[str, str]
"""Names as analytics/closing/choices.py takes them."""


def asked_choices(
    coefficients: Annotated[str, Query(description="Set of coal coefficients.")] = "",
    co2_set: Annotated[str, Query(description="Series of emission factors.")] = "",
    region: Annotated[str, Query(description="Division whose factors are taken, or own.")] = "",
    method: Annotated[str, Query(description="location or market.")] = "",
) -> Asked:
    """Return what an address chose; "" is as the statistics system has it."""
    return {
        "coefficients": coefficients,
        "co2_set": co2_set,
        "region": region,
        "method": method,
    }


def choices_of(reference: Reference, asked: Asked) -> Choices:
    """Return what a report weighs by.

    Raises:
        ConfigError: If a name is not known, with those that are.
    """
    return chosen(reference, **asked)
