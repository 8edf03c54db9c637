"""The address of an InfluxDB server, as JIENENG_STORE_URL names it."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from energy.errors import ConfigError
from energy.text import Text

_FORM_2 = "influxdb+http://host:8086?org=district&raw=readings&derived=boards"
_FORM_1 = "influxdb1+http://host:8086?raw=readings&derived=boards"


@dataclass(frozen=True)
class Address:
    """Where a server is and what ours is called there.

    Attributes:
        url: Scheme, host and port.
        legacy: Whether it is 1.8, with databases and users, rather than 2.x.
        org: Organisation (2.x).
        raw: Bucket or database of raw readings.
        derived: Bucket or database of derived tables.
        token: API token (2.x), or user:password (1.8); not part of any text.
    """

    url: str
    legacy: bool
    org: str
    raw: str
    derived: str
    token: str = field(repr=False)

    @property
    def is_far(self) -> bool:
        """Whether writes go over a network, where fewer bytes are worth the time to compress."""
        host = urlsplit(self.url).hostname or ""
        return host != "localhost" and not host.startswith("127.") and host != "::1"

    @classmethod
    def read(cls, url: str, token: str) -> "Address":
        """Return the parts of a store's address.

        Raises:
            ConfigError: If it is not of the form that storage.opening.open_store names.
        """
        parts = urlsplit(url)
        name, _, scheme = parts.scheme.partition("+")
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        legacy = name == "influxdb1"
        wanted = {"raw", "derived"} | (set() if legacy else {"org"})
        if not parts.hostname or set(options) != wanted:
            problem = Text(
                f"InfluxDB 的地址（{parts.hostname or '没有主机'}）必须写明 "
                f"{'、'.join(sorted(wanted))}，不能有别的参数，例如 {_FORM_2}（2.x）或 "
                f"{_FORM_1}（1.8）。",
                f"The address of InfluxDB at {parts.hostname or 'no host'} must name "
                f"{', '.join(sorted(wanted))} and nothing else, as in {_FORM_2} (2.x) or "
                f"{_FORM_1} (1.8).",
            )
            raise ConfigError(problem)
        if options["raw"] == options["derived"]:
            problem = Text(
                "InfluxDB 的原始表和派生表必须放在两个不同的 bucket 中。",
                "Raw and derived tables of InfluxDB must lie in two buckets.",
            )
            raise ConfigError(problem)
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        port = f":{parts.port}" if parts.port else ""
        if legacy and parts.username:
            token = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        return cls(
            url=f"{scheme}://{host}{port}",
            legacy=legacy,
            org=options.get("org", "-"),
            raw=options["raw"],
            derived=options["derived"],
            token=token,
        )
