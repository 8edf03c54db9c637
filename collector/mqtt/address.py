"""The broker's address, as one setting gives it."""

import ssl
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
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""

    def tls_context(self) -> ssl.SSLContext:
        """Return what a TLS connection trusts and how it shows who we are.

        Raises:
            OSError: If a file is not there or is no certificate or key.
        """
        context = ssl.create_default_context(cafile=self.ca_file or None)
        if self.cert_file:
            context.load_cert_chain(self.cert_file, self.key_file or None)
        return context

    @property
    def settings(self) -> str:
        """Settings that say where the broker is, and over TLS whom we trust and who we are."""
        if not self.tls:
            return "JIENENG_BROKER_URL"
        return "JIENENG_BROKER_URL, JIENENG_BROKER_CA, JIENENG_BROKER_CERT, JIENENG_BROKER_KEY"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def address_of(url: str, *, ca_file: str = "", cert_file: str = "", key_file: str = "") -> Address:
    """Return the address in a broker URL.

    Args:
        url: mqtt://[user:password@]host[:port], or mqtts:// for TLS.
        ca_file: CA certificate of a TLS broker; empty for those the system trusts.
        cert_file: Our own certificate, where the broker asks for one.
        key_file: Its key; empty when it is in the same file.

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
        cert_file=cert_file,
        key_file=key_file,
    )
