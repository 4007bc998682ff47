"""From words as a recogniser gives them to values: typed, spelled as they ought to be, with the checks that they passed."""
