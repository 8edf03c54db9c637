"""From readings to amounts, ledgers and findings."""
