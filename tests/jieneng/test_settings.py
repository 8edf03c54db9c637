"""Settings come from arguments, environment and jieneng.toml, in this order; mistakes are told."""

from pathlib import Path

import pytest

from energy.errors import ConfigError
from jieneng.settings import Settings, language_of_commands, read_settings


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_embedded_stores_lie_in_the_state_folder() -> None:
    settings = read_settings()
    assert settings.store == "duckdb:data/readings.duckdb"
    assert settings.records == "sqlite:data/records.sqlite"


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jieneng.toml").write_text('http_port = 1\nclient_id = "from-file"\n')
    monkeypatch.setenv("JIENENG_HTTP_PORT", "2")
    settings = read_settings()
    assert settings.http_port == 2
    assert settings.client_id == "from-file"


def test_a_state_folder_on_the_command_line_wins_over_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JIENENG_STATE_DIR", "elsewhere")
    assert read_settings(state=Path("here")).store == "duckdb:here/readings.duckdb"


def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIENENG_STOREURL", "duckdb:x")
    with pytest.raises(ConfigError, match="JIENENG_STOREURL is not a setting"):
        read_settings()


def test_all_impossible_values_are_told_at_once_with_what_would_be_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jieneng.toml").write_text('client_id = ""\nstate_dir = 3\n')
    monkeypatch.setenv("JIENENG_HTTP_PORT", "70000")
    monkeypatch.setenv("JIENENG_LANGUAGE", "fr")
    monkeypatch.setenv("JIENENG_ROUND_SECONDS", "1.5")
    with pytest.raises(ConfigError) as refused:
        read_settings()
    assert set(str(refused.value).splitlines()) == {
        "Settings cannot be used:",
        "  JIENENG_STATE_DIR: it must be a path in quotes",
        "  JIENENG_HTTP_PORT: '70000' is not possible; it must be a whole number from 0 to 65535",
        "  JIENENG_LANGUAGE: 'fr' is not possible; it must be zh or en",
        "  JIENENG_CLIENT_ID: it must be a text in quotes, not empty",
        "  JIENENG_ROUND_SECONDS: '1.5' is not possible; it must be a whole number of at least 1",
    }
    assert set(refused.value.told("zh").splitlines()) == {
        "这些设置不可用：",
        "  JIENENG_STATE_DIR：应为引号中的路径",
        "  JIENENG_HTTP_PORT：值 '70000' 不可用；应为整数，从 0 到 65535",
        "  JIENENG_LANGUAGE：值 'fr' 不可用；应为 zh 或 en",
        "  JIENENG_CLIENT_ID：应为引号中的文字，不能为空",
        "  JIENENG_ROUND_SECONDS：值 '1.5' 不可用；应为整数，不小于 1",
    }


def test_an_impossible_secret_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "jieneng.toml").write_text('influxdb_token = 4711\nrecords_url = ["s3cret"]\n')
    with pytest.raises(ConfigError, match="JIENENG_INFLUXDB_TOKEN: it must be a text") as refused:
        read_settings()
    for language in ("zh", "en"):
        assert "4711" not in refused.value.told(language)
        assert "s3cret" not in refused.value.told(language)


@pytest.mark.parametrize("line", ["colour = 1", "[colour]\nred = 1"])
def test_an_unknown_line_in_the_file_is_refused(line: str, tmp_path: Path) -> None:
    (tmp_path / "jieneng.toml").write_text(f"{line}\n")
    with pytest.raises(ConfigError) as refused:
        read_settings()
    assert (
        "  jieneng.toml: 'colour' is not a setting; all settings: docs/settings.md"
        in str(refused.value).splitlines()
    )
    assert "jieneng.toml：'colour' 不是设置项" in refused.value.told("zh")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "jieneng.toml").write_text('\ufeffclient_id = "采集"\n', encoding="utf-8")
    assert read_settings().client_id == "采集"


def test_a_broken_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "jieneng.toml").write_text("broker_url = \n")
    with pytest.raises(ConfigError, match=r"jieneng\.toml"):
        read_settings()


@pytest.mark.parametrize("name", ["BROKER_CA", "BROKER_CERT", "BROKER_KEY"])
def test_a_file_for_the_broker_that_is_not_there_is_told_by_its_setting(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"JIENENG_{name}", "/nowhere/ca.pem")
    with pytest.raises(ConfigError) as refused:
        read_settings()
    assert f"JIENENG_{name}: file /nowhere/ca.pem is not there" in refused.value.told("en")
    assert f"JIENENG_{name}：文件 /nowhere/ca.pem 不存在" in refused.value.told("zh")


@pytest.mark.parametrize("name", ["WEBHOOK_URL", "PUBLIC_URL", "GRAFANA_URL"])
@pytest.mark.parametrize("value", ["foo", "javascript:x", "http://", "http://[s3cret"])
def test_an_address_that_is_not_of_the_web_is_refused(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"JIENENG_{name}", value)
    with pytest.raises(ConfigError) as refused:
        read_settings()
    wanted = f"JIENENG_{name}: it must be an address that begins with http:// or https://"
    assert wanted in refused.value.told("en").split("\n  ")
    assert "以 http:// 或 https:// 开头的地址" in refused.value.told("zh")


def test_addresses_of_the_web_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIENENG_WEBHOOK_URL", "https://hook.example/s3cret")
    monkeypatch.setenv("JIENENG_PUBLIC_URL", "http://10.0.0.1:8787")
    settings = read_settings()
    assert settings.webhook_url.get_secret_value() == "https://hook.example/s3cret"
    assert settings.public_url == "http://10.0.0.1:8787"


def test_mistakes_are_told_in_the_language_that_the_file_asks_for(tmp_path: Path) -> None:
    (tmp_path / "jieneng.toml").write_text('cli_language = "zh"\nhttp_port = 70000\n')
    assert language_of_commands() == "zh"


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "jieneng.toml").mkdir()
    with pytest.raises(ConfigError, match=r"jieneng\.toml is a folder and should be a file"):
        read_settings()
    assert language_of_commands() == "en"


def test_a_token_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIENENG_INFLUXDB_TOKEN", "s3cret")
    settings = read_settings()
    assert "s3cret" not in repr(settings)
    assert settings.influxdb_token.get_secret_value() == "s3cret"


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
