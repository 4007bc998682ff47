"""A batch of the backlog: what it is made of, begun, worked off, its figures and its report."""
