"""What a month costs by its tariff in full, and a bill beside it."""
