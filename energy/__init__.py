"""The vocabulary of the platform: pure values, no input or output, standard library only."""
