"""From pages that were read to papers: split, classify, assemble; papers that were scanned before."""
