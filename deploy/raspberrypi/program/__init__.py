"""Makes the program of a box, whole, for a kind of machine."""
