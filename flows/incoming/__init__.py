"""How scans come in, besides a command: hot folders, a network scanner (eSCL), what is handed in through the server."""
