import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import ConfigError
from energy.query import Aggregate, Column, Query
from energy.span import Span
from storage.influx.influxql import identifier, string, to_influxql
from storage.tables import METER_DAY

AMOUNT = Column("amount", Aggregate.SUM, "kWh")
ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"))


def test_a_question_for_the_store_carries_its_span() -> None:
    query = Query(METER_DAY.name, (AMOUNT, Column("cost", Aggregate.LAST, "yuan")))
    assert to_influxql(query, Span(5, 9)) == (
        'SELECT sum("amount") AS "kWh", last("cost") AS "yuan" FROM "meter_day" '
        "WHERE time >= 5ms AND time < 9ms"
    )


def test_a_question_for_a_board_leaves_the_span_to_grafana() -> None:
    query = Query(
        METER_DAY.name,
        (AMOUNT,),
        where=(("kind", ("electricity", "heat")), ("role", ("main",))),
        group_by=("building", "item"),
        every="day",
        timezone="Asia/Shanghai",
    )
    assert to_influxql(query, None) == (
        'SELECT sum("amount") AS "kWh" FROM "meter_day" '
        "WHERE (\"kind\" = 'electricity' OR \"kind\" = 'heat') AND (\"role\" = 'main') "
        'AND $timeFilter GROUP BY time(1d), "building", "item" fill(none) tz(\'Asia/Shanghai\')'
    )


def test_a_tag_that_may_have_no_value_asks_for_nothing() -> None:
    query = Query(METER_DAY.name, (AMOUNT,), where=(("kind", ()),))
    assert "WHERE (\"kind\" = '') AND" in to_influxql(query, None)


def test_names_that_no_table_has_are_refused() -> None:
    with pytest.raises(ConfigError, match="no tag 'time'"):
        to_influxql(Query(METER_DAY.name, (AMOUNT,), group_by=("time",)), None)


def unquoted(text: str) -> str:
    """Read a quoted text as InfluxQL's scanner does."""
    assert text[0] == text[-1]
    inside = text[1:-1]
    assert re.fullmatch(r"""(\\["'\\n]|[^\\\n%s])*""" % text[0], inside)  # noqa: UP031
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], inside)


@given(ANY_TEXT)
def test_no_text_gets_out_of_its_quotes(text: str) -> None:
    assert unquoted(string(text)) == text
    assert unquoted(identifier(text)) == text
