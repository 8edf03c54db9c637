"""The broker's address, as one setting gives it."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from energy.errors import ConfigError
from energy.text import Text

PLAIN_PORT = 1883
TLS_PORT = 8883


@dataclass(frozen=True)
class Address:
    """Where the broker is and as whom we speak to it."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    ca_file: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def address_of(url: str, *, ca_file: str = "") -> Address:
    """Return the address in a broker URL.

    Raises:
        ConfigError: If the URL is not mqtt://[user:password@]host[:port] or mqtts://.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise ConfigError(
            Text(
                f"JIENENG_BROKER_URL：端口应是 0 到 65535 的数字（{error}）。",
                f"JIENENG_BROKER_URL: the port should be a number from 0 to 65535 ({error}).",
            )
        ) from error
    if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname:
        raise ConfigError(
            Text(
                "JIENENG_BROKER_URL 应写成 mqtt://用户:密码@主机:端口，用 TLS 时写 mqtts://。",
                "JIENENG_BROKER_URL should be mqtt://user:password@host:port, or mqtts:// for TLS.",
            )
        )
    tls = parts.scheme == "mqtts"
    return Address(
        host=parts.hostname,
        port=port or (TLS_PORT if tls else PLAIN_PORT),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        ca_file=ca_file,
    )
