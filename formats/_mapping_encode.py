"""From what is said back to a message of a mapping, where there is one.

There is none where a level of the topic, the end of a number or another piece is not in what is
said. So a message is built as well as it can be, and counts only if it says the same when it is
read again.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from energy.errors import ConfigError, DecodeError
from energy.messages.mapping import MappingRow
from energy.messages.message import Said
from energy.messages.pointer import MISSING, STAR, Key, Pointer, pointer_of
from energy.messages.template import Blank, Level, Star, template_of
from energy.messages.topic_filter import ONE, REST, has_wildcard
from energy.text import Text
from formats._mapping_times import written_time
from formats._mapping_values import written

_ENCODER = msgspec.json.Encoder(decimal_format="number")

_Message = tuple[str, object]
"""(topic, document); ("", MISSING) before the first value."""


class _ConflictError(Exception):
    """Something else stands there already."""


def encoded(
    rows: Sequence[MappingRow],
    decode: Callable[[str, bytes], list[Said]],
    *,
    account: str,
    said: Sequence[Said],
) -> tuple[str, bytes]:
    """Return topic and body of a message that says this.

    Args:
        rows: The rows of one mapping.
        decode: How they are read.
        account: The device, or the gateway it comes through.
        said: The values of one message, at least one; their times in ms.

    Raises:
        ConfigError: If no message of the mapping says it.
    """
    message: _Message = ("", MISSING)
    for one in said:
        message = next(_messages_with(rows, one, account, message, most=len(said)), ("", MISSING))
    topic, document = message
    payload = document.encode() if isinstance(document, str) else _json(document)
    try:
        is_same = Counter(decode(topic, payload)) == Counter(said)
    except DecodeError:
        is_same = False
    if not is_same:
        name = rows[0].mapping
        problem = Text(
            f"映射 {name} 没有能说出 {account} 这些数值的报文。",
            f"No message of the mapping {name} would say these values of {account}.",
        )
        raise ConfigError(problem)
    return topic, payload


def topics_of(rows: Sequence[MappingRow], *, device: str, gateway: str) -> tuple[str, ...]:
    """Return the topics on which a device publishes, with wildcards where a name does not tell.

    Args:
        rows: The rows of one mapping.
        device: Name of the device.
        gateway: Name of its gateway; "" for a device that speaks itself.
    """
    found = set()
    for row in rows:
        blanks = _joined(_blanks(row.device, device), _blanks(row.gateway, gateway))
        topic = None if blanks is None else _filled(row.topic, blanks)
        if topic is not None:
            found.add(topic)
    return tuple(sorted(found))


def _json(document: object) -> bytes:
    return b"" if document is MISSING else _ENCODER.encode(document)


def _messages_with(
    rows: Sequence[MappingRow], one: Said, account: str, before: _Message, *, most: int
) -> Iterator[_Message]:
    """Yield each message with one value more, in the first row and element where it fits."""
    for row in rows:
        blanks = _joined(
            _blanks(row.device, one.device),
            _blanks(row.channel, one.channel),
            _blanks(row.gateway, account) if row.gateway else {},
        )
        filled = None if blanks is None or row.unit != one.unit else _filled(row.topic, blanks)
        topic = (filled or "").removesuffix("/" + REST)
        if blanks is None or not topic or has_wildcard(topic) or before[0] not in ("", topic):
            continue
        for index in range(most):
            try:
                yield topic, _document(row, one, blanks, before[1], index=index)
            except (_ConflictError, ArithmeticError):
                continue


def _document(
    row: MappingRow, one: Said, blanks: Mapping[Blank, str], document: object, *, index: int
) -> object:
    """Return a document with one value more, its first star that has no name at an index."""
    value = pointer_of(row.value)
    keys: list[Key] = []
    for number in range(1, value.stars + 1):
        free = 0 if any(isinstance(key, int) for key in keys) else index
        keys.append(blanks.get(Star(number), free))
    document = _put(document, _path(value, keys), written(one.value, row))
    if row.time and isinstance(one.time, int):
        document = _put(document, _path(pointer_of(row.time), keys), written_time(one.time, row))
    for blank, word in blanks.items():
        if isinstance(blank, Pointer):
            document = _put(document, _path(blank, keys), word)
    return document


def _path(pointer: Pointer, keys: Sequence[Key]) -> list[Key]:
    stars = iter(keys)
    return [next(stars) if part == STAR else part for part in pointer.parts]


def _put(document: object, path: Sequence[Key], value: object) -> object:
    """Return a document with a value at a path; what is there already stays as it was.

    Raises:
        _ConflictError: If something else stands there, or an array would have a hole.
    """
    if not path:
        if document is not MISSING and document != value:
            raise _ConflictError
        return value
    key, rest = path[0], path[1:]
    if isinstance(key, str):
        fields = {} if document is MISSING else document
        if not isinstance(fields, dict):
            raise _ConflictError
        return {**fields, key: _put(fields.get(key, MISSING), rest, value)}
    elements = [] if document is MISSING else document
    if not isinstance(elements, list) or key > len(elements):
        raise _ConflictError
    below = elements[key] if key < len(elements) else MISSING
    return [*elements[:key], _put(below, rest, value), *elements[key + 1 :]]


def _blanks(template: str, name: str) -> dict[Blank, str] | None:
    """Return what stands in the blanks of a template that gave a name; None if it did not."""
    pieces = template_of(template).pieces
    pattern = "".join(
        re.escape(piece) if isinstance(piece, str) else _pattern(piece) for piece in pieces
    )
    found = re.fullmatch(pattern, name, re.DOTALL)
    if found is None:
        return None
    pairs = zip(template_of(template).blanks, found.groups(), strict=True)
    return _joined(*({blank: word} for blank, word in pairs))


def _pattern(blank: Blank) -> str:
    return "([^/]+)" if isinstance(blank, Level) else "(.+?)"


def _joined(*parts: Mapping[Blank, str] | None) -> dict[Blank, str] | None:
    """Return all words by their blanks; None where a part is, or where two differ."""
    words: dict[Blank, str] = {}
    for part in parts:
        if part is None or any(words.get(blank, word) != word for blank, word in part.items()):
            return None
        words |= part
    return words


def _filled(pattern: str, blanks: Mapping[Blank, str]) -> str | None:
    """Return a filter with words for its wildcards where they are known; None if one differs."""
    levels: list[str] = []
    for number, level in enumerate(pattern.split("/"), start=1):
        if level == REST:
            while word := blanks.get(Level(len(levels) + 1)):
                levels.append(word)
            levels.append(REST)
            break
        word = blanks.get(Level(number), "")
        if level != ONE and word not in ("", level):
            return None
        levels.append(word or level)
    return "/".join(levels)
