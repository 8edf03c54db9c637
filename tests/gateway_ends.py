"""Both ends of the line that gateways speak on: what the registry knows, and who connects."""

import threading
from collections.abc import Sequence
from dataclasses import replace

from collector.tcp.gateway_session import GatewayOptions
from energy.meter import Device
from energy.registry import Registry
from formats.gateway_xml import Profile, Value
from simulators.gateway import LostError, SimulatedGateway
from tests.builders import MAIN_METER, registry_of

T0 = 1_767_225_600  # 2026-01-01 08:00 in Shanghai
NOW = (T0 + 86_400) * 1000
BUILDING = "110102A001"
SECRETS = {(BUILDING, "01"): "first-s3cret", (BUILDING, "02"): "second-s3cret"}
_MADE: list[SimulatedGateway] = []
PROFILE = Profile(key=bytes(range(16)), iv=bytes(range(16)))


def meter_of(gateway: str) -> str:
    """Return the name of the metering point behind a gateway."""
    return f"hall_{gateway}"


def registry() -> Registry:
    """Return a registry with one meter behind each of the two gateways."""
    devices = [
        Device(f"{BUILDING}-{gateway}-1", f"{BUILDING}-{gateway}", "gateway_xml", "", "s",
               "Asia/Shanghai")
        for _, gateway in SECRETS
    ]  # fmt: skip
    meters = [
        replace(
            MAIN_METER,
            meter=meter_of(gateway),
            device=f"{BUILDING}-{gateway}-1",
            channel="1",
            tariff="",
        )
        for _, gateway in SECRETS
    ]
    return registry_of(*meters, devices=devices)


def options(port: int = 0, profile: Profile = PROFILE) -> GatewayOptions:
    """Return a listener on loopback for the two gateways."""
    return GatewayOptions(host="127.0.0.1", port=port, profile=profile, secrets=SECRETS)


def gateway(
    port: int, number: str = "01", *, profile: Profile = PROFILE, piece_bytes: int = 0
) -> SimulatedGateway:
    """Return one of the gateways, which knows its secret."""
    made = SimulatedGateway(
        ("127.0.0.1", port),
        profile,
        BUILDING,
        number,
        SECRETS[BUILDING, number],
        piece_bytes=piece_bytes,
    )
    _MADE.append(made)
    return made


def hang_up_all() -> None:
    """Cut the connection of every gateway that was made."""
    while _MADE:
        _MADE.pop().hang_up()


def clock_text(second: int) -> str:
    """Return seconds after T0 as the gateway's wall clock says it; within the first day."""
    hour, minute = divmod(second // 60, 60)
    return f"20260101{8 + hour:02d}{minute:02d}{second % 60:02d}"


def read(end: SimulatedGateway, seconds: Sequence[int]) -> None:
    """Let a gateway read its meter: it shows as many kWh as seconds have passed."""
    for second in seconds:
        end.read_meters(clock_text(second), [Value("1", "1", f"{second}.00", "0")])


def shown(end: SimulatedGateway) -> dict[int, int]:
    """Return what was acknowledged: time [ms] to steps of 0.01 kWh."""
    return {
        (T0 + second) * 1000: 100 * second
        for packet in end.acknowledged
        for second in [int(packet.values[0].text.removesuffix(".00"))]
    }


def deliver_all(end: SimulatedGateway, stop: threading.Event) -> int:
    """Deliver what waits, connecting anew as often as needed; return how often it was lost."""
    lost = 0
    while end.waiting and not stop.is_set():
        try:
            if end.is_connected or end.connect():
                end.deliver()
        except LostError:
            end.hang_up()
            lost += 1
            stop.wait(0.02)
    return lost
