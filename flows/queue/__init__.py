"""Work from the ledger, on this machine: leases, the pool of processes, how a run waits and ends."""
