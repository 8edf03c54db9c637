"""What truly happened in a simulation beside what the ledger says."""
