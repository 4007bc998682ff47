"""How scans come in, besides a command: a scanner's hot folder, a network scanner (eSCL), what is handed in through the server."""
