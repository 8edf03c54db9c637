"""What stages and steps of a finding are called, and which command takes a step."""

from energy.finding_step import Stage, Step
from energy.text import Text

STAGES: dict[Stage, Text] = {
    Stage.NEW: Text("待确认", "new"),
    Stage.ACKNOWLEDGED: Text("已确认", "acknowledged"),
    Stage.ASSIGNED: Text("已指派", "assigned"),
    Stage.IN_WORK: Text("处理中", "in work"),
    Stage.FIXED: Text("已处理，待计量验证", "fixed, the meter is yet to show it"),
    Stage.VERIFIED: Text("计量已验证", "verified by the meter"),
    Stage.REOPENED: Text("重新打开", "re-opened"),
    Stage.SNOOZED: Text("暂缓", "snoozed"),
    Stage.EXPECTED: Text("属预期", "expected"),
    Stage.REJECTED: Text("已驳回", "rejected"),
    Stage.SUPERSEDED: Text("已被另一项取代", "superseded"),
}

STEPS: dict[Step, Text] = {
    Step.ACKNOWLEDGE: Text("确认", "acknowledged"),
    Step.ASSIGN: Text("指派", "assigned"),
    Step.WORK: Text("开始处理", "taken in work"),
    Step.FIX: Text("报告已处理", "called fixed"),
    Step.VERIFY: Text("计量验证", "verified by the meter"),
    Step.NOT_FIXED: Text("报告未解决", "called not fixed"),
    Step.SNOOZE: Text("暂缓", "snoozed"),
    Step.EXPECT: Text("标为预期", "called expected"),
    Step.REJECT: Text("驳回", "rejected"),
    Step.RESUME: Text("恢复", "resumed"),
    Step.COMMENT: Text("备注", "comment"),
    Step.ATTACH: Text("附件", "file attached"),
    Step.DUE: Text("定期限", "deadline set"),
    Step.UNPROVEN: Text("数据中已结，但用量没有下降", "ended in the data, but use did not fall"),
    Step.STILL_SEEN: Text("计量显示未解决，重新打开", "still seen by the meter, re-opened"),
    Step.RETURN: Text("再次出现，重新打开", "came back, re-opened"),
    Step.WAKE: Text("暂缓或预期到期", "snooze or expectation over"),
    Step.GROW: Text("与驳回时不同，重新打开", "no longer what was rejected, re-opened"),
    Step.SUPERSEDE: Text("被另一项取代", "superseded by another"),
    Step.TAKE_OVER: Text("接续另一项", "goes on for another"),
    Step.ESCALATE: Text("上报", "escalated"),
}

COMMANDS: dict[Step, str] = {
    Step.ACKNOWLEDGE: "ack",
    Step.ASSIGN: "assign",
    Step.WORK: "work",
    Step.FIX: "fixed",
    Step.VERIFY: "verify",
    Step.NOT_FIXED: "not-fixed",
    Step.SNOOZE: "snooze",
    Step.EXPECT: "expect",
    Step.REJECT: "reject",
    Step.RESUME: "resume",
    Step.COMMENT: "comment",
    Step.ATTACH: "attach",
    Step.DUE: "due",
}
"""Step to the subcommand of ``jieneng findings`` that takes it."""
