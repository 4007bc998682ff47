"""Dossiers (*hồ sơ*): their codes and days, which papers serve in them, how they stand, what happened, the receipt."""
