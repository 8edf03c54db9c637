"""Files and events that people give into the registry, judged as a whole."""
