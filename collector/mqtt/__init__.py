"""The MQTT side: one interface, two clients behind it."""
