"""The terminal of a mobile carrier's shop."""
