"""What the demo says of the broker it starts."""

from jieneng.mqtt.demo_broker import amqtt_line


def test_amqtt_is_said_to_stand_in_for_mosquitto_only_where_that_is_missing() -> None:
    chosen, missing = amqtt_line(is_stand_in=False), amqtt_line(is_stand_in=True)

    assert chosen.en == "Broker: amqtt in this process; it keeps nothing over restarts."
    assert chosen.zh == "消息代理：本进程内的 amqtt；重启后什么都不保留。"
    assert "(mosquitto is not on PATH)" in missing.en
    assert "PATH 中没有 mosquitto" in missing.zh
