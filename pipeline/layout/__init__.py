"""Layout: where the lines of text are, and in which order a person reads them."""
