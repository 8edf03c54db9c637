"""Dialects that tests of gateways are run over."""

from dataclasses import replace

import pytest

from formats.gateway_xml import Profile

KEY = bytes(range(1, 17))
SECURE = Profile(key=KEY, iv=KEY)
SWAPPED = replace(
    SECURE, header=SECURE.tail, tail=SECURE.header, endian="big", length_counts="body"
)
TYPED = Profile(
    header=bytes.fromhex("1f1f"),
    tail=b"",
    endian="big",
    length_counts="body",
    has_type=True,
    has_sequence=False,
    has_crc=False,
    encrypts="data",
    key=KEY,
    iv=KEY,
    padding="zero",
    common_type="element",
)
PROFILES = [SECURE, SWAPPED, TYPED, replace(SECURE, encrypts="nothing")]
each_profile = pytest.mark.parametrize("profile", PROFILES, ids=["guideline", "swapped", "typed",
                                                                "plain"])  # fmt: skip
