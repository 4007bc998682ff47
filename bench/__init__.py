"""What we claim, measured: each benchmark runs us and a peer on the same input and prints ratios."""
