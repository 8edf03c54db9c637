"""Settings come from arguments, environment and jieneng.toml, in this order; mistakes are told."""

from pathlib import Path

import pytest

from energy.errors import ConfigError
from jieneng.settings import Settings, read_settings


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


def test_all_impossible_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIENENG_HTTP_PORT", "70000")
    monkeypatch.setenv("JIENENG_LANGUAGE", "fr")
    with pytest.raises(ConfigError) as told:
        read_settings()
    assert "JIENENG_HTTP_PORT" in str(told.value)
    assert "JIENENG_LANGUAGE" in str(told.value)


def test_an_unknown_line_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "jieneng.toml").write_text("colour = 1\n")
    with pytest.raises(ConfigError, match="COLOUR"):
        read_settings()


def test_a_broken_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "jieneng.toml").write_text("broker_url = \n")
    with pytest.raises(ConfigError, match=r"jieneng\.toml"):
        read_settings()


def test_a_token_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIENENG_INFLUXDB_TOKEN", "s3cret")
    settings = read_settings()
    assert "s3cret" not in repr(settings)
    assert settings.influxdb_token.get_secret_value() == "s3cret"


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
