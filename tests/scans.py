"""Small scans with a few words, read in a fraction of a second."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipeline.fonts import font_file

FONT = str(font_file("Tinos"))


def page(*lines: str) -> Image.Image:
    """A small page (A6 at 200 dpi) with these lines."""
    image = Image.new("L", (827, 1165), 255)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, 40)
    for number, line in enumerate(lines):
        pen.text((70, 100 + 70 * number), line, font=font, fill=0)
    return image


def write_scan(path: Path, *pages: Sequence[str]) -> Path:
    """A scan with these pages, in the format that the name says."""
    images = [page(*lines) for lines in pages]
    more = {"save_all": True, "append_images": images[1:]} if len(images) > 1 else {}
    images[0].save(path, dpi=(200, 200), **more)
    return path
