"""How our own reader is made: lines are drawn, scanned and cut as reading does it, and networks learn from them.

Nothing here is needed to run Sohoa. ``docs/training.md`` tells the order of the work and the commands.
"""
