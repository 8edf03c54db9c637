"""ChirpStack v4 uplinks whose bytes are CJ/T 188 frames of water, heat and gas meters.

It reads the uplinks of the topics that devices.csv names. Channels are those of the format
``cjt188``; the time is that of the uplink.

Source: ChirpStack v4 documentation, "Event types"; CJ/T 188.
"""

from formats._chirpstack import format_of, framed
from formats._frames import cjt188

FORMAT = format_of(
    framed(
        name="chirpstack_cjt188",
        label="ChirpStack v4 uplinks with CJ/T 188 frames",
        read=cjt188.read_registers,
        write=cjt188.write_registers,
        registers=cjt188.SPOKEN,
    )
)
