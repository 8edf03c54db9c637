"""Messages of the gateway protocol as XML: ``<root><common>…</common><ELEMENT operation="…">…``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder, tostring
from xml.parsers.expat import ErrorString

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from energy.errors import DecodeError
from formats._gateway_profile import Profile

DATA = "data"
DEEPEST = 8
"""Elements inside each other; the guideline needs five."""
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_.-]{1,20})["']""")
_FIRST_LINE = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHINESE = {"gb2312", "gbk", "gb18030", "cp936"}
_BYTE_ORDER_MARK = "\ufeff"


class Value(NamedTuple):
    """What one function of one meter shows, as text.

    Attributes:
        meter: Number of the meter at its gateway.
        function: Number of the function of the meter.
        text: The value as it is written.
        error: The gateway's word on it; "", 0 or 192 where it is well.
    """

    meter: str
    function: str
    text: str
    error: str = ""


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes:
        building: Code of the building.
        gateway: Number of the gateway in the building.
        element: id_validate, heart_beat, data, config, or a vendor's own.
        operation: What it asks or says.
        fields: The plain elements in it, such as sequence, md5, time; name to text.
        values: Values of meters, in their order.
    """

    building: str
    gateway: str
    element: str
    operation: str
    fields: Mapping[str, str] = field(default_factory=dict)
    values: tuple[Value, ...] = ()


class _Bounded(TreeBuilder):
    """Builds the elements of a message and refuses those that lie too deep."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        if self._depth > DEEPEST:
            raise DecodeError("the XML is nested too deeply")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def text_of(xml: bytes, *, encoding: str = "declared") -> str:
    """Return the text of a message.

    Args:
        xml: Its bytes.
        encoding: Of the dialect; "declared" takes what the first line says. GB2312 and GBK are
            read as GB18030, which holds both.

    Raises:
        DecodeError: If the bytes are not text in this encoding, or the encoding is another.
    """
    if encoding == "declared":
        found = _DECLARED.match(xml)
        encoding = found[1].decode().lower() if found else "utf-8"
    if encoding in _CHINESE:
        encoding = "gb18030"
    elif encoding not in {"utf-8", "utf8"}:
        raise DecodeError("the XML is neither in UTF-8 nor in GB2312")
    try:
        return xml.decode(encoding).removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        raise DecodeError("the XML is not in the encoding that it declares") from error


def in_utf8(text: str) -> bytes:
    """Return the text of a message as UTF-8, without the first line that names another."""
    return _FIRST_LINE.sub("", text, count=1).encode()


def _root(text: str) -> Element:
    parser = DefusedXMLParser(target=_Bounded(), encoding="utf-8", forbid_dtd=True)
    try:
        parser.feed(text)
        root = parser.close()
    except DefusedXmlException as error:
        raise DecodeError("the XML declares a document type or entities") from error
    except ParseError as error:
        raise DecodeError(f"not XML: {ErrorString(error.code)}") from error
    if not isinstance(root, Element):
        raise DecodeError("not XML: no element found")
    return root


def read_message(text: str) -> Message:
    """Return the message that a text holds.

    Raises:
        DecodeError: If it is no XML, declares entities, lies too deep, or is no such message.
    """
    root = _root(text)
    common = root.find("common")
    body = next((one for one in root if one.tag != "common"), None)
    if common is None or body is None:
        raise DecodeError("the XML has no common part or nothing beside it")
    return Message(
        building=_text(common.find("building_id")),
        gateway=_text(common.find("gateway_id")),
        element=body.tag,
        operation=body.get("operation", ""),
        fields={one.tag: _text(one) for one in body if not len(one)},
        values=tuple(
            Value(meter.get("id", ""), one.get("id", ""), _text(one), one.get("error", ""))
            for meter in body.iter("meter")
            for one in meter.iter("function")
        ),
    )


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def message_text(message: Message, profile: Profile) -> str:
    """Return a message as XML text without its first line; the inverse of read_message."""
    root = Element("root")
    common = SubElement(root, "common")
    SubElement(common, "building_id").text = message.building
    SubElement(common, "gateway_id").text = message.gateway
    is_operation = profile.common_type == "operation"
    SubElement(common, "type").text = message.operation if is_operation else message.element
    body = SubElement(root, message.element, {"operation": message.operation})
    for name, text in message.fields.items():
        SubElement(body, name).text = text
    meter: Element | None = None
    for value in message.values:
        if meter is None or meter.get("id") != value.meter:
            meter = SubElement(body, "meter", {"id": value.meter})
        function = {"id": value.function, "coding": "", "error": value.error}
        SubElement(meter, "function", function).text = value.text
    return tostring(root, encoding="unicode")


def xml_bytes(message: Message, profile: Profile) -> bytes:
    """Return a message as bytes in the encoding of its dialect, which its first line names."""
    encoding = "utf-8" if profile.encoding == "declared" else profile.encoding
    named = "GB2312" if encoding == "gb18030" else "UTF-8"
    text = f'<?xml version="1.0" encoding="{named}"?>{message_text(message, profile)}'
    return text.encode(encoding)
