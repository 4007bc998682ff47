"""The parts of a look at a record and of a change to it, which ``flows.records`` puts behind its one door."""
