"""Stories that tests play before the whole platform."""

from pathlib import Path

from energy.text import Text
from jieneng.proving.proof import proof
from jieneng.settings import Settings

STORY = """
format = 2
name_zh = "十天"
name_en = "Ten days"
start = 2025-03-03
days = 10
seed = 5

[[building]]
building = "office"
use = "office"
area_m2 = 3000
people = 100

[[fault]]
kind = "backlog"
meter = "office_main"
at = 2025-03-05T08:00:00
hours = 5

[[fault]]
kind = "outage"
meter = "office_main"
at = 2025-03-09T08:00:00
hours = 3

[[fault]]
kind = "ratio"
meter = "office_water"
at = 2025-03-07T00:00:00
strength = 2

[[fault]]
kind = "unreadable"
meter = "office_main"
at = 2025-03-11T00:00:00
strength = 2
"""
SHORT = """
format = 2
start = 2025-01-06
days = 2
seed = 4
payload = "{form}"

[[building]]
building = "hall"
use = "dormitory"
area_m2 = 3000
people = 100
extras = ["pv"]
"""


def proved(story: Path, tmp_path: Path, *, as_json: bool = True) -> tuple[int, list[str]]:
    said: list[Text] = []
    code = proof(
        Settings(state_dir=tmp_path / "mine"),
        [story],
        broker="auto",
        as_json=as_json,
        shows_bar=False,
        echo=said.append,
    )
    return code, [text.en for text in said]
