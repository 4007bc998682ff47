"""Pages of a scan as pictures (``load``), as a viewer shows them (``viewer``), and whether two of them look alike (``likeness``)."""

from pipeline.pages.load import load_again, load_page
from pipeline.pixels import plausible_dpi

__all__ = ["load_again", "load_page", "plausible_dpi"]
