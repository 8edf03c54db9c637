"""Why messages, readings and alerts were refused, for people.

A reason is kept in English, once and for ever, with the bytes it is about; what is said in Chinese
is looked up when it is shown. Numbers, names and a decoder's own words stay as they are.
"""

import re

from energy.text import Text

REASONS = {
    # The collector: what does not agree with the registry.
    "no format reads this topic": "没有报文格式读取这个主题",
    "a message of {} bytes is too long": "报文有 {} 字节，太长",
    "various reasons": "多种原因",
    "unknown device": "采集设备不在登记表中",
    "unknown channel": "登记表中没有这个通道",
    "not its device": "采集设备不属于这个网关",
    "format {} where the registry says {}": "报文格式是 {}，而登记表写的是 {}",
    "unit {} where the registry says {}": "单位是 {}，而登记表写的是 {}",
    "value is not a number that a meter counts": "数值不是仪表能计的数",
    "value that cannot be true": "不可能是真实的数值",
    "negative register": "累计读数为负",
    "negative amount": "时段量为负",
    "more than the {} digits of the register": "超过累计读数能显示的 {} 位",
    "time cannot be read": "时间无法读取",
    "time in the wrong unit: it looks like {}": "时间单位不对：看起来是 {}",
    "time in the far future": "时间远在将来",
    "time too far in the past": "时间过于久远",
    # The formats: what is no message.
    "not a message of the own form: {}": "不是自有格式的报文：{}",
    "not a message of the own batch form: {}": "不是自有批量格式的报文：{}",
    "the message holds no value": "报文里没有数值",
    "not a Tasmota SENSOR message with ENERGY: {}": "不是带 ENERGY 的 Tasmota SENSOR 报文：{}",
    "the ENERGY object holds neither Total nor Power": "ENERGY 里既没有 Total 也没有 Power",
    # The store: what no engine can keep.
    "the meter's name is empty": "计量点名称为空",
    "the meter's name holds a line break or another character that cannot be printed": (
        "计量点名称含有换行或其他不可显示的字符"
    ),
    "the meter's name ends with a backslash": "计量点名称以反斜杠结尾",
    "{} is not one of the tables {}": "{} 不是读数表 {} 之一",
    "the time {} ms lies outside the years 1678 to 2261": "时间 {} ms 不在 1678 至 2261 年之间",
    "quality, source or revision is out of range": "质量、来源或更正号超出范围",
    "the time of arrival is out of range": "到达时间超出范围",
    "the value {} is not a number": "数值 {} 不是数",
    "the value {} is not a finite number": "数值 {} 不是有限的数",
    "the value {} of a {} is not whole": "数值 {} 不是整数（{}）",
    "the value {} does not fit into 64 bits": "数值 {} 超出 64 位",
    # The channels: what the other side of an alert does not take.
    "No address is set for the channel {}.": "没有为告警渠道 {} 设置地址。",
    "The address of the webhook cannot be read.": "网络钩子的地址无法读取。",
    "The address of the webhook must begin with http:// or https://.": (
        "网络钩子的地址须以 http:// 或 https:// 开头。"
    ),
    "{} does not answer: {}.": "{} 没有应答：{}。",
    "{} answered {}.": "{} 回答 {}。",
}
"""Reason as it is kept to what is said in Chinese; ``{}`` stands for what differs."""

_PATTERNS = [
    (re.compile("(.+)".join(map(re.escape, kept.split("{}"))), re.DOTALL), zh)
    for kept, zh in REASONS.items()
]


def reason_text(reason: str) -> Text:
    """Return a reason in both languages; one that is not known is said as it is kept."""
    for pattern, zh in _PATTERNS:
        found = pattern.fullmatch(reason)
        if found:
            return Text(zh.format(*found.groups()), reason)
    return Text(reason, reason)
