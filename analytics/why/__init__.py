"""Why a figure is what it is: what it stands on, and the figure worked out again from that."""
