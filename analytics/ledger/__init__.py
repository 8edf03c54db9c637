"""Amounts to periods, cost, standard coal and CO2."""
