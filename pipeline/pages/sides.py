"""How small and how large a page may be: PDF/A allows no other sides (ISO 19005-2, 6.1.13)."""

LEAST_SIDE, MOST_SIDE = 3.0, 14400.0
"""In points."""
