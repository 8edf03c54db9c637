"""Asks the broker once to let us in, as the collector would, without disturbing its session."""

import ssl
import time

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from collector.mqtt.address import Address
from collector.mqtt.paho_client import client_of
from energy.text import Text
from jieneng.file_words import reason_of

ANSWER_S = 5.0
_STEP_S = 0.1


def broker_problem(address: Address, *, client_id: str, version: int) -> Text | None:
    """Return why the broker does not let us in; None if it does.

    The session is named after the collector's and forgotten at once, so that neither the
    collector's connection nor what waits for it is touched.

    Args:
        address: Of the broker, with user, password and certificates.
        client_id: Of the collector.
        version: Of MQTT, as its packets number it.
    """
    answers: list[ReasonCode] = []
    try:
        client = client_of(address, f"{client_id}-check", version, is_kept=False)
    except OSError as error:
        return _untrusted(error)
    client.connect_timeout = ANSWER_S
    client.on_connect = lambda _client, _userdata, _flags, reason, _properties: answers.append(
        reason
    )
    try:
        client.connect(address.host, address.port, keepalive=int(ANSWER_S))  # a handshake's, too
        code = _await(client, answers)
    except ssl.SSLError as error:
        return _untrusted(error)
    except (OSError, ValueError) as error:
        reason = _words(error)
        return reason + Text("；请检查它是否在运行", "; check that it runs")
    finally:
        client.disconnect()
    if answers:
        return _refused(answers[0]) if answers[0].is_failure else None
    if code != mqtt.MQTT_ERR_SUCCESS:
        return Text(
            f"没有让我们进入就结束了连接（{mqtt.error_string(code)}）",
            f"ended the connection without letting us in ({mqtt.error_string(code)})",
        )
    return Text(
        f"接受了连接，但 {ANSWER_S:.0f} 秒内没有按 MQTT 应答",
        f"takes the connection but does not answer in MQTT within {ANSWER_S:.0f} s",
    )


def _await(client: mqtt.Client, answers: list[ReasonCode]) -> MQTTErrorCode:
    deadline = time.monotonic() + ANSWER_S
    code = mqtt.MQTT_ERR_SUCCESS
    while not answers and code == mqtt.MQTT_ERR_SUCCESS and time.monotonic() < deadline:
        code = client.loop(_STEP_S)
    return code


def _words(error: Exception) -> Text:
    if isinstance(error, OSError):
        return reason_of(error)
    said = str(error) or type(error).__name__
    return Text(said, said)


def _untrusted(error: OSError) -> Text:
    reason, files = _words(error), "JIENENG_BROKER_CA, JIENENG_BROKER_CERT, JIENENG_BROKER_KEY"
    return Text(
        f"TLS 连接不成（{reason.zh}）；请检查 {files} 指定的文件",
        f"no TLS connection ({reason.en}); check the files that {files} name",
    )


def _refused(reason: ReasonCode) -> Text:
    return Text(
        f"拒绝我们（{reason}）；请检查用户名、密码和权限",
        f"refuses us ({reason}); check user, password and what they may do",
    )
