"""How far a field may be trusted: its evidence, and the confidence fitted to it."""
