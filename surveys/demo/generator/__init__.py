"""The generator of the invented demo project: same seed, same bytes, on every machine."""
