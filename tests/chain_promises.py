"""What the chain, the names and the frozen bytes promise, on every database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from energy.errors import ConfigError, StoreError
from storage.records import audit, chain, evidence, frozen, people
from storage.records.book import Records


def each_link_bears_the_hash_of_the_one_before(records: Records) -> None:
    with records.session() as session:
        first = chain.append(session, who="a1", what="sealed", subject="s", detail={"b": 1})
        audit.add(session, "program", "registry replaced", "number 1")
    with records.reading() as session:
        one, two = chain.every(session)
        assert chain.head(session) == two
        assert chain.about(session, "s") == [one]
    assert (one.number, one.previous, one.hash) == (1, "", first.hash)
    assert (two.number, two.previous) == (2, one.hash)
    assert [one.true_hash, two.true_hash] == [one.hash, two.hash]
    assert one.detail == '{"b":1}'


def the_order_is_that_of_the_numbers_whatever_the_clock_said(records: Records) -> None:
    with records.session() as session:
        chain.append(session, who="a1", what="sealed", subject="s", detail={}, at=2_000)
        chain.append(session, who="a1", what="sealed", subject="s", detail={}, at=1_000)
        chain.append(session, who="a1", what="sealed", subject="s", detail={}, at=3_000)
        assert [link.at for link in chain.about(session, "s")] == [2_000, 1_000, 3_000]
        assert [link.number for link in chain.about(session, "s", until=2_000)] == [1, 2]


def the_database_refuses_to_change_the_past(records: Records) -> None:
    with records.session() as session:
        chain.append(session, who="a1", what="sealed", detail={})
        frozen.put(session, b"sheet")
    for change in (
        "UPDATE chain SET who = 'b2'",
        "DELETE FROM chain",
        "UPDATE frozen SET size = 7",
        "DELETE FROM frozen",
    ):
        with pytest.raises(DBAPIError, match="only ever added to"), records.session() as session:
            session.execute(text(change))


def a_number_that_machines_write_differently_is_no_part_of_the_chain(records: Records) -> None:
    with pytest.raises(StoreError, match="integers only"), records.session() as session:
        chain.append(session, who="a1", what="sealed", detail={"share": [0.1]})
    with records.reading() as session:
        assert chain.head(session) is None


def bytes_are_kept_once_and_come_back_as_they_were(records: Records) -> None:
    with records.session() as session:
        name = frozen.put(session, b"\x00sheet" * 1_000)
        assert frozen.put(session, b"\x00sheet" * 1_000) == name
    with records.reading() as session:
        (kept,) = frozen.every(session)
        assert frozen.get(session, name) == kept
        assert frozen.get(session, "none") is None
    assert kept.content == b"\x00sheet" * 1_000
    assert kept.is_whole


def an_erased_name_is_gone_and_what_the_person_did_stays(records: Records) -> None:
    with records.session() as session:
        wang = people.add(session, name="王小明", roles=["filler", "unit_head"], by="setup")
        chain.append(session, who=wang, what="sealed", detail={})
        before = chain.head(session)
        assert people.erase(session, wang, by="setup")
        assert not people.erase(session, wang, by="setup")
    with records.reading() as session:
        person = people.get(session, wang)
        assert person is not None
        assert person.shown.en == "(erased)"
        assert person.shown.zh == "（已删除）"
        assert person.roles == "filler,unit_head"
        assert person.role_set == frozenset()
        links = list(chain.every(session))
        assert links[1] == before
    assert not [link for link in links if "王小明" in str(link)]


def whoever_does_something_is_in_the_chain_by_an_id(records: Records) -> None:
    with records.session() as session:
        audit.add(session, "王小明", "readings edited", "typo")
        audit.add(session, " 王小明 ", "readings edited", "another")
        (wang,) = people.all(session)
        audit.add(session, wang.person, "readings edited", "a third")
        assert [entry.who for entry in audit.recent(session, 9)] == ["王小明"] * 3
    with records.reading() as session:
        assert (wang.name, wang.roles) == ("王小明", "")
        assert {link.who for link in chain.every(session)} == {wang.person}


def a_name_that_several_have_is_asked_back(records: Records) -> None:
    with records.session() as session:
        ids = [people.add(session, name="王伟", roles=[], by="setup") for _ in range(2)]
    with (
        pytest.raises(ConfigError, match=" ".join([r"the id of one:", *sorted(ids)[:1]])),
        records.session() as session,
    ):
        audit.add(session, "王伟", "readings edited", "which of them")


def where_an_erased_name_stood_as_an_author_stands_the_id(records: Records) -> None:
    with records.session() as session:
        kept = evidence.put(
            session, b"photo", name="a.jpg", media_type="image/jpeg", author="王小明", at=1
        )
        (wang,) = people.all(session)
        assert people.erase(session, wang.person, by="setup")
        (one,) = evidence.recent(session, 9)
        assert (one.author, one.sha256) == (wang.person, kept.sha256)
        assert audit.recent(session, 9)[-1].who == wang.person


CHAIN = (
    whoever_does_something_is_in_the_chain_by_an_id,
    a_name_that_several_have_is_asked_back,
    where_an_erased_name_stood_as_an_author_stands_the_id,
    each_link_bears_the_hash_of_the_one_before,
    the_order_is_that_of_the_numbers_whatever_the_clock_said,
    the_database_refuses_to_change_the_past,
    a_number_that_machines_write_differently_is_no_part_of_the_chain,
    bytes_are_kept_once_and_come_back_as_they_were,
    an_erased_name_is_gone_and_what_the_person_did_stays,
)
