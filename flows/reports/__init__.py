"""Figures for managers: digitization and reuse, how well papers were read, what to digitize next."""
