"""What an institution signs: amounts of a period with cost, standard coal, CO2 and intensities."""
