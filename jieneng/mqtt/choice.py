"""Which broker a command starts; apart from what starts it, so that --help is quick."""

from enum import StrEnum


class BrokerChoice(StrEnum):
    """Which broker is started."""

    AUTO = "auto"
    MOSQUITTO = "mosquitto"
    AMQTT = "amqtt"
