"""Every setting of the platform: one frozen object, read once from jieneng.toml and environment."""

import os
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from energy.errors import ConfigError
from energy.text import Text
from jieneng.settings_mistakes import (
    ALL_SETTINGS,
    NO_FILE,
    NO_WEB_ADDRESS,
    PREFIX,
    SETTINGS_FILE,
    mistake,
)


class _TomlFile(TomlConfigSettingsSource):
    """jieneng.toml."""

    def _read_file(self, file_path: Any) -> dict[str, Any]:  # noqa: ANN401 - a type of theirs
        return _read_toml(file_path)


def _read_toml(path: Path) -> dict[str, Any]:
    """Read it with or without the byte order mark that editors on Windows write."""
    return tomllib.loads(path.read_bytes().decode("utf-8-sig"))


class Settings(BaseSettings):
    """Addresses and limits. The environment (JIENENG_NAME) wins over jieneng.toml.

    Secrets belong in the environment; what describes buildings belongs in the registry.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        toml_file=SETTINGS_FILE,
        frozen=True,
        extra="forbid",
        env_ignore_empty=True,
    )

    broker_url: str = Field(
        "mqtt://127.0.0.1:1883",
        description="MQTT broker: mqtt://user:password@host:port, or mqtts:// for TLS.",
    )
    broker_ca: str = Field("", description="File with the CA certificate of a TLS broker.")
    broker_cert: str = Field(
        "", description="File with our own certificate, where the broker asks for one."
    )
    broker_key: str = Field("", description="File with its key; empty when it is in the same file.")
    mqtt_version: Literal["3.1.1", "5"] = Field(
        "3.1.1", description="Version of MQTT that the collector speaks."
    )
    mqtt_client: Literal["own", "paho"] = Field(
        "own",
        description="Client that the collector speaks MQTT with: our own, which needs far less "
        "CPU, or paho.",
    )
    gateway_listen: str = Field(
        "",
        description="Where gateways that speak XML over TCP connect: PORT on loopback, or "
        "host:port. Empty: nowhere.",
    )
    gateway_profile: str = Field(
        "", description="TOML file: how these gateways speak, and the secret of each."
    )
    collector_listen: str = Field(
        "",
        description="Where the collector answers /metrics and /health over HTTP: PORT on "
        "loopback, or host:port. Empty: nowhere.",
    )
    store_url: str = Field(
        "",
        description="Store of readings: duckdb:PATH, memory:, "
        "influxdb+http://host:8086?org=ORG&raw=readings&derived=boards (2.x) or "
        "influxdb1+http://host:8086?raw=readings&derived=boards (1.8). "
        "Empty: DuckDB in the state folder.",
    )
    records_url: str = Field(
        "",
        description="Records: sqlite:PATH or postgresql://user:password@host/database. "
        "Empty: SQLite in the state folder.",
    )
    state_dir: Path = Field(
        Path("data"),
        description="Folder of the spool, the collector's state, the socket and the embedded "
        "stores.",
    )
    influxdb_token: SecretStr = Field(
        SecretStr(""), description="Token of InfluxDB 2; demanded where it is used."
    )
    public_url: str = Field(
        "",
        description="Address under which people open the console; alerts link to it. "
        "Empty: http://HTTP_HOST:HTTP_PORT.",
    )
    http_host: str = Field("127.0.0.1", description="Address the console and JSON listen on.")
    http_port: int = Field(8787, ge=0, le=65535, description="Their port; 0 picks a free one.")
    language: Literal["zh", "en"] = Field(
        "zh", description="Language of the console; messages of commands follow cli_language."
    )
    cli_language: Literal["zh", "en"] = Field("en", description="Language of what commands print.")
    client_id: str = Field(
        "jieneng-collector", min_length=1, description="MQTT client id; one a collector, stable."
    )
    partition: str = Field(
        "",
        description="Which of several collectors this one is, such as 1/4; the option --partition "
        "wins. Empty: there is one.",
    )
    topics: str = Field(
        "",
        description="Topic filters that this collector subscribes to, separated by commas. Empty: "
        "all that formats and registry name.",
    )
    round_seconds: int = Field(60, ge=1, description="Seconds between two analytics rounds.")
    spool_max_mb: int = Field(
        4096, ge=1, description="Size of the spool at which the collector stops acknowledging."
    )
    waiting_hours: int = Field(
        24, ge=1, description="Hours that readings may wait for the store before it is an alarm."
    )
    rawlog_days: int = Field(
        30,
        ge=0,
        description="Days that shipped segments of the spool are kept compressed; 0: none.",
    )
    rawlog_max_mb: int = Field(
        4096, ge=1, description="Size of the kept segments beyond which the oldest go."
    )
    dead_letters_max_mb: int = Field(
        200,
        ge=1,
        description="Room for dead letters; beyond it only their first 4 kB are kept.",
    )
    future_minutes: int = Field(
        10, ge=0, description="A reading further in the future than this is a dead letter."
    )
    ack_window: int = Field(
        20,
        ge=1,
        description="Smallest window of unacknowledged messages of the brokers in use; above it, "
        "what a broker held passes for new.",
    )
    retention_raw_years: int = Field(
        3, ge=1, description="Years that raw readings are kept; older ones are refused."
    )
    retention_hourly_years: int = Field(10, ge=1, description="Years that hourly amounts are kept.")
    webhook_url: SecretStr = Field(
        SecretStr(""), description="Address that alerts are posted to as JSON; empty: no alerts."
    )
    alert_token: SecretStr = Field(
        SecretStr(""),
        description="Secret with which Grafana hands its own alerts to us; empty: none is taken.",
    )
    grafana_url: str = Field("", description="Grafana to publish boards to.")
    grafana_token: SecretStr = Field(
        SecretStr(""), description="Service account token of Grafana; demanded by boards publish."
    )

    @field_validator("broker_ca", "broker_cert", "broker_key", "gateway_profile")
    @classmethod
    def _is_there(cls, path: str) -> str:
        """Refuse a file that is not there: the other side would otherwise seem to be wrong."""
        if path and not Path(path).is_file():
            raise PydanticCustomError(NO_FILE, "no file")
        return path

    @field_validator("public_url", "webhook_url", "grafana_url")
    @classmethod
    def _is_of_the_web(cls, address: str | SecretStr) -> str | SecretStr:
        """Refuse what no browser should follow and nothing can be posted to."""
        text = address if isinstance(address, str) else address.get_secret_value()
        try:
            parts = urlsplit(text)
        except ValueError:
            parts = urlsplit("")
        if text and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise PydanticCustomError(NO_WEB_ADDRESS, "no address of the web")
        return address

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, _TomlFile(settings_cls)

    @cached_property
    def store(self) -> str:
        """Address of the store in force."""
        return self.store_url or f"duckdb:{self.state_dir / 'readings.duckdb'}"

    @cached_property
    def records(self) -> str:
        """Address of the records in force."""
        return self.records_url or f"sqlite:{self.state_dir / 'records.sqlite'}"

    @property
    def is_embedded(self) -> bool:
        """Whether the store lets one process in."""
        return not self.store.startswith("influxdb")

    @cached_property
    def console_url(self) -> str:
        """Address that people open."""
        return self.public_url or f"http://{self.http_host}:{self.http_port}"


def read_settings(*, state: Path | None = None) -> Settings:
    """Read the settings in force.

    Args:
        state: A state folder given on the command line; wins over file and environment.

    Raises:
        ConfigError: If a setting is unknown or its value is not possible; all of them at once.
    """
    _refuse_unknown()
    if Path(SETTINGS_FILE).is_dir():
        raise ConfigError(
            Text(
                f"{SETTINGS_FILE} 是文件夹，而应是文件；请把它移走。",
                f"{SETTINGS_FILE} is a folder and should be a file; move it away.",
            )
        )
    try:
        return Settings(state_dir=state) if state else Settings()
    except ValidationError as error:
        told = [mistake(one, Settings.model_fields) for one in error.errors()]
        zh = "\n  ".join(["这些设置不可用：", *(text.zh for text in told)])
        en = "\n  ".join(["Settings cannot be used:", *(text.en for text in told)])
        raise ConfigError(Text(zh, en)) from error
    except (OSError, ValueError) as error:  # a jieneng.toml that is not TOML in UTF-8
        problem = Text(
            f"无法读取 {SETTINGS_FILE}：{error}", f"{SETTINGS_FILE} cannot be read: {error}"
        )
        raise ConfigError(problem) from error


def language_of_commands() -> str:
    """Return the language to say an error in, even when it is the settings that cannot be read."""
    try:
        return read_settings().cli_language
    except ConfigError:
        return os.environ.get(f"{PREFIX}CLI_LANGUAGE") or _language_in_file()


def _language_in_file() -> str:
    """Return what jieneng.toml says of the language, whatever else is wrong in it."""
    try:
        return str(_read_toml(Path(SETTINGS_FILE)).get("cli_language", "en"))
    except (OSError, ValueError):  # no file, or one that is not TOML in UTF-8
        return "en"


def _refuse_unknown() -> None:
    """A misspelt setting must not be silently without effect."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    # Read by tests, benchmarks and the shell, not by the platform.
    known |= {f"{PREFIX}REQUIRE_SERVERS", f"{PREFIX}DATA"}
    unknown = [name for name in os.environ if name.startswith(PREFIX) and name not in known]
    if unknown:
        problem = Text(
            f"环境变量 {'、'.join(sorted(unknown))} 不是设置项；",
            f"Environment variable {', '.join(sorted(unknown))} is not a setting; ",
        )
        raise ConfigError(problem + ALL_SETTINGS)
