"""Where tasks for people come from: one file a source, each finds its own."""
