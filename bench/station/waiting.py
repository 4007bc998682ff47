"""From dropping a scan on the page to its fields on screen, against bare Tesseract on the same file."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from time import monotonic

from PIL import Image

from tests.station.clerk import Clerk


def dropped(clerk: Clerk, scan: Path, dossier: str) -> float:
    """Seconds until the fields of the scan are there to be looked at, and its picture beside them."""
    clerk.open_dossier(dossier)
    began = monotonic()
    clerk.page.set_input_files("#files", str(scan))
    clerk.page.evaluate(_THERE)
    return monotonic() - began


_THERE = """() => new Promise((there) => {
    const look = () => document.querySelector("#left:not(:empty)") && document.querySelector("page-viewer:not([aria-busy]) .stage:not([hidden])")
        ? there() : requestAnimationFrame(look);
    look();
})"""
"""Looks at every frame: Playwright's own waiting looks twice a second in the end, which made us up to half a second slower than we are."""


def usual(scan: Path) -> bool:
    """Whether a scan is one page at 300 dpi."""
    with Image.open(scan) as picture:
        return getattr(picture, "n_frames", 1) == 1 and round(picture.info.get("dpi", (0, 0))[0]) == 300


def tesseract(scan: Path) -> float:
    """Seconds of ``tesseract FILE - -l vie``, one thread as ours."""
    began = monotonic()
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    subprocess.run(
        ["tesseract", str(scan), "-", "-l", "vie"], env=environment, capture_output=True, check=True
    )
    return monotonic() - began
