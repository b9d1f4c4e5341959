"""SMS through a carrier's message centre by SMPP 3.4."""
