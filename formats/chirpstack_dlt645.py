"""ChirpStack v4 uplinks whose bytes are DL/T 645-2007 frames of electricity meters.

It reads the uplinks of the topics that devices.csv names. Channels are those of the format
``dlt645``; the time is that of the uplink.

Source: ChirpStack v4 documentation, "Event types"; DL/T 645-2007.
"""

from formats._chirpstack import format_of, framed
from formats._frames import dlt645

FORMAT = format_of(
    framed(
        name="chirpstack_dlt645",
        label="ChirpStack v4 uplinks with DL/T 645-2007 frames",
        read=dlt645.read_registers,
        write=dlt645.write_registers,
        registers=dlt645.SPOKEN,
    )
)
