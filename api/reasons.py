"""Why messages, readings and alerts were refused, for people.

A reason is kept in English, once and for ever, with the bytes it is about; what is said in Chinese
is looked up when it is shown. Numbers and names stay as they are, and so do the rarer words of a
decoder of its own.
"""

import re
from collections.abc import Callable

from energy.text import Text

REASONS = {
    # The collector: what does not agree with the registry.
    "no format reads this topic": "没有报文格式读取这个主题",
    "a message of {} bytes is too long": "报文有 {} 字节，太长",
    "various reasons": "多种原因",
    "unknown device": "采集设备不在登记表中",
    "unknown channel": "登记表中没有这个通道",
    "channel not bound to a meter at this time": "这个通道当时没有接在任何计量点上",
    "not its device": "采集设备不属于这个网关",
    "not the topic that its device is bound to": "不是登记表为采集设备规定的主题",
    "format {} where the registry says {}": "报文格式是 {}，而登记表写的是 {}",
    "unit {} where the registry says {}": "单位是 {}，而登记表写的是 {}",
    "value is not a number that a meter counts": "数值不是仪表能计的数",
    "value that cannot be true": "不可能是真实的数值",
    "negative register": "累计读数为负",
    "negative amount": "时段量为负",
    "amount too large to be kept": "时段量太大，无法保存",
    "more than the {} digits of the register": "超过累计读数能显示的 {} 位",
    "time cannot be read": "时间无法读取",
    "time in the wrong unit: it looks like {}": "时间单位不对：看起来是 {}",
    "time in the far future": "时间远在将来",
    "time ahead by whole or half hours: it looks like a local time sent as UTC": (
        "时间超前整数或半个小时：像是把本地时间当作 UTC 发送"
    ),
    "time ahead by 5:45, 8:45, 12:45 or 13:45: it looks like a local time sent as UTC": (
        "时间超前 5:45、8:45、12:45 或 13:45：像是把本地时间当作 UTC 发送"
    ),
    "time too far in the past": "时间过于久远",
    "time before the year 2000: it looks like a clock that was never set": (
        "时间在 2000 年以前：像是从未校准的时钟"
    ),
    # The import of files: what a file holds beside.
    "unknown meter": "计量点不在登记表中",
    "row of {} cells under a heading of {}": "这一行有 {} 个单元格，而表头有 {} 个",
    "time is missing": "没有时间",
    "time is a bare number and nobody has said what it counts": (
        "时间只是一个数，没有说明它的含义（--time s、ms 或 excel）"
    ),
    "another value of this meter and time stands further up: row {}": (
        "同一计量点、同一时间在前面已有另一个数值：第 {} 行"
    ),
    "another value of this meter and time stands further up": (
        "同一计量点、同一时间在前面已有另一个数值"
    ),
    # The formats: what is no message.
    "not a message of the own form: {}": "不是自有格式的报文：{}",
    "not a message of the own batch form: {}": "不是自有批量格式的报文：{}",
    "the message holds no value": "报文里没有数值",
    "not a Tasmota SENSOR message with ENERGY: {}": "不是带 ENERGY 的 Tasmota SENSOR 报文：{}",
    "the ENERGY object holds neither Total nor Power": "ENERGY 里既没有 Total 也没有 Power",
    "not a Sparkplug topic": "不是 Sparkplug 主题",
    "not a Sparkplug B payload": "不是 Sparkplug B 报文",
    "not a Sparkplug B payload in JSON: {}": "不是 JSON 形式的 Sparkplug B 报文：{}",
    "a compressed Sparkplug B payload is not read": "不读取压缩的 Sparkplug B 报文",
    "a Sparkplug name with a dot, which the registry cannot tell apart": (
        "Sparkplug 名称含有点号，登记表无法区分"
    ),
    "an alias without the birth that names it": "只有别名，没有给出其名称的上线报文（BIRTH）",
    "an alias from before the birth that names it": (
        "报文早于给出别名名称的上线报文（BIRTH），当时的别名可能另有所指"
    ),
    "an alias whose birth came before lost messages or a new session": (
        "只有别名，而其上线报文（BIRTH）之后丢过报文或已开始新的会话"
    ),
    "more Sparkplug nodes and devices than can be remembered": (
        "Sparkplug 节点和设备太多，无法全部记住"
    ),
    "not a ChirpStack uplink: {}": "不是 ChirpStack 上行报文：{}",
    "the uplink does not belong to the device of its topic": "上行报文与主题中的设备不符",
    "the uplink holds no decoded object": "上行报文没有解码后的 object",
    "the uplink holds no bytes": "上行报文没有数据字节",
    "the bytes of the uplink are not in base64": "上行报文的数据字节不是 base64",
    # Frames of meters.
    "neither a frame nor hexadecimal text": "既不是数据帧，也不是十六进制文本",
    "not a frame in JSON: {}": "不是 JSON 形式的数据帧：{}",
    "a frame that does not begin with 68H": "数据帧不是以 68H 开头",
    "a frame without 68H behind its address": "数据帧的地址之后没有 68H",
    "a frame that is cut short": "数据帧不完整",
    "a frame whose checksum is wrong": "数据帧的校验和不对",
    "a frame that does not end with 16H": "数据帧不是以 16H 结尾",
    "a request to a meter, not its answer": "是对仪表的请求，不是仪表的应答",
    "the meter answers with error {}H": "仪表以错误 {}H 应答",
    "control code {}H is not an answer with readings": "控制码 {}H 不是带读数的应答",
    "an answer without data identifier": "应答没有数据标识",
    "data identifier {} is not read": "不读取数据标识 {}",
    "data identifier {} with {} bytes, which is not its length": (
        "数据标识 {} 的数据有 {} 字节，长度不符"
    ),
    "meter type {}H is not known": "不认识仪表类型 {}H",
    "not a Shelly message: {}": "不是 Shelly 的报文：{}",
    "the method of the message is not a Shelly notification": "报文的 method 不是 Shelly 的通知",
    "not a Zigbee2MQTT message: {}": "不是 Zigbee2MQTT 的报文：{}",
    "not a telegram of wmbusmeters: {}": "不是 wmbusmeters 的报文：{}",
    "not a SenML pack: {}": "不是 SenML 报文：{}",
    "the SenML pack is of a version that is not known": "SenML 报文的版本无法识别",
    "the SenML pack holds a field that must be understood and is not": (
        "SenML 报文中有必须理解而无法识别的字段"
    ),
    "the message is not a plain number": "报文不是一个数",
    "the time of the message names no zone": "报文的时间没有写明时区",
    "the time of the message is not a number of seconds": "报文的时间不是秒数",
    "no row of the mapping {} reads this topic": "映射 {} 没有读取这个主题的行",
    "not a message of the mapping {}: {}": "不是映射 {} 的报文：{}",
    "no row of the mapping {} finds its value": "映射 {} 的各行都没有找到数值",
    "not XML: {}": "不是 XML：{}",
    "the XML is nested too deeply": "XML 嵌套过深",
    "the XML declares a document type or entities": "XML 含有文档类型或实体声明",
    "the XML is neither in UTF-8 nor in GB2312": "XML 的编码既不是 UTF-8 也不是 GB2312",
    "the XML is not in the encoding that it declares": "XML 的内容与声明的编码不符",
    "the XML has no common part or nothing beside it": "XML 没有 common 部分，或除它之外没有内容",
    "the message names another gateway than the one that sent it": "报文中的网关不是发送它的网关",
    "the message carries no data of meters": "报文里没有仪表数据",
    "the gateway sends what meters said word for word, which is not read": (
        "网关发送的是未解析的仪表原始数据，不读取"
    ),
    "the time is not year, month, day and clock in 14 digits": "时间不是 14 位数字的年月日时分秒",
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


_TYPES = {
    "array": "数组", "object": "对象", "str": "文字", "int": "整数", "float": "数", "bool": "真假",
    "null": "空值", "decimal": "数", "number": "数",
}  # fmt: skip
"""What decoders call a value to what it is called in Chinese."""


def _types(words: str) -> str:
    return "或".join(_TYPES.get(word, word) for word in words.split(" | "))


_DECODERS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
    (
        re.compile("Expected `([^`]+)`, got `([^`]+)`"),
        lambda found: f"应为{_types(found[1])}，实为{_types(found[2])}",
    ),
    (re.compile("JSON is malformed: invalid character"), lambda _: "JSON 中有不该出现的字符"),
    (re.compile("JSON is malformed: "), lambda _: "JSON 有误："),
    (re.compile("Input data was truncated"), lambda _: "内容不完整"),
    (
        re.compile("Object missing required field `([^`]+)`"),
        lambda found: f"缺少 {found[1]}",
    ),
    (re.compile(" - at `([^`]+)`"), lambda found: f"（在 {found[1]}）"),
    (re.compile(r" \(byte (\d+)\)"), lambda found: f"（第 {found[1]} 字节）"),
]
"""What decoders of JSON say most often."""


def _of_decoder(words: str) -> str:
    for pattern, said in _DECODERS:
        words = pattern.sub(said, words)
    return words


def reason_text(reason: str) -> Text:
    """Return a reason in both languages; one that is not known is said as it is kept."""
    for pattern, zh in _PATTERNS:
        found = pattern.fullmatch(reason)
        if found:
            return Text(zh.format(*map(_of_decoder, found.groups())), reason)
    return Text(reason, reason)
