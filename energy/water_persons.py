"""Persons by whom a water quota divides: not everybody uses as much water in a year.

Source: water quotas of schools (Shandong), and DB37/T 2673 annex A for hospitals.
"""

from collections.abc import Mapping
from fractions import Fraction

STAFF = "staff"
STUDENTS, OVERSEAS = "students", "overseas_students"
DAY_PUPILS, BOARDERS = "day_pupils", "boarders"
CONTRACT_STAFF, INTERN_MONTHS = "contract_staff", "intern_months"
OCCUPIED_BEDS, VISITS = "occupied_beds", "outpatient_visits"
_DAYS, _MONTHS = 365, 12

RULES: Mapping[str, Mapping[str, Fraction]] = {
    "university": {STUDENTS: Fraction(1), OVERSEAS: Fraction(1), STAFF: Fraction(1, 2)},
    "school": {DAY_PUPILS: Fraction(1), BOARDERS: Fraction(2), STAFF: Fraction(1)},
    "hospital": {
        STAFF: Fraction(1),
        CONTRACT_STAFF: Fraction(1),
        INTERN_MONTHS: Fraction(1, _MONTHS),
        OCCUPIED_BEDS: Fraction(1),
        VISITS: Fraction(1, _DAYS),
    },
}
"""Category of an institution to the measures that make its persons, and what each counts.

Interns are given as persons times months of a year, beds as beds times their mean occupancy,
outpatient visits as those of a year.
"""
PARTS = tuple(dict.fromkeys(part for rule in RULES.values() for part in rule))
"""Every measure that a rule takes."""


def water_persons(category: str, known: Mapping[str, Fraction | None]) -> Fraction | None:
    """Return the persons of an institution by the rule of its category.

    Args:
        category: Of the institution; one that has a rule.
        known: Parts of the rule that it was ever given to their means over a period; None where
            one is not known on all days.

    Returns:
        Persons; None where a part that was given is not known on all days, or where staff, or
        everybody else, was never given. Any other part that was never given is none: a day school
        has no boarders, and has nothing to write down of them.
    """
    rule = RULES[category]
    parts = {part: mean for part, mean in known.items() if part in rule}
    if None in parts.values() or STAFF not in parts or len(parts) == 1:
        return None
    counted = (rule[part] * mean for part, mean in parts.items() if mean is not None)
    return sum(counted, Fraction(0))
