"""A mapping against its slow twin, and against any bytes whatever."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from energy.errors import DecodeError
from energy.messages.mapping import MappingRow
from energy.messages.message import NOT_A_NUMBER, Said
from tests.formats.mappings import PLAIN_ROW, TIMED_ROW, row, said_by
from tests.naive import places, pointed

KEYS = st.sampled_from(["a", "b", "c"])
DOCUMENTS = st.recursive(
    st.integers(0, 9) | st.just("x") | st.none(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=3),
    max_leaves=12,
)
POINTERS = st.lists(st.sampled_from(["a", "b", "0", "*", "*"]), min_size=1, max_size=3).map(
    lambda parts: "".join(f"/{part}" for part in parts)
)


def naive(mapped: MappingRow, device: str, document: object) -> list[Said]:
    """The slow twin: every place of the document is tried, every star replaced by hand."""
    said = []
    for keys, found in pointed(mapped.value, document):
        words = []
        for pointer in (device, mapped.time):
            stars = list(keys)
            parts = [stars.pop(0) if part == "*" else part for part in pointer.split("/")[1:]]
            there = [
                value
                for path, value in places(document)
                if len(path) == len(parts)
                and all(
                    key == part or (isinstance(key, int) and part == str(key) and star != "*")
                    for key, part, star in zip(path, parts, pointer.split("/")[1:], strict=True)
                )
            ]
            words.append(there[0] if there else None)
        is_name = type(words[0]) is int or (isinstance(words[0], str) and words[0])
        said.append(
            Said(
                str(words[0]) if is_name else "",
                "ep",
                words[1] * 1000 if type(words[1]) is int else "",
                Decimal(found) if type(found) is int else NOT_A_NUMBER,
            )
        )
    return said


@given(DOCUMENTS, POINTERS, POINTERS, POINTERS)
def test_a_mapping_says_what_its_slow_twin_says(
    document: object, value: str, device: str, time: str
) -> None:
    assume(max(device.count("*"), time.count("*")) <= value.count("*"))
    mapped = row(value=value, device=f"{{{device}}}", time=time, time_as="s")
    expected = naive(mapped, device, document)
    if expected:
        assert said_by(json.dumps(document), mapped) == expected
    else:
        with pytest.raises(DecodeError):
            said_by(json.dumps(document), mapped)


EVERY_KIND = (
    TIMED_ROW,
    row(channel="{*1}", value="/*/v", device="{/*/id}", time="/*/t", time_as="iso", zone="UTC"),
    row(value="/h", value_as="hex", width=2, byte_order="little", signed=True),
    row(value="/x/*", value_as="text", suffixes="kWh Wh=0.001", scale=Fraction(1, 8)),
    row(value="/v", time="/t", time_as="%Y%m%d%H%M%S", zone="Asia/Shanghai"),
    row(value="", value_as="text"),
)


@given(
    st.binary(max_size=80)
    | DOCUMENTS.map(lambda document: json.dumps(document).encode())
    | st.sampled_from(
        [b'{"v":1e99999999999999999999}', b"[" * 100_000, b'{"v":' * 50_000, b'{"h":"\\ud800"}']
    ),
    st.lists(st.sampled_from(EVERY_KIND), min_size=1, max_size=3),
)
def test_any_bytes_are_read_or_refused_and_nothing_else(
    payload: bytes, rows: list[MappingRow]
) -> None:
    try:
        said = said_by(payload, *rows)
    except DecodeError:
        return
    assert said
    for one in said:
        assert one.value is NOT_A_NUMBER or one.value.is_finite()
        assert one.time is None or one.time == "" or type(one.time) is int


@given(
    st.sampled_from(['{"v":%s,"t":%s,"h":%s}', '[{"v":%s,"t":%s,"id":%s}]', '{"x":[%s,%s,%s]}']),
    st.tuples(*[st.sampled_from(['"1"', "1", "null", "1e40", "-1", '""', "[]", '"9999"'])] * 3),
)
def test_a_message_of_odd_pieces_is_read_or_refused(frame: str, pieces: tuple[str, ...]) -> None:
    for mapped in EVERY_KIND:
        try:
            said = said_by(frame % pieces, mapped)
        except DecodeError:
            continue
        assert all(one.value is NOT_A_NUMBER or one.value.is_finite() for one in said)


def test_garbage_does_not_make_a_reason_of_its_own_for_each_message() -> None:
    bodies = [b" " * number + b"\xff" for number in range(99)] + [b"[" * n for n in range(99)]
    reasons = set()
    for body in bodies:
        with pytest.raises(DecodeError) as refused:
            said_by(body, PLAIN_ROW)
        reasons.add(str(refused.value))
    assert len(reasons) < 8, reasons
