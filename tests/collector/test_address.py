"""What one setting says of a broker."""

import pytest

from collector.mqtt.address import Address, address_of
from energy.errors import ConfigError


def test_an_address_says_host_port_user_and_encryption() -> None:
    assert address_of("mqtts://li:p%40ss@broker.example") == Address(
        host="broker.example",
        port=8883,
        user="li",
        password="p@ss",  # noqa: S106
        tls=True,
        ca_file="",
    )
    assert address_of("mqtt://localhost").port == 1883


@pytest.mark.parametrize("url", ["", "http://a", "mqtt://", "mqtt://a:99999"])
def test_an_address_that_cannot_be_read_is_refused_with_the_setting(url: str) -> None:
    with pytest.raises(ConfigError, match="JIENENG_BROKER_URL"):
        address_of(url)
