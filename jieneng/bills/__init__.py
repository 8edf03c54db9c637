"""Bills at the command line: kept, held to the meters, made by tariff."""
