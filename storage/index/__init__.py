"""The index: SQL rows derived from the archive, which can be thrown away and rebuilt."""
