"""What it costs to ask what need not be handed in again, beside an index of a million records."""
