"""What tags and their values are called on boards, in both languages."""

from energy.kinds import KINDS
from energy.text import Text

TAGS: dict[str, Text] = {
    "building": Text("建筑", "building"),
    "collector": Text("采集器", "collector"),
    "fingerprint": Text("编号", "fingerprint"),
    "institution": Text("机构", "institution"),
    "item": Text("分项", "sub-item"),
    "kind": Text("能源品种", "kind"),
    "level": Text("层级", "level"),
    "meter": Text("计量点", "meter"),
    "name_en": Text("名称", "name"),
    "name_zh": Text("名称", "name"),
    "period": Text("账期", "period"),
    "place": Text("对象", "place"),
    "role": Text("角色", "role"),
    "rule": Text("规则", "rule"),
    "site": Text("院区", "site"),
    "state": Text("状态", "state"),
    "stream": Text("类别", "stream"),
}
"""Headings of the tags of storage/tables.py."""

VALUES: dict[str, dict[str, Text]] = {
    "kind": {kind.name: Text(kind.zh, kind.en) for kind in KINDS.values()},
}
"""Tag to its values as people call them; other values are names and stay as they are."""


def value_text(tag: str, value: str, language: str) -> str:
    """Return what people call a value of a tag."""
    known = VALUES.get(tag, {}).get(value)
    return known.get(language) if known else value
