"""From pages that were read to papers: separator sheets, split, classify; papers that were scanned before."""
