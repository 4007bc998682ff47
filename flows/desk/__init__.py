"""What an officer does at the station: her queues, papers divided and put together, pages as pictures, signing in."""
