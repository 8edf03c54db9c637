"""What devices say: readings to MQTT messages, and messages to a broker."""
