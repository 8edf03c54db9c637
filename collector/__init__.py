"""Takes what devices say over MQTT and TCP, loses none of it, and brings it to the store.

The way of a message through the folders: `mqtt` speaks with the broker, `receiving` decides when to
read, commit and acknowledge, `taking` decodes and gathers, `screening` tells readings from what
cannot be one, `refused` keeps the latter, `keeping` is what is on disk, `shipper.py` goes on to the
store. `replaying` gives shipped readings to a store again, `tcp` listens to gateways, `telling`
answers people. `collector.py` puts all of it together.
"""
