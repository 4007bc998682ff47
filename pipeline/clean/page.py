"""The order of cleaning."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.model import Page, ScanPage
from schemas.geometry import IDENTITY


def clean_page(scan_page: ScanPage) -> Page:
    """Make the working copy of a page."""
    picture = scan_page.picture
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return Page(scan_page.number, np.asarray(grey, np.uint8), scan_page.dpi, IDENTITY)
