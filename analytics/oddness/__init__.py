"""How odd each hour of a meter is, without labels: several views, one score."""
