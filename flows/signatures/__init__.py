"""When copies are signed: at once, later, in two steps with a key elsewhere, by whom an officer chose."""
