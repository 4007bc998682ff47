"""Whether a picture that goes into a copy shows there what was read of its file; drawing the page to see it would cost a tenth of reading it.

So each coding is judged by what can go wrong with it, and by a decoder that did not make it:

- JPEG: decoders agree on the usual ones to a level or two, and on no others: what is passed through is of the usual kind
  (``has_one_meaning``). Those inside a TIFF, whose tables were put together, are decoded; those of our own making, at an eighth of their size.
- Faxes, passed through or ours: poppler decodes them, and every pixel counts. Its decoder and libtiff's take odd data each in its own way.
- Without loss: qpdf unpacks them, and every pixel counts.

Measured (A4, 300 dpi, cpu): 18 ms a fax, 35 ms grey without loss, 9 ms a JPEG of our own, 0 ms a JPEG file.
"""

from __future__ import annotations

import subprocess
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.model import Picture
from pipeline.pdfa.carrier import Carrier
from pipeline.pdfa.image import PdfImage
from pipeline.pixels import reduced, to_picture
from schemas.errors import Unreachable

_ROUNDED, _LOSSY = 2, 40
"""Levels by which decoders of one JPEG differ; and by which quality 90 changes the mean of a block."""

_SECONDS = 60
_EIGHTH = 8

_HUFFMAN = {0xC0, 0xC1, 0xC2}
"""Frames of DCT with Huffman coding, sequential or progressive: PDF has no others (ISO 32000-1, 7.4.8)."""

_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN, _JFIF, _ADOBE = 0xDA, 0xE0, 0xEE
_YCBCR = {(1, 2, 3), (0, 1, 2)}
"""Names of the channels of which every decoder knows what they are."""


def has_one_meaning(jpeg: bytes) -> bool:
    """Whether all decoders take a JPEG alike, of one channel or three; those in viewers of PDF heed other marks than those of files.

    Where JFIF says light and colour and Adobe's mark says RGB, browsers believe the former, poppler the latter.
    """
    frames, jfif, adobe = [], False, []
    for marker, body in _segments(jpeg):
        if marker in _FRAMES:
            frames.append((marker, body))
        elif marker == _JFIF and body.startswith(b"JFIF\0"):
            jfif = True
        elif marker == _ADOBE and body.startswith(b"Adobe"):
            adobe.append(body[11:12])
    if len(frames) != 1 or len(adobe) > 1:
        return False
    ((marker, frame),) = frames
    if marker not in _HUFFMAN or len(frame) < 6 or frame[0] != 8 or frame[1:3] == b"\0\0":
        return False
    if frame[5] != 3:
        return frame[5] == 1
    transform = adobe[0] if adobe else None
    if transform == b"\0":
        return not jfif
    return transform in {None, b"\1"} and tuple(frame[6::3][:3]) in _YCBCR


def _segments(jpeg: bytes) -> list[tuple[int, bytes]]:
    """Markers of a JPEG before its first scan, each with what it says."""
    found, at = [], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != _START_OF_SCAN:
        if jpeg[at + 1] == 0xFF:  # filled up
            at += 1
            continue
        length = int.from_bytes(jpeg[at + 2 : at + 4], "big")
        found.append((jpeg[at + 1], jpeg[at + 4 : at + 2 + length]))
        at += 2 + length
    return found


def shows(image: PdfImage, pixels: Picture, *, turned: bool = False) -> bool:
    """Whether a picture shows these pixels in a PDF; ``turned`` where they already lie as it must be turned."""
    if image.filter == "/CCITTFaxDecode":
        found = _by_poppler(image)
    elif image.filter == "/DCTDecode" and not turned:
        return _shows_nearly(image, pixels)
    else:
        found = _by_qpdf(image)
    if turned and found is not None:
        found = np.rot90(np.flipud(found) if image.mirrored else found, -image.quarter_turns)
    if found is None or found.shape != pixels.shape:
        return False
    if image.filter == "/DCTDecode":
        return bool(np.abs(found.astype(np.int16) - pixels).max() <= _ROUNDED)
    return np.array_equal(found, pixels)


def _shows_nearly(image: PdfImage, pixels: Picture) -> bool:
    """Whether a JPEG of our own shows these pixels, each of its blocks one in both."""
    import cv2

    how = cv2.IMREAD_REDUCED_COLOR_8 if pixels.ndim == 3 else cv2.IMREAD_REDUCED_GRAYSCALE_8
    found: Any = cv2.imdecode(np.frombuffer(image.data, np.uint8), how)
    small = reduced(pixels, _EIGHTH)
    if found is None or not has_one_meaning(image.data) or pixels.shape[:2] != (image.height, image.width):
        return False
    found = found[: small.shape[0], : small.shape[1]]
    inside = small[..., ::-1] if small.ndim == 3 else small
    return bool(
        found.shape == inside.shape and cv2.absdiff(found, np.ascontiguousarray(inside)).max() <= _LOSSY
    )


def _by_qpdf(image: PdfImage) -> Picture | None:
    import pikepdf

    file = BytesIO()
    carrier = Carrier(file)
    placed = carrier.add(image)
    carrier.finish()
    with pikepdf.open(file) as pdf:
        stored: Any = pdf.get_object((placed, 0))
        if image.bits == 8 and image.filter == "/FlateDecode":
            stored.write(stored.read_bytes())  # half the price of unpacking it row by row
        return to_picture(pikepdf.PdfImage(stored).as_pil_image())


def _by_poppler(image: PdfImage) -> Picture | None:
    """Its pixels, of 1 bit; None where poppler makes nothing of it."""
    import pikepdf

    with tempfile.TemporaryDirectory() as folder:
        held, page = Path(folder) / "held.pdf", Path(folder) / "page.pdf"
        with held.open("wb") as file:
            carrier = Carrier(file)
            placed = carrier.add(image)
            carrier.finish()
        with pikepdf.open(held) as pdf:
            resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=pdf.get_object((placed, 0))))
            pdf.add_blank_page().obj.Resources = resources
            pdf.pages[0].obj.Contents = pdf.make_stream(b"/I Do")
            pdf.save(page)
        try:
            subprocess.run(
                ["pdfimages", str(page), f"{folder}/i"], capture_output=True, timeout=_SECONDS, check=False
            )
        except FileNotFoundError as missing:
            raise Unreachable("pdfimages, of poppler-utils, is not installed") from missing
        except subprocess.TimeoutExpired:
            return None
        made = Path(folder) / "i-000.pbm"
        return _of_bits(made.read_bytes()) if made.is_file() else None


def _of_bits(pbm: bytes) -> Picture:
    """The pixels of a raw PBM, in which ink is 1."""
    kind, size, bits = pbm.split(b"\n", 2)
    assert kind == b"P4"
    width, height = map(int, size.split())
    rows = np.frombuffer(bits, np.uint8, height * ((width + 7) // 8)).reshape(height, -1)
    return np.asarray((np.unpackbits(rows, axis=1, count=width) - 1) & 0xFF, np.uint8)  # 0 → 255, 1 → 0
