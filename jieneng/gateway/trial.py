"""The work of ``jieneng gateway simulate``: a gateway that does not exist, on the real listener."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from energy.errors import ConfigError, UnreachableError
from energy.span import from_ms
from energy.text import Text
from formats.gateway_xml import Value
from jieneng.clock import now_ms
from jieneng.gateway.profile import address_of, read_gateways
from jieneng.settings import Settings
from simulators.gateway import LostError, SimulatedGateway

QUARTER_MS = 15 * 60_000
STEP = 0.25


@dataclass(frozen=True)
class Trial:
    """What the person asked for.

    Attributes:
        building: Code of the building.
        gateway: Number of the gateway there.
        meters: Numbers of its meters.
        function: Number of the function that each of them has.
        reports: Readings of each meter, a quarter of an hour apart, the last one now.
        start: What the meters show at first; each reading shows a quarter more.
        to: Where to connect; empty: where the settings listen.
        pieces: Bytes of the pieces that frames are cut into; 0: whole.
    """

    building: str
    gateway: str
    meters: tuple[str, ...]
    function: str
    reports: int
    start: float
    to: str
    pieces: int


def try_gateway(settings: Settings, trial: Trial) -> tuple[int, str]:
    """Return how many packets were acknowledged, and the time that a heart beat was answered with.

    Raises:
        ConfigError: If the settings or the file do not say how, or do not list the gateway.
        UnreachableError: If the platform does not answer, or does not let the gateway in.
    """
    end = _gateway(settings, trial)
    zone, now = ZoneInfo(end.profile.timezone), now_ms() // QUARTER_MS * QUARTER_MS
    for number in range(trial.reports):
        time = from_ms(now - (trial.reports - 1 - number) * QUARTER_MS).astimezone(zone)
        shown = f"{trial.start + STEP * number:.2f}"
        values = [Value(meter, trial.function, shown, "0") for meter in trial.meters]
        end.read_meters(time.strftime("%Y%m%d%H%M%S"), values)
    host, port = end.address
    try:
        if end.connect():
            return end.deliver(), end.beat()
    except LostError as error:
        raise UnreachableError(
            Text(
                f"{host}:{port} 没有确认（{error}）。平台的日志写明原因。",
                f"{host}:{port} did not acknowledge ({error}). The log of the platform says why.",
            )
        ) from error
    finally:
        end.hang_up()
    raise UnreachableError(
        Text(
            f"{host}:{port} 不让网关登录：密钥或 md5_of 与平台的不一致。",
            f"{host}:{port} does not let the gateway in: its secret or md5_of is not the "
            "platform's.",
        )
    )


def _gateway(settings: Settings, trial: Trial) -> SimulatedGateway:
    host, port = address_of(trial.to or settings.gateway_listen)
    if not settings.gateway_profile:
        raise ConfigError(
            Text(
                "请用 JIENENG_GATEWAY_PROFILE 指定网关参数文件。",
                "Name the file of the gateways with JIENENG_GATEWAY_PROFILE.",
            )
        )
    options = read_gateways(Path(settings.gateway_profile), host=host, port=port)
    secret = options.secrets.get((trial.building, trial.gateway))
    if secret is None:
        raise ConfigError(
            Text(
                f"{settings.gateway_profile} 里没有网关 {trial.building} {trial.gateway}。",
                f"{settings.gateway_profile} does not list gateway {trial.building} "
                f"{trial.gateway}.",
            )
        )
    return SimulatedGateway(
        (host, port),
        options.profile,
        trial.building,
        trial.gateway,
        secret,
        piece_bytes=trial.pieces,
    )
