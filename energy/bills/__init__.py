"""Bills of suppliers and the accounts that they are for."""
