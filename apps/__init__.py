"""Who asks: command line, HTTP API, counter station, report."""
