"""Files that an enemy, a broken scanner or an odd program may hand in: generated, mutated, and what becomes of them."""
