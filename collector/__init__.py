"""From MQTT to the store: every reading kept, whatever breaks."""
