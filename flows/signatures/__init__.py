"""Who signs and when: at once, later, in two steps with a key elsewhere; signatures that scans bring along; time-stamps renewed."""
