"""Frames of gateways: in pieces of any size, with noise between them, sealed and opened."""

import binascii
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from energy.errors import DecodeError
from formats.gateway_xml import (
    Frame,
    FrameReader,
    Profile,
    frame_bytes,
    md5_of,
    opened,
    sealed,
)
from tests.gateway_profiles import KEY, PROFILES, SECURE, TYPED, each_profile


def reader(profile: Profile = SECURE, most_bytes: int = 1000) -> FrameReader:
    return FrameReader(profile, most_bytes=most_bytes)


def test_a_frame_is_what_the_guideline_draws() -> None:
    # Header, length 4 + 2, sequence 0x01020304, body, CRC over sequence and body, tail.
    checked = bytes.fromhex("04030201") + b"ab"
    crc = binascii.crc_hqx(checked, 0)

    assert frame_bytes(SECURE, sequence=0x01020304, body=b"ab") == (
        bytes.fromhex("68681616 06000000") + checked + crc.to_bytes(2, "little")
        + bytes.fromhex("55aa55aa")
    )  # fmt: skip


def test_the_checksum_is_that_of_xmodem() -> None:
    # The check value that catalogues of checksums print for CRC-16/XMODEM.
    plain = replace(SECURE, has_sequence=False, length_counts="body", endian="big")

    assert frame_bytes(plain, sequence=0, body=b"123456789")[-6:-4] == bytes.fromhex("31c3")


@given(
    st.sampled_from(PROFILES),
    st.lists(st.binary(max_size=60), max_size=6),
    st.lists(st.integers(1, 40), min_size=1),
)
def test_frames_come_out_whatever_the_pieces(
    profile: Profile, bodies: list[bytes], sizes: list[int]
) -> None:
    line = b"".join(frame_bytes(profile, sequence=n, body=body) for n, body in enumerate(bodies))
    found, reads, start = [], reader(profile), 0
    while start < len(line):
        size = sizes[start % len(sizes)]
        found += reads.feed(line[start : start + size])
        start += size

    numbers = range(len(bodies)) if profile.has_sequence else [0] * len(bodies)
    assert found == [Frame(n, body) for n, body in zip(numbers, bodies, strict=True)]
    assert (reads.skipped, reads.damaged, reads.is_within_a_frame) == (0, 0, False)


@given(st.lists(st.binary(max_size=30), min_size=2, max_size=5))
def test_what_stands_between_frames_is_passed_over_and_counted(garbage: list[bytes]) -> None:
    garbage = [piece.replace(b"h", b"H") for piece in garbage]
    reads = reader()
    found = []
    for n, piece in enumerate(garbage):
        found += reads.feed(piece + frame_bytes(SECURE, sequence=n, body=b"x"))

    assert [frame.sequence for frame in found] == list(range(len(garbage)))
    assert reads.skipped == sum(map(len, garbage))


def test_a_line_break_after_each_frame_is_not_the_beginning_of_another() -> None:
    reads = reader()

    assert len(reads.feed(frame_bytes(SECURE, sequence=1, body=b"x") + b"\r\n")) == 1
    assert not reads.is_within_a_frame


def test_a_damaged_frame_is_counted_and_the_next_is_read() -> None:
    damaged = bytearray(frame_bytes(SECURE, sequence=1, body=b"abc"))
    damaged[13] ^= 1
    reads = reader()

    assert reads.feed(bytes(damaged) + frame_bytes(SECURE, sequence=2, body=b"d")) == [
        Frame(2, b"d")
    ]
    assert reads.damaged == 1


def test_a_torn_frame_does_not_swallow_the_next() -> None:
    reads = reader()
    torn = frame_bytes(SECURE, sequence=1, body=b"a" * 40)[:30]
    whole = frame_bytes(SECURE, sequence=2, body=b"b" * 40)

    assert reads.feed(torn + whole) == [Frame(2, b"b" * 40)]
    assert reads.skipped == 30


@pytest.mark.parametrize("size", [1001, 2**32 - 1])
def test_a_frame_that_announces_too_much_is_not_waited_for(size: int) -> None:
    reads = reader()
    head = SECURE.header + (size + 4 if size < 2**32 - 5 else size).to_bytes(4, "little")

    assert reads.feed(head + frame_bytes(SECURE, sequence=1, body=b"x")) == [Frame(1, b"x")]
    assert reads.too_long == 1


def test_a_length_too_small_for_its_sequence_is_no_frame() -> None:
    reads = reader()

    assert reads.feed(SECURE.header + bytes(4) + bytes(20)) == []
    assert not reads.is_within_a_frame


def test_no_more_than_a_frame_is_held_in_memory() -> None:
    reads = reader()
    for _ in range(1000):
        reads.feed(b"h" * 1000)

    assert len(reads._buffer) < 4
    assert reads.skipped >= 1000 * 1000 - 3


@each_profile
@given(st.binary(min_size=1, max_size=100))
@example(b"\xd3\xe6\xce-;\x0b\xe8Y\xe1q")  # in one profile its cipher begins like a tag
def test_a_body_is_opened_as_it_was_sealed(profile: Profile, text: bytes) -> None:
    xml = b"<root>" + text.rstrip(b"\0") + b"</root>"

    assert opened(profile, sealed(profile, xml, is_data=True)) == xml
    assert opened(profile, sealed(profile, xml, is_data=False)) == xml


def test_aes_is_that_of_the_standard() -> None:
    # NIST SP 800-38A, F.2.1, first block.
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    profile = Profile(key=key, iv=bytes(range(16)), padding="zero")

    body = sealed(profile, bytes.fromhex("6bc1bee22e409f96e93d7e117393172a"), is_data=True)

    assert body == bytes.fromhex("7649abac8119b246cee98e9b12e9197d")


@pytest.mark.parametrize("body", [b"", b"x", bytes(16), b"<root></root>"])
def test_a_body_of_another_key_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError):
        opened(SECURE, body)


def test_only_data_is_encrypted_where_the_dialect_says_so() -> None:
    assert sealed(TYPED, b"<root/>", is_data=False) == b"<root/>"
    assert b"root" not in sealed(TYPED, b"<root/>", is_data=True)


def test_the_hash_of_the_handshake_has_either_order() -> None:
    assert md5_of(Profile(), secret="ab", sequence="c") == "900150983cd24fb0d6963f7d28e17f72"  # noqa: S106
    swapped = Profile(md5_of="sequence_secret")
    assert md5_of(swapped, secret="c", sequence="ab") == "900150983cd24fb0d6963f7d28e17f72"  # noqa: S106


def test_keys_and_secrets_are_never_printed() -> None:
    assert "x01" not in repr(SECURE)
    assert KEY.hex() not in repr(SECURE)
