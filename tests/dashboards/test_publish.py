import socket
from collections.abc import Iterator

import pytest

from dashboards.publish import FOLDER_UID, publish
from energy.errors import ConfigError, StoreError, UnreachableError
from tests.grafana_server import Grafana, grafana

TOKEN = "glsa_test"  # noqa: S105


@pytest.fixture
def server() -> Iterator[Grafana]:
    with grafana(TOKEN) as held:
        yield held


def test_every_board_is_published_in_both_languages_into_our_folder(server: Grafana) -> None:
    lines = list(publish(url=server.url, token=TOKEN))

    assert sorted(server.boards) == ["jieneng-district-en", "jieneng-district-zh"]
    assert {board["folderUid"] for board in server.boards.values()} == {FOLDER_UID}
    assert f"{server.url}/d/jieneng-district-zh" in lines[0]


def test_publishing_again_overwrites_and_adds_nothing(server: Grafana) -> None:
    list(publish(url=server.url, token=TOKEN))
    before = {uid: board["id"] for uid, board in server.boards.items()}

    list(publish(url=server.url, token=TOKEN))

    assert {uid: board["id"] for uid, board in server.boards.items()} == before
    assert {board["version"] for board in server.boards.values()} == {2}
    assert list(server.folders) == [FOLDER_UID]


def test_a_folder_that_is_there_already_is_used(server: Grafana) -> None:
    server.folders[FOLDER_UID] = "made by file"

    list(publish(url=server.url, token=TOKEN))

    assert server.folders == {FOLDER_UID: "made by file"}


def test_a_refused_token_is_said_with_the_setting_and_without_the_token(server: Grafana) -> None:
    with pytest.raises(ConfigError, match="JIENENG_GRAFANA_TOKEN") as refused:
        list(publish(url=server.url, token="wrong-secret"))  # noqa: S106

    assert "wrong-secret" not in str(refused.value)


def test_a_token_that_may_not_write_is_said_with_the_role_it_needs(server: Grafana) -> None:
    server.is_viewer = True

    with pytest.raises(ConfigError, match="Editor"):
        list(publish(url=server.url, token=TOKEN))


def test_what_grafana_refuses_is_said_in_its_own_words(server: Grafana) -> None:
    server.folders[FOLDER_UID] = "gone while we publish"

    lines = publish(url=server.url, token=TOKEN)
    next(lines)
    server.folders.clear()

    with pytest.raises(StoreError, match="folder not found"):
        list(lines)


def test_an_address_where_nobody_answers_is_said_with_the_setting() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with pytest.raises(UnreachableError, match="JIENENG_GRAFANA_URL"):
        list(publish(url=f"http://127.0.0.1:{port}", token=TOKEN))


@pytest.mark.parametrize("url", ["localhost:3000", "ftp://host", "http://", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="no address"):
        list(publish(url=url, token=TOKEN))
