"""Carries out the edits that people ask for at the command line."""

from typing import Any

from energy.text import Text
from jieneng.desk import Desk
from jieneng.edits.asked import Asked, carried_out, editor_of, planned
from jieneng.edits.words import plan_lines


def do(desk: Desk, **given: Any) -> int:  # noqa: ANN401 - JSON values
    """Carry out an edit, or only say what it would do.

    Args:
        desk: Where the stores are.
        **given: As in jieneng.edits.asked.Asked.

    Raises:
        ConfigError: If it cannot be done; nothing was changed then.
        StoreError: If an edit of these meters before is not in the store yet.
    """
    asked = Asked(**{**given, "meters": tuple(given.get("meters", ()))})
    editor = editor_of(desk)
    plan = planned(editor, asked)
    for line in plan_lines(editor, plan):
        desk.tell(line)
    if asked.is_dry:
        desk.tell(Text("试算：没有改动。", "A dry run: nothing was changed."))
        return 0
    number = carried_out(desk, editor, asked, plan).number
    desk.tell(
        Text(
            f"第 {number} 次更正已记录；采集程序入库后，下一轮分析重算这些日子。"
            f"撤销：jieneng edit undo {number}",
            f"Edit {number} is kept; once the collector has stored it, the next round computes "
            f"these days again. To take it back: jieneng edit undo {number}",
        )
    )
    return 0
