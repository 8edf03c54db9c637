"""One process holds the state folder; the others reach it through its socket."""

import json
import os
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from energy.errors import StoreError
from jieneng.holder import LOCK, SOCKET, Holder, Request, ask_holder


def _answer(request: Request, say: Callable[[str], None], say_error: Callable[[str], None]) -> int:
    say_error("电 is missing")
    say(f"{request.name} {request.work} {dict(request.arguments)}")
    say(f"电 from {request.folder} in {request.language}")
    return int(str(request.arguments["code"]))


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[Holder]:
    held = Holder(tmp_path, _answer)
    yield held
    held.close()


def _ask(folder: Path, code: int) -> tuple[int | None, list[str]]:
    said: list[str] = []
    request = Request("status", "status", {"code": code}, "/tmp", "zh")  # noqa: S108
    return ask_holder(folder, request, say=said.append, say_error=lambda _: None), said


def test_a_command_gets_the_holders_lines_and_exit_code(holder: Holder, tmp_path: Path) -> None:
    assert holder is not None
    code, said = _ask(tmp_path, 3)
    assert code == 3
    assert said == ["status status {'code': 3}", "电 from /tmp in zh"]


def test_the_socket_is_for_its_owner_alone(holder: Holder, tmp_path: Path) -> None:
    assert holder is not None
    assert stat.S_IMODE((tmp_path / SOCKET).stat().st_mode) == 0o600


def test_a_second_holder_is_refused_with_the_first_ones_pid(holder: Holder, tmp_path: Path) -> None:
    assert holder is not None
    with pytest.raises(StoreError, match=r"held by a running process \(pid \d+\)"):
        Holder(tmp_path, _answer)


def test_a_request_that_cannot_be_read_is_answered_with_a_sentence(
    holder: Holder, tmp_path: Path
) -> None:
    assert holder is not None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(str(tmp_path / SOCKET))
        with line.makefile("rw", encoding="utf-8") as stream:
            stream.write('{"name": "status"}\n')
            stream.flush()
            said, ended = map(json.loads, stream)
    assert "could not be read" in said["err"]
    assert ended == {"exit": 1}


def test_without_a_holder_nobody_answers(tmp_path: Path) -> None:
    assert _ask(tmp_path, 0) == (None, [])


def test_a_socket_left_behind_by_a_killed_process_answers_nobody_and_can_be_taken_over(
    tmp_path: Path,
) -> None:
    Holder(tmp_path, _answer).close()
    dead = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    dead.bind(str(tmp_path / SOCKET))
    dead.close()
    assert _ask(tmp_path, 0) == (None, [])
    taken_over = Holder(tmp_path, _answer)
    assert _ask(tmp_path, 5)[0] == 5
    taken_over.close()


def test_many_commands_at_once_each_get_their_own_answer(holder: Holder, tmp_path: Path) -> None:
    assert holder is not None
    codes: list[int | None] = []
    threads = [
        threading.Thread(target=lambda code=code: codes.append(_ask(tmp_path, code)[0]))
        for code in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(code for code in codes if code is not None) == list(range(20))


def test_what_went_wrong_is_kept_apart_from_the_answer(holder: Holder, tmp_path: Path) -> None:
    assert holder is not None
    wrong: list[str] = []
    request = Request("status", "status", {"code": 0}, "/", "zh")

    ask_holder(tmp_path, request, say=lambda _: None, say_error=wrong.append)

    assert wrong == ["电 is missing"]


@pytest.mark.parametrize("name", ["a" * 120, "节" * 40])
def test_a_state_folder_with_a_long_path_is_reached_like_any_other(
    name: str, tmp_path: Path
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    held = Holder(folder, _answer)
    short = (folder / SOCKET).readlink()

    assert _ask(folder, 4)[0] == 4
    assert stat.S_IMODE(short.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(short.stat().st_mode) == 0o600
    held.close()
    assert not short.parent.exists()
    assert _ask(folder, 4)[0] is None


def test_a_folder_of_another_user_is_said_in_a_sentence(holder: Holder, tmp_path: Path) -> None:
    assert holder is not None
    (tmp_path / SOCKET).chmod(0)
    ours = os.geteuid()
    if ours == 0:
        os.seteuid(65534)  # nobody; root alone is let in everywhere
    try:
        with pytest.raises(StoreError, match="belongs to another user"):
            _ask(tmp_path, 0)
    finally:
        os.seteuid(ours)


@pytest.mark.parametrize("name", [SOCKET, LOCK])
def test_a_folder_in_the_place_of_a_file_is_said_in_a_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(StoreError, match=f"{name} cannot be used: .*Move it away"):
        Holder(tmp_path, _answer)
