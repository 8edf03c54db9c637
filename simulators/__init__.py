"""A district that does not exist, with its truth: meets the platform on the line alone.

scenario_files   a file that a person writes, to a scenario
houses           what stands where, and how its meters hang on devices
weather, loads   what is used, slot by slot
replaying        real readings instead
trees            what truly flows through each meter, waste and changes with it
meters           what registers show of it and when it is said, faults and all
speech           as which messages, and to a broker
truth            what truly happened, as files
checks           what a scenario asks of a registry
"""
