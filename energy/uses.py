"""What energy is used for, as far as a form of the statistics system asks for it apart."""

from energy.text import Text

PURCHASED, OWN_GENERATION, HEATING, VEHICLE, DATA_CENTRE = (
    "", "own_generation", "heating", "vehicle", "data_centre",
)  # fmt: skip
USES = (PURCHASED, OWN_GENERATION, HEATING, VEHICLE, DATA_CENTRE)
"""The words a meter, a bill and a line may bear; "" is all of a kind."""

LABELS = {
    PURCHASED: Text("", ""),
    OWN_GENERATION: Text("自发自用", "own generation"),
    HEATING: Text("供暖", "heating"),
    VEHICLE: Text("公务用车", "vehicles"),
    DATA_CENTRE: Text("数据中心", "data centre"),
}
"""A use to what people call it."""
