"""Texts of many rows at once: the letters of all in a matrix of bytes, written out in one stroke.

Texts are an array of shape (n, width), uint8: a row each, a zero where there is no letter.

Line protocol is text. Python writes some million numbers a second as text, NumPy several millions,
and it is loaded already where readings are columns.
"""

from collections.abc import Sequence

import numpy as np

_GROUP = 4
_BASE = 10**_GROUP
_DIGITS_OF = np.array([b"%04d" % number for number in range(_BASE)], dtype="S4").view(np.uint32)
"""The four digits of each number below 10,000, as the four bytes in one integer."""
_TENS = 10 ** np.arange(1, 20, dtype=np.uint64)
"""From each on, a number has one digit more."""
_PLACES = 6
_MILLIONTHS = 10**_PLACES
_THOUSAND = 1000
_PLACES_OF = np.array([len(f"{number:03d}".rstrip("0")) for number in range(_THOUSAND)])
"""How many of three decimals are wanted."""
_MOST_EXACT = 10**15
"""Below it no two decimals with the same places share a float."""


def each(texts: Sequence[bytes]) -> np.ndarray:
    """Return one row for each text."""
    width = max(map(len, texts), default=0)
    padded = b"".join(text.ljust(width, b"\0") for text in texts)
    return np.frombuffer(padded, dtype=np.uint8).reshape(len(texts), width)


def same(text: bytes, count: int) -> np.ndarray:
    """Return one text for so many rows."""
    return np.broadcast_to(np.frombuffer(text, dtype=np.uint8), (count, len(text)))


def only(where: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Return the same texts, empty where a mask does not say so. Shape (n,), bool."""
    found: np.ndarray = texts * where[:, np.newaxis]
    return found


def whole(numbers: np.ndarray) -> np.ndarray:
    """Return whole numbers as text. Shape (n,), integers."""
    numbers = numbers.astype(np.int64, copy=False)
    # The least of all integers has no positive twin among them, but one without a sign.
    sizes = np.abs(numbers).view(np.uint64)
    digits = _digits(sizes)
    is_there = np.arange(digits.shape[1], 0, -1) <= _lengths(sizes)[:, np.newaxis]
    return _signed(numbers < 0, digits * is_there)


def decimal(numbers: np.ndarray) -> np.ndarray:
    """Return floats as text that reads back as the very same float. Shape (n,), float64, finite.

    Those with six decimals or fewer are written from whole millionths: dividing that count by a
    million gives the float again, and so does reading its digits. The others Python writes.
    """
    with np.errstate(over="ignore"):  # what is too large is not plain
        counts = np.rint(numbers * _MILLIONTHS)
    is_plain = (counts / _MILLIONTHS == numbers) & (np.abs(counts) < _MOST_EXACT)
    is_plain &= (counts != 0) | ~np.signbit(numbers)
    counts = np.where(is_plain, counts, 0).astype(np.int64)
    sizes = np.abs(counts).view(np.uint64)
    digits, longest = _digits(sizes, least=_PLACES + 1), np.maximum(_lengths(sizes), _PLACES + 1)
    places = _places(sizes % _MILLIONTHS)
    is_before = np.arange(digits.shape[1], _PLACES, -1) <= longest[:, np.newaxis]
    is_behind = np.arange(_PLACES) < places[:, np.newaxis]
    texts = _signed(
        counts < 0,
        digits[:, :-_PLACES] * is_before,
        only(places > 0, same(b".", len(numbers))),
        digits[:, -_PLACES:] * is_behind,
    )
    return texts if is_plain.all() else _written(texts, numbers, ~is_plain)


def in_one(parts: Sequence[np.ndarray]) -> bytes:
    """Return the texts of all rows, each row's parts one behind the other."""
    found: bytes = np.concatenate(parts, axis=1).tobytes()
    return found.translate(None, b"\0")


def _digits(sizes: np.ndarray, least: int = 1) -> np.ndarray:
    """Return the digits of each number, with zeros in front. Shape (n,), uint64."""
    longest = max(len(str(int(sizes.max(initial=0)))), least)
    groups = -(-longest // _GROUP)
    found = np.empty((len(sizes), groups), dtype=np.uint32)
    rest = sizes
    for group in range(groups - 1, 0, -1):
        shorter = rest // _BASE
        found[:, group] = _DIGITS_OF[rest - shorter * _BASE]
        rest = shorter
    found[:, 0] = _DIGITS_OF[rest]
    return found.view(np.uint8)[:, -longest:]


def _lengths(sizes: np.ndarray) -> np.ndarray:
    """Return how many digits each number has."""
    return np.searchsorted(_TENS, sizes, side="right") + 1


def _places(millionths: np.ndarray) -> np.ndarray:
    """Return how many of six decimals are wanted."""
    high = millionths // _THOUSAND
    low = millionths - high * _THOUSAND
    found: np.ndarray = np.where(low, _PLACES_OF[low] + _PLACES // 2, _PLACES_OF[high])
    return found


def _signed(is_negative: np.ndarray, *parts: np.ndarray) -> np.ndarray:
    signs = [only(is_negative, same(b"-", len(is_negative)))] if is_negative.any() else []
    return np.concatenate([*signs, *parts], axis=1)


def _written(texts: np.ndarray, numbers: np.ndarray, odd: np.ndarray) -> np.ndarray:
    """Return the texts with those of odd rows as Python writes them."""
    others = each([repr(number).encode() for number in numbers[odd].tolist()])
    found = np.zeros((len(odd), max(texts.shape[1], others.shape[1])), dtype=np.uint8)
    found[:, : texts.shape[1]] = texts
    found[odd] = 0
    found[odd, : others.shape[1]] = others
    return found
