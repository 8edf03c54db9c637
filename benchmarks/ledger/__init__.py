"""Speed and memory of the ledger, measured beside plain pandas: ``make bench-ledger``."""
