"""Gateways that speak over TCP instead of MQTT."""
