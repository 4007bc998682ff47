"""The care of the archive: its bytes, its log, how long it is kept."""
