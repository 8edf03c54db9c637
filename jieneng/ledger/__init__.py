"""What the commands of the ledger say: amounts, statements, closing, why, as of."""
