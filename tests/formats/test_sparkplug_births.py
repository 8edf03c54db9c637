"""Sparkplug B births: the names of aliases, and messages and sessions that never came."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.message import Said
from formats import sparkplug
from formats._sparkplug import births, json_form, wire
from formats._sparkplug.payload import Bits, Metric, Payload
from tests.sparkplug_host import (
    ALIAS,
    DATA,
    DEVICE,
    INT64,
    LATER_BIRTH,
    NAME,
    NO_BIRTH,
    NODE,
    OLD_BIRTH,
    T0,
    TOTAL,
    Host,
    metric,
)


def test_an_alias_is_called_as_its_birth_called_it() -> None:
    host = Host()
    host.is_born()

    assert host.hears(DATA, 2, ALIAS) == [Said(NAME, "total", T0, Decimal(101), "kWh")]


def test_a_birth_outlives_the_process() -> None:
    before = Host()
    before.is_born()

    (said,) = Host(before.kept).hears(DATA, 2, ALIAS)

    assert (said.channel, said.unit) == ("total", "kWh")


def test_a_birth_in_json_names_the_aliases_of_protobuf() -> None:
    host = Host()
    birth = json_form.write(Payload(T0, 0, [TOTAL]))
    host.format.decode(DEVICE.format("DBIRTH"), birth)

    assert host.hears(DATA, 1, ALIAS)[0].channel == "total"


def test_a_birth_says_readings_as_well() -> None:
    assert Host().hears(DEVICE.format("DBIRTH"), 0, TOTAL) == [
        Said(NAME, "total", T0, Decimal(100), "kWh")
    ]


def test_an_alias_without_a_birth_is_refused_and_a_name_is_read() -> None:
    host = Host()

    assert host.refuses(DATA, 5, ALIAS) == NO_BIRTH
    assert host.hears(DATA, 6, metric("total", Bits(9, 64)))[0].value == 9
    assert host.refuses(DATA, 7, metric("", Bits(1, 64))) == NO_BIRTH


def test_an_alias_of_another_device_is_not_borrowed() -> None:
    host = Host()
    host.is_born()

    assert host.refuses("spBv1.0/school/DDATA/boiler/water", 2, ALIAS) == NO_BIRTH
    assert host.refuses("spBv1.0/school/NDATA/boiler", 3, ALIAS) == NO_BIRTH
    assert host.refuses("spBv1.0/hospital/DDATA/boiler/heat", 3, ALIAS) == NO_BIRTH


def test_a_gap_is_counted_and_its_aliases_wait_for_the_next_birth() -> None:
    host = Host()
    host.is_born()
    host.hears(DATA, 2, ALIAS)

    assert host.refuses(DATA, 5, ALIAS) == OLD_BIRTH
    assert host.lost == {"lost messages school/boiler": 2}
    assert host.hears(DATA, 6, metric("total", Bits(102, 64), datatype=INT64))[0].value == 102
    assert host.refuses(DATA, 7, ALIAS) == OLD_BIRTH
    host.hears(DEVICE.format("DBIRTH"), 8, TOTAL)
    assert host.hears(DATA, 9, ALIAS)[0].channel == "total"
    assert host.lost == {"lost messages school/boiler": 2}


def test_a_refused_alias_that_is_read_again_is_not_called_by_a_birth_that_came_after_it() -> None:
    host = Host()
    early = T0 - 60_000
    assert host.refuses(DATA, 5, ALIAS, sent=early) == NO_BIRTH
    host.is_born()

    assert host.refuses(DATA, 5, ALIAS, sent=early) == LATER_BIRTH
    (named,) = host.hears(DATA, 5, metric("total", Bits(99, 64), datatype=INT64), sent=early)
    assert (named.channel, str(named.value)) == ("total", "99")
    assert host.hears(DATA, 2, ALIAS)[0].channel == "total"
    assert host.lost == {}


def test_a_clock_that_is_set_back_after_a_birth_breaks_no_alias() -> None:
    host = Host()
    host.is_born()

    assert host.hears(DATA, 2, ALIAS, sent=T0 - 8 * 3_600_000)[0].channel == "total"


def test_a_birth_that_was_kept_without_its_time_still_names_what_is_told_again() -> None:
    host = Host()
    host.is_born()
    births = json.loads(host.kept["school/boiler/heat"])
    del births["time"]
    host.kept["school/boiler/heat"] = json.dumps(births).encode()

    assert Host(host.kept).hears(DATA, 9, ALIAS, sent=T0 - 60_000)[0].channel == "total"


def test_after_255_comes_0_and_nothing_is_missing() -> None:
    host = Host()
    host.is_born()
    for number in range(2, 600):
        host.hears(DATA, number % 256, ALIAS, sent=T0 + number * 1000)

    assert host.lost == {}


def test_what_the_broker_repeats_is_no_gap() -> None:
    host = Host()
    host.is_born()
    for number in (2, 3, 4, 2, 3, 4, 5):
        assert host.hears(DATA, number, ALIAS)
    host.is_born()

    assert host.hears(DATA, 6, ALIAS)
    assert host.lost == {}


def test_a_refused_message_is_still_one_that_came() -> None:
    host = Host()
    host.refuses(DATA, 5, ALIAS)
    host.refuses(DATA, 6, ALIAS)

    assert host.lost == {}


def test_a_new_session_makes_the_aliases_of_its_devices_unknown() -> None:
    host = Host()
    host.is_born(bd_seq=1)
    host.hears(
        NODE.format("NBIRTH"), 0, metric("bdSeq", Decimal(2), datatype=INT64), sent=T0 + 9000
    )

    assert host.refuses(DATA, 1, ALIAS, sent=T0 + 10_000) == OLD_BIRTH


@pytest.mark.parametrize(
    ("numbers", "lost"),
    [((1, 2), 0), ((1, 1), 0), ((255, 0), 0), ((1, 4), 2), ((254, 1), 2), ((7, 0), 0)],
)
def test_sessions_whose_birth_never_came_are_counted(numbers: tuple[int, int], lost: int) -> None:
    host = Host()
    host.is_born(numbers[0])
    host.is_born(numbers[1], sent=T0 + 60_000)

    assert host.lost.get("lost sessions school/boiler", 0) == lost


def test_a_new_session_counts_even_where_the_clock_of_the_node_was_set_back() -> None:
    host = Host()
    host.is_born(bd_seq=1)
    host.hears(NODE.format("NBIRTH"), 0, metric("bdSeq", Decimal(2), datatype=INT64), sent=1000)

    assert host.refuses(DATA, 1, ALIAS, sent=2000) == OLD_BIRTH


def test_a_death_ends_the_aliases_unless_it_is_of_an_earlier_session() -> None:
    def death(bd_seq: int) -> Metric:
        return metric("bdSeq", Decimal(bd_seq), datatype=INT64)

    host = Host()
    host.is_born(bd_seq=4)

    assert host.hears(NODE.format("NDEATH"), None, death(3)) == []
    assert host.hears(DATA, 2, ALIAS)
    assert host.hears(NODE.format("NDEATH"), None, death(4)) == []
    assert host.refuses(DATA, 3, ALIAS) == OLD_BIRTH


def test_a_device_that_has_died_has_no_aliases() -> None:
    host = Host()
    host.is_born()

    assert host.hears(DEVICE.format("DDEATH"), 2) == []
    assert host.refuses(DATA, 3, ALIAS) == NO_BIRTH


def test_the_data_type_of_the_birth_gives_the_sign_of_later_messages() -> None:
    host = Host()
    host.hears(DEVICE.format("DBIRTH"), 0, metric("power", Decimal(-1), alias=1, datatype=3))

    assert host.hears(DATA, 1, metric("", Bits(2**32 - 9, 32), alias=1))[0].value == -9
    assert host.hears(DATA, 2, metric("power", Bits(2**32 - 9, 32)))[0].value == -9


def test_a_flood_of_names_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(births, "MOST_REMEMBERED", 2)
    host = Host()
    host.hears(DEVICE.format("DBIRTH"), 0, TOTAL)

    assert host.refuses("spBv1.0/school/DBIRTH/other/heat", 0, TOTAL) == (
        "more Sparkplug nodes and devices than can be remembered"
    )
    assert host.hears(DATA, 1, ALIAS)


def test_what_another_version_remembered_is_forgotten() -> None:
    host = Host({"school/boiler": b"\x00", "school/boiler/heat": b"[]"})

    assert host.refuses(DATA, 2, ALIAS) == NO_BIRTH
    assert host.lost == {}


TOPICS = [NODE.format(kind) for kind in sparkplug.OF_NODES]
TOPICS += [DEVICE.format(kind) for kind in sparkplug.OF_DEVICES]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(TOPICS),
            st.none() | st.integers(0, 5) | st.integers(0, 2**64 - 1),
            st.none() | st.integers(T0, T0 + 5),
            st.lists(
                st.builds(
                    metric,
                    st.sampled_from(["", "a", "b", "bdSeq"]),
                    st.none() | st.builds(Bits, st.integers(0, 2**32 - 1), st.just(32)),
                    alias=st.none() | st.integers(0, 2),
                    datatype=st.integers(0, 40),
                ),
                max_size=3,
            ),
        ),
        max_size=12,
    )
)
def test_messages_in_any_order_are_read_or_refused_and_only_a_birth_gives_an_alias_its_name(
    heard: list[tuple[str, int | None, int | None, list[Metric]]],
) -> None:
    host = Host()
    born: dict[str, set[str]] = {"boiler": set(), "heat": set()}
    for topic, seq, sent, metrics in heard:
        stated = {one.name for one in metrics if one.name}
        place = topic.rpartition("/")[2]
        if "BIRTH" in topic:
            born[place] |= stated
        try:
            said = host.format.decode(topic, wire.write(Payload(sent, seq, metrics)))
        except DecodeError:
            continue
        assert {one.channel for one in said} <= stated | born[place]
