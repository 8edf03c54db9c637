"""What ``jieneng check`` says, in the language of who asks."""

import re
from pathlib import Path

import pytest

from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.works import work_at_desk


def checked(state: Path, language: str, *, registry: str = "") -> tuple[int, list[str]]:
    said: list[str] = []
    settings = Settings(
        state_dir=state,
        store_url="memory:",
        broker_url="mqtt://127.0.0.1:1",
        cli_language="zh" if language == "zh" else "en",
    )
    code = work_at_desk(settings, "check", "check", {"registry": registry}, say=said.append)
    return code, said


def test_each_part_is_said_in_chinese_with_what_mends_it(tmp_path: Path) -> None:
    code, said = checked(tmp_path, "zh", registry=str(shipped("examples") / "district"))

    assert code == 1
    assert [line[:2] for line in said] == ["正常", "异常", "正常", "异常"]
    assert "66 个计量点，没有错误" in said[0]
    assert "请设置 JIENENG_BROKER_URL 或启动它" in said[1]
    assert said[2] == "正常 读数     累计读数 0，时段量 0，瞬时量 0"
    assert said[3] == "异常 登记表   是空的；请导入：jieneng import registry FOLDER"


def test_the_same_is_said_in_english(tmp_path: Path) -> None:
    code, said = checked(tmp_path, "en")

    assert code == 1
    assert [line[:3] for line in said] == ["ok ", "BAD", "ok ", "BAD"]
    assert not re.search("[\u3000-\u9fff]", "".join(said))


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "没有导入任何内容"), ("en", "nothing imported")]
)
def test_a_folder_that_is_no_registry_is_bad(tmp_path: Path, language: str, words: str) -> None:
    code, said = checked(tmp_path / "state", language, registry=str(tmp_path))

    assert code == 1
    assert words in said[0]
