"""Sums of statements: every institution once, whatever the shape of the tree."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statements.figures import BILL, OWN, Figure
from analytics.statements.lines import Line, line_of
from analytics.statements.statement import Statement
from analytics.statements.sums import Sum, members_of, sum_of, together
from analytics.statements.weights import LOCATION
from energy.body import DEPARTMENT_LINE, REGION_LINE, Body
from energy.period import Stretch, period_of
from energy.registry import Registry
from energy.sizes import AREA, HEATED_AREA, PEOPLE
from energy.uses import HEATING
from storage.tables import DISTRICT
from tests.analytics.statements.test_statements import KWH, M3, MAY, TERMS
from tests.builders import TOWN

JUNE = Stretch(date(2026, 6, 1), date(2026, 7, 1))


def line(
    kind: str, amount: int | None, *, use: str = "", basis: str = OWN, stretch: Stretch = MAY,
    missing_s: int = 0,
) -> Line:  # fmt: skip
    figure = Figure(basis, amount, due_s=missing_s)
    return line_of(kind, use, stretch, {basis: figure}, basis=basis, terms=TERMS)


def of(name: str, *lines: Line, area: int | None = 100, people: int | None = 10) -> Statement:
    whose = replace(TOWN, institution=name)
    sizes = {
        AREA: Fraction(area) if area else None,
        PEOPLE: Fraction(people) if people else None,
        HEATED_AREA: None,
    }
    return Statement(whose, period_of("2026-Q2"), TERMS, lines, sizes)


def test_kinds_uses_months_and_bases_are_added_each_on_their_own() -> None:
    said = sum_of(
        "county",
        [
            of("a", line("electricity", 100 * KWH), line("electricity", 5 * KWH, use=HEATING)),
            of("b", line("electricity", 20 * KWH), line("water", 7 * M3)),
            of("c", line("electricity", 3 * KWH, basis=BILL)),
            of("d", line("electricity", 1 * KWH, stretch=JUNE)),
        ],
    )
    assert [(one.key, one.figure.amount, one.covered) for one in said.lines] == [
        (("electricity", "", MAY, BILL), 3 * KWH, ("c",)),
        (("electricity", "", MAY, OWN), 120 * KWH, ("a", "b")),
        (("electricity", "", JUNE, OWN), 1 * KWH, ("d",)),
        (("electricity", HEATING, MAY, OWN), 5 * KWH, ("a",)),
        (("water", "", MAY, OWN), 7 * M3, ("b",)),
    ]
    assert said.coal_grams == 12_290 + 2_458 + 369 + 123
    assert said.co2_grams(2, LOCATION) == 53_060 + 10_612 + 1_592 + 531


def test_who_is_not_or_only_partly_covered_is_named() -> None:
    said = sum_of(
        "county",
        [
            of("whole", line("gas", 10 * M3)),
            of("partly", line("gas", 2 * M3, missing_s=3600)),
            of("missing", line("gas", None)),
            of("silent"),
        ],
    )
    (gas,) = said.lines
    assert gas.figure.amount == 12 * M3
    assert (gas.covered, gas.partly, gas.not_covered) == (("whole",), ("partly",), ("missing",))
    assert gas.not_in_coal == ("missing",)
    assert said.silent == ("silent",)
    assert said.institutions == ("missing", "partly", "silent", "whole")


def test_numerators_and_denominators_are_added_apart_and_who_has_no_area_is_in_neither() -> None:
    said = sum_of(
        "county",
        [
            of("big", line("electricity", 1000 * KWH), area=1000),
            of("small", line("electricity", 100 * KWH), area=10),
            of("no_area", line("electricity", 999 * KWH), area=None),
        ],
    )
    ratio = said.ratios["electricity_per_area"]
    assert ratio.value == Fraction(1100 * KWH, 1010)
    assert ratio.not_covered == ("no_area",)


def test_an_institution_that_would_count_twice_is_refused() -> None:
    alone = sum_of("x", [of("a", line("gas", 1))])
    with pytest.raises(ValueError, match="more than one of the sums: a"):
        together("y", [alone, alone])


def test_the_other_line_sees_a_view_and_no_sum() -> None:
    bodies = (
        Body("county", REGION_LINE, "", "县", "County"),
        Body("ministry", DEPARTMENT_LINE, "", "部", "Ministry"),
    )
    both = replace(TOWN, institution="a", reports_to="county", also_in="ministry")
    own = replace(TOWN, institution="b", reports_to="ministry")
    registry = Registry(bodies=bodies, institutions=(both, own))

    def said(place: str, *, is_view: bool = False) -> Sum:
        asked = members_of(registry, place, is_view=is_view)
        return sum_of(
            place, [of(one.institution, line("gas", 5 * M3)) for one in asked], is_view=is_view
        )

    assert said("county").institutions == ("a",)
    assert said("ministry").institutions == ("b",)
    view = said("ministry", is_view=True)
    assert (view.institutions, view.is_view) == (("a",), True)
    district = said(DISTRICT)
    assert (district.institutions, district.is_view) == (("a", "b"), False)
    assert district.lines[0].figure.amount == 10 * M3


@st.composite
def counties(draw: st.DrawFn) -> tuple[Registry, dict[str, Statement]]:
    """A tree of bodies of any shape below one root, institutions anywhere, statements of them."""
    count = draw(st.integers(1, 6))
    above = [draw(st.integers(0, number - 1)) for number in range(1, count)]
    parents = ["", *(str(parent) for parent in above)]
    bodies = tuple(
        Body(str(number), REGION_LINE, parent, "体", "body")
        for number, parent in enumerate(parents)
    )
    homes = draw(st.lists(st.integers(0, count - 1), max_size=6))
    institutions = tuple(
        replace(TOWN, institution=f"i{number}", reports_to=str(home))
        for number, home in enumerate(homes)
    )
    amounts = st.none() | st.integers(0, 10**9)
    said = st.builds(
        line,
        st.sampled_from(["electricity", "gas", "water"]),
        amounts,
        use=st.sampled_from(["", HEATING]),
        basis=st.sampled_from([OWN, BILL]),
        stretch=st.sampled_from([MAY, JUNE]),
        missing_s=st.sampled_from([0, 3600]),
    )
    statements = {
        one.institution: of(
            one.institution,
            *draw(st.lists(said, max_size=4, unique_by=lambda line: line.key)),
            area=draw(st.none() | st.integers(1, 10**6)),
        )
        for one in institutions
    }
    return Registry(bodies=bodies, institutions=institutions), statements


def climbed(registry: Registry, statements: dict[str, Statement], body: str) -> Sum:
    """Return the sum of a body as bodies hand it up: those below it, and its own institutions."""
    below = [
        climbed(registry, statements, one.body) for one in registry.bodies if one.parent == body
    ]
    own = [statements[one.institution] for one in registry.institutions if one.reports_to == body]
    return together(body, [*below, sum_of(body, own)])


@given(counties())
def test_the_root_is_the_sum_of_its_institutions_whatever_stands_between(
    county: tuple[Registry, dict[str, Statement]],
) -> None:
    registry, statements = county
    root = sum_of("0", [statements[one.institution] for one in members_of(registry, "0")])
    assert root == climbed(registry, statements, "0")
    assert root.institutions == tuple(sorted(statements))
    coal = [one.coal_grams for one in statements.values() if one.coal_grams is not None]
    assert root.coal_grams == (sum(coal) if coal else None)
    assert amount_of(root) == sum(
        each.signed.amount or 0 for one in statements.values() for each in one.lines
    )


def amount_of(said: Sum) -> int:
    lines: Sequence[int] = [one.figure.amount or 0 for one in said.lines]
    return sum(lines)
