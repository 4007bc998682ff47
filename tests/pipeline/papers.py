"""Small scans for the tests of intake and pages: one asymmetric picture in many wrappings."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image


def picture(mode: str = "RGB", size: tuple[int, int] = (640, 880)) -> Image.Image:
    """Every corner differs, so that no turn or mirroring goes unseen."""
    width, height = size
    pixels = np.full((height, width, 3), 255, np.uint8)
    pixels[10:90, 10:150] = (200, 20, 20)
    pixels[10:60, width - 60 : width - 10] = (20, 20, 200)
    pixels[height - 130 : height - 10, 10:40] = (0, 0, 0)
    pixels[height // 2, 5:-5] = (0, 120, 0)
    image = Image.fromarray(pixels)
    return (
        image.convert("L").point(lambda v: 255 * (v > 128)).convert("1")
        if mode == "1"
        else image.convert(mode)
    )


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def image_stream(pdf: pikepdf.Pdf, image: Image.Image, kind: str = "flate") -> pikepdf.Stream:
    """An image XObject: "flate" or "jpeg"."""
    space = {"1": "/DeviceGray", "L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}[image.mode]
    common = {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": image.width,
        "/Height": image.height,
        "/ColorSpace": pikepdf.Name(space),
        "/BitsPerComponent": 1 if image.mode == "1" else 8,
    }
    if kind == "jpeg":
        stream = pikepdf.Stream(pdf, encoded(image, "JPEG", quality=95))
        common["/Filter"] = pikepdf.Name.DCTDecode
    else:
        stream = pikepdf.Stream(pdf, image.tobytes())
    for key, value in common.items():
        stream[key] = value
    return stream


def add_page(
    pdf: pikepdf.Pdf,
    image: pikepdf.Stream | None,
    content: str,
    box: tuple[float, float] = (153.6, 211.2),
    **entries: object,
) -> pikepdf.Page:
    """A page with /Im0, /F0 and this content; the default box shows ``picture()`` at 300 dpi."""
    page = pdf.add_blank_page(page_size=box)
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.obj["/Resources"] = pikepdf.Dictionary(Font=pikepdf.Dictionary(F0=font))
    if image is not None:
        page.obj["/Resources"]["/XObject"] = pikepdf.Dictionary(Im0=image)
    page.obj["/Contents"] = pikepdf.Stream(pdf, content.encode())
    for key, value in entries.items():
        page.obj["/" + key] = value
    return page


FULL = "q 153.6 0 0 211.2 0 0 cm /Im0 Do Q"


def one_picture_pdf(
    path: Path, image: Image.Image | None = None, content: str = FULL, **entries: object
) -> Path:
    pdf = pikepdf.new()
    add_page(pdf, image_stream(pdf, image or picture()), content, **entries)
    pdf.save(path)
    return path
