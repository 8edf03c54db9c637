"""What energy is used for, as far as a form of the statistics system asks for it apart."""

PURCHASED, OWN_GENERATION, HEATING, VEHICLE, DATA_CENTRE = (
    "", "own_generation", "heating", "vehicle", "data_centre",
)  # fmt: skip
USES = (PURCHASED, OWN_GENERATION, HEATING, VEHICLE, DATA_CENTRE)
"""The words a meter, a bill and a line may bear; "" is all of a kind."""
