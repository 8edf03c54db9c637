"""Words of an answer, in both languages."""

from analytics.consumption.course import Known, Reason
from analytics.consumption.shaping import Method, Note
from energy.text import Text

KNOWN = {
    Known.MEASURED.name.lower(): Text("实测", "measured"),
    Known.ESTIMATED.name.lower(): Text("缺口，总量已知", "a gap whose total is known"),
    Known.UNRESOLVED.name.lower(): Text("无法判定", "unresolved: nobody can know"),
    Known.NOTHING.name.lower(): Text("无表计", "nothing looked"),
}
METHODS = {
    Method.LINEAR.value: Text("均匀分摊", "laid evenly"),
    Method.SIMILAR_DAYS.value: Text("按气温相近的日子形状", "with the shape of days as warm"),
    Method.PROFILE.value: Text("按自身曲线形状", "with the shape of the hours measured around it"),
    Method.LIKE_DAYS.value: Text("按相似日形状", "with the shape of like days"),
}
NOTES = {
    Note.NONE.value: Text("", ""),
    Note.NO_LIKE_DAYS.value: Text("（没有足够的相似日）", " (too few like days)"),
    Note.NO_USE.value: Text("（相似日没有用量）", " (like days used nothing)"),
}
FATES = {
    Reason.BAD: Text("标为错误", Reason.BAD),
    Reason.UNCERTAIN: Text("时间不明，早于到达时刻", Reason.UNCERTAIN),
    Reason.WIDTH: Text("超出表计位数", Reason.WIDTH),
    Reason.GLITCH: Text("没有它，前后读数正好衔接", Reason.GLITCH),
    Reason.REPLACED: Text("在表计事件的时刻，以事件的读数为准", Reason.REPLACED),
    Reason.RATE: Text("超过表计可能的用量", Reason.RATE),
    Reason.ABSENT: Text("当时没有表计", Reason.ABSENT),
    "withdrawn": Text("已撤回", "withdrawn"),
}
VERDICTS = {
    "same": Text("由所列依据重算：相同。", "Worked out again from what is listed: the same."),
    "differs": Text("由所列依据重算：不同！", "Worked out again from what is listed: IT DIFFERS."),
    "frozen": Text(
        "依据已删除：数字已冻结。", "What it was made of was removed: the figure is frozen."
    ),
}
_NAMES = {
    "draft": "草稿",
    "submitted": "已提交",
    "closed": "已结账",
    "own": "自有计量",
    "bill": "账单",
    "settlement": "结算表",
    "earlier": "历史台账",
    "profile": "按计量曲线",
    "days": "按天数",
    "replacement": "换表",
    "ratio": "变比变更",
    "reset": "清零",
    "removed": "拆除",
    "installed": "安装",
    "swap": "互换",
    "move": "改记",
    "shift": "移时",
    "withdraw": "撤回",
    "value": "改值",
    "manual": "补录",
    "undo": "撤销",
    "open": "待确认",
    "confirmed": "已确认",
    "dismissed": "已否定",
    "healed": "后来的读数已补上",
    "swapped": "互换",
}


def named(word: str) -> Text:
    """Return a word of an answer in both languages."""
    return Text(_NAMES.get(word, word), word)


def both(text: str) -> Text:
    """Return what reads alike in both languages."""
    return Text(text, text)
