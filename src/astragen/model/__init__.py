"""The data of the sentence: frozen, versioned, free of I/O, clocks and randomness."""
