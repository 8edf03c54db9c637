"""Refused messages: one task a reason."""

from collections.abc import Iterator
from urllib.parse import urlencode

from api.reasons import reason_text
from api.task import Look, Source, Task, Urgency
from energy.text import Text
from storage.records import dead_letters
from storage.records.dead_letters import Wanted


def _find(look: Look) -> Iterator[Task]:
    for reason, readings in dead_letters.counts(look.session).items():
        wanted = Wanted(reasons=[reason])
        first = dead_letters.oldest(look.session, wanted)
        letters, _ = dead_letters.size(look.session, wanted)
        if first is None:  # let go of a moment ago
            continue
        yield Task(
            source="dead_letters",
            urgency=Urgency.NOW,
            title=Text("拒收：", "Refused: ") + reason_text(reason),
            where=Text(
                f"{letters:,} 条报文，{readings:,} 个读数，最早的来自 {first.topic}",
                f"messages: {letters:,}, readings: {readings:,}, the oldest from {first.topic}",
            ),
            todo=Text(
                "改好登记表或设备后重读；确实无用的放弃。",
                "Put the registry or the device right, then read them again; drop what is of no "
                "use.",
            ),
            command="jieneng deadletters list",
            link=f"/dead-letters?{urlencode({'reason': reason})}",
            since=first.received,
            count=letters,
        )


SOURCE = Source(Text("拒收的报文", "refused messages"), _find)
