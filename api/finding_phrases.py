"""What the pages of findings say beside the findings themselves, in both languages."""

from energy.finding_step import Step
from energy.text import Text

PHRASES: dict[str, Text] = {
    "all": Text("全部异常", "All findings"),
    "state": Text("状态", "state"),
    "todo": Text("待办", "to be done"),
    "ended": Text("数据中已结", "ended in the data"),
    "everything": Text("全部", "all"),
    "none": Text("没有这样的异常。", "There is no such finding."),
    "more": Text(
        "还有更多，请按状态或机构筛选：", "There are more; choose a state or an institution:"
    ),
    "in_the_data": Text("数据", "in the data"),
    "by_people": Text("处置", "by people"),
    "where": Text("位置", "where"),
    "waste": Text("浪费", "waste"),
    "cost": Text("费用", "cost"),
    "no_price": Text("无价格", "no price"),
    "no_amount": Text("没有可计的量", "no amount"),
    "since": Text("自", "since"),
    "seen_until": Text("看到", "seen until"),
    "check": Text("现场核查", "what to check on site"),
    "because": Text("依据", "why we think so"),
    "disproof": Text("若属下列情况，则不是浪费", "what would disprove it"),
    "measured": Text("实测", "measured"),
    "rule": Text("规则", "rule"),
    "with": Text("办理人", "with"),
    "due": Text("期限", "due"),
    "overdue": Text("已过期限", "overdue"),
    "frozen": Text("确认时冻结（节能量由此计）", "frozen when accepted (savings count from it)"),
    "happened": Text("经过", "What happened"),
    "do": Text("办理", "Act on it"),
    "words": Text("说明或理由", "remark or reason"),
    "words_hint": Text(
        "驳回、属预期、未解决和人工验证必须写明理由。",
        "Needed to reject it, to call it expected, to verify it, or to say that it is not fixed.",
    ),
    "to": Text("指派给", "whom"),
    "until": Text("日期（含当日）", "day, included"),
    "kept": Text("已记录。", "It is kept."),
    "newcomer": Text(
        "此前没有登记，现已登记；若写错了名字，请重新指派。",
        "was not known and is now; if that is a slip, assign it again.",
    ),
    "already": Text("此前已记录。", "It was kept already."),
    "fixed_hint": Text(
        "数据不再显示时由计量验证；到时仍显示则自动重新打开。",
        "The meter verifies it when the data show it no more; else it is opened again by itself.",
    ),
    "rejected_hint": Text(
        "看起来一样时不再提出；更大时重新打开。可用“恢复”撤回。",
        "It is not raised again while it looks the same, and opened again when it is larger. "
        "“Resume” takes the rejection back.",
    ),
    "go_on": Text("接续的异常", "the finding in its place"),
    "nobody": Text("未指派", "nobody"),
}

BUTTONS: dict[Step, Text] = {
    Step.ACKNOWLEDGE: Text("确认", "Acknowledge"),
    Step.ASSIGN: Text("指派", "Assign"),
    Step.WORK: Text("开始处理", "Take in work"),
    Step.FIX: Text("已处理", "It is fixed"),
    Step.VERIFY: Text("计量验证", "Verified by the meter"),
    Step.NOT_FIXED: Text("没有解决", "It is not fixed"),
    Step.SNOOZE: Text("暂缓到该日", "Snooze until then"),
    Step.EXPECT: Text("属预期，到该日", "Expected until then"),
    Step.REJECT: Text("不是浪费，驳回", "No waste: reject"),
    Step.RESUME: Text("恢复", "Resume"),
    Step.COMMENT: Text("只记说明", "Only keep the remark"),
    Step.ATTACH: Text("附上照片或文件", "Attach the photo or file"),
    Step.DUE: Text("设为期限", "Set as deadline"),
}
"""What the button of a step says."""

GROUPS: tuple[tuple[str, tuple[Step, ...]], ...] = (
    (
        "words",
        (
            Step.ACKNOWLEDGE,
            Step.WORK,
            Step.FIX,
            Step.VERIFY,
            Step.RESUME,
            Step.NOT_FIXED,
            Step.REJECT,
            Step.COMMENT,
        ),
    ),
    ("to", (Step.ASSIGN,)),
    ("until", (Step.DUE, Step.SNOOZE, Step.EXPECT)),
    ("photo", (Step.ATTACH,)),
)
"""Field of the form to the steps whose buttons stand below it."""
LOOKS: dict[Step, str] = {
    Step.NOT_FIXED: "plain",
    Step.REJECT: "plain",
    Step.COMMENT: "mild",
    Step.SNOOZE: "mild",
    Step.EXPECT: "mild",
}
"""Classes of buttons that do not ask to be pressed."""


def finding_phrases(language: str) -> dict[str, str]:
    """Return every phrase of these pages in a language."""
    return {name: text.get(language) for name, text in PHRASES.items()}
