"""One way to write a value as bytes, so that equal values have equal hashes on every machine."""

import hashlib
import json

from energy.errors import StoreError
from energy.text import Text


def canonical(value: object) -> bytes:
    """Return JSON in UTF-8: keys sorted, no spaces, integers only.

    Args:
        value: Of objects with text keys, lists, texts, integers, truth values and None.

    Raises:
        StoreError: If it holds a number that is no integer: two machines may write it differently.
    """
    _see_exact(value)
    words = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return words.encode("utf-8", "replace")


def sha256_of(content: bytes) -> str:
    """Return the hash of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def _see_exact(value: object) -> None:
    if isinstance(value, float):
        problem = Text(
            f"要封存的内容中有 {value!r}；只能用整数。",
            f"What is to be kept for good holds {value!r}; integers only.",
        )
        raise StoreError(problem)
    if isinstance(value, dict):
        for part in value.values():
            _see_exact(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _see_exact(part)
