"""Readings from files: read as rows of text, judged as by MQTT, sorted, compared, handed on."""
