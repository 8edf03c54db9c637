"""What the engine on InfluxDB is made of: addresses, questions, lines, refusals."""
