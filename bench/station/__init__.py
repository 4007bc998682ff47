"""The counter, measured in a real browser on a real server: keys for each paper, wrong values that a clerk would see, waiting."""
