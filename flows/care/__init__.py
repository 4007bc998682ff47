"""The care of the archive: every byte again, time-stamps renewed before they end."""
