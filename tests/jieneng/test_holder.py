"""One process holds the state folder; the others reach it through its socket."""

import json
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from energy.errors import StoreError
from jieneng.holder import SOCKET, Holder, Request, ask_holder


def _answer(request: Request, say: Callable[[str], None]) -> int:
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
    return ask_holder(folder, request, say=said.append), said


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
    assert "could not be read" in said["out"]
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
