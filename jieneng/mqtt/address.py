"""The broker that the settings name, as the collector and ``jieneng check`` both reach it."""

from collector.mqtt.address import Address, address_of
from jieneng.settings import Settings

MQTT_VERSIONS = {"3.1.1": 4, "5": 5}
"""As the packets number them."""


def broker_of(settings: Settings, *, url: str = "") -> Address:
    """Return where the broker is and as whom we speak to it.

    Args:
        settings: Name its address, and the files of a TLS broker.
        url: Wins over the address in the settings: the demo's own broker.

    Raises:
        ConfigError: If the address cannot be read.
    """
    return address_of(
        url or settings.broker_url,
        ca_file=settings.broker_ca,
        cert_file=settings.broker_cert,
        key_file=settings.broker_key,
    )
