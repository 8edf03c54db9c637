"""The pages of findings, on a telephone and on a desk, in a real browser.

With JIENENG_SCREENSHOTS set to a folder the pictures are kept there.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.findings.steps import Wish, take
from api.app import create_app
from energy.finding import Finding, FindingState, Stream
from energy.finding_step import Step
from storage.opening import open_store
from storage.records import findings
from storage.records import registry as registry_records
from storage.records.book import Records
from tests.chromium import chromium, dom, keep, screenshot
from tests.console_server import serving
from tests.filled import NOW, registry

DAY = 86_400_000
HALL = Finding(
    rule="night_and_weekend_load", version=1, meter="gov-a-main", stream=Stream.WASTE,
    start=NOW - 90 * DAY, end=NOW, goes_on=True,
    sentence_zh="一号楼总表自 2026-08-27 起夜间（0 至 5 时）61.5 kW（83 %），工作时段为 74 kW："
    "没有按作息降负荷。每年约 86,100 kWh（80 % 区间 61,000 至 112,000），约 68,900 元/年。",
    sentence_en="Office 1 main since 2026-08-27: 61.5 kW from 00:00 to 05:00 (83 %), against 74 kW "
    "in working hours: nothing is set back. 86,100 kWh a year (80 %: 61,000 to 112,000), 68,900 "
    "yuan a year.",
    check_zh="核对空调、照明和风机的时间表；夜间 22 点后和周末到现场看哪些设备仍在运行。",
    check_en="Check the schedules of HVAC, lighting and fans; walk the building after 22:00.",
    base_per_year=86_100_000, low=61_000_000, high=112_000_000,
    micro_yuan_per_year=68_900_000_000, coverage=0.992,
    evidence={"work_kw": 74.0, "night_kw": 61.5, "night_share": 0.83},
)  # fmt: skip
SILENT = replace(
    HALL, rule="silent_or_flat", meter="library-main", stream=Stream.DATA, base_per_year=None,
    low=None, high=None, micro_yuan_per_year=None,
    sentence_zh="阅览楼总表自 2026-11-23 起没有读数。",
    sentence_en="Reading hall main has said nothing since 2026-11-23.",
)  # fmt: skip
STEPS = (
    Wish(Step.ACKNOWLEDGE, "李明"),
    Wish(Step.ASSIGN, "李明", to="王工"),
    Wish(Step.DUE, "李明", until=NOW - 2 * DAY),
    Wish(Step.COMMENT, "王工", words="物业说空调的时间表在八月改过，周五去现场看。"),
)


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a console with findings in several states."""
    chromium()
    records = Records.open(f"sqlite:{tmp_path_factory.mktemp('findings') / 'records.sqlite'}")
    with records.session() as session:
        registry_records.replace(session, registry(), author="test", reason="names")
        first = findings.save(session, HALL, state=FindingState.OPEN, at=NOW - 20 * DAY)
        for day, wish in enumerate(STEPS):
            take(session, first.number, wish, now_ms=NOW - (15 - day) * DAY)
        findings.save(session, SILENT, state=FindingState.OPEN, at=NOW - 2 * DAY)
        water = replace(HALL, rule="water_night_flow", meter="school-water")
        other = findings.save(session, water, state=FindingState.OPEN, at=NOW - 9 * DAY)
        rejected = Wish(Step.REJECT, "李明", words="消防水箱夜间补水")
        take(session, other.number, rejected, now_ms=NOW - 8 * DAY)
    app = create_app(store=open_store("memory:"), records=records, status=dict, now=lambda: NOW)
    with serving(app) as address:
        yield address
    records.close()


@pytest.mark.parametrize(
    ("name", "path", "size"),
    [
        ("finding-phone.png", "/findings/1", (390, 2000)),
        ("finding-phone-en.png", "/findings/1?lang=en", (390, 2000)),
        ("finding.png", "/findings/1?lang=zh", (1200, 1600)),
        ("finding-rejected-phone.png", "/findings/3", (390, 1500)),
        ("findings-phone.png", "/findings?state=all", (390, 900)),
        ("findings.png", "/findings?lang=en&state=all", (1200, 700)),
    ],
)
def test_findings_are_drawn_on_a_phone_and_on_a_desk(
    console: str, tmp_path: Path, name: str, path: str, size: tuple[int, int]
) -> None:
    picture = tmp_path / name

    drawn = screenshot(f"{console}{path}", picture, width=size[0], height=size[1])

    assert drawn == size
    assert picture.stat().st_size > 15_000  # an empty page has a third of it
    keep(picture)


def test_the_browser_reads_the_buttons_and_nothing_of_it_needs_a_script(
    console: str, tmp_path: Path
) -> None:
    page = dom(f"{console}/findings/1?lang=en", tmp_path)

    for step in ("work", "fix", "reject", "snooze", "expect", "due", "attach"):
        assert f'<button name="step" value="{step}"' in page
    assert 'value="acknowledge"' not in page
    assert "overdue 2026-11-23" in page
    assert "<script" not in page
