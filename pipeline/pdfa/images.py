"""A page of a JPEG, PNG or TIFF file as a PDF image, its bytes passed through wherever PDF can hold them.

- JPEG (grey or RGB): the file itself (DCTDecode), never decoded, with its end where that is missing; only where every decoder takes it
  alike (``shown.has_one_meaning``). CMYK is made RGB, since the output intent is sRGB.
- 1 bit: CCITT group 4. A single G4 strip of a TIFF is passed through; anything else is encoded anew, without loss.
- JPEG inside TIFF: passed through when it is one strip or tile with its own tables.
- PNG: its compressed rows (FlateDecode with PNG predictors) up to ``LOSSLESS_LIMIT``.
- Everything else: without loss (FlateDecode) up to ``LOSSLESS_LIMIT``, beyond it JPEG quality 90 without chroma
  subsampling, at the same resolution. The scan itself is archived beside the copy, untouched.

What is not a JPEG file itself is decoded from the PDF by another decoder than the one that made or read it (``shown.shows``).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.intake.cut_short import jpeg_of
from pipeline.intake.pictures import open_picture, orientation_of
from pipeline.limits import guarded
from pipeline.model import MediaType, Scan
from pipeline.pdfa.image import PdfImage
from pipeline.pdfa.shown import has_one_meaning, shows
from pipeline.pixels import to_picture
from schemas.errors import NotCopied

if TYPE_CHECKING:
    from PIL.Image import Image

LOSSLESS_LIMIT = 3_000_000
"""Bytes of one page kept without loss; a noisy colour page of A4 at 300 dpi would take 15–25 MB."""
JPEG_QUALITY = 90

_TIFF_WIDTH, _TIFF_HEIGHT, _TIFF_COMPRESSION, _TIFF_PHOTOMETRIC, _TIFF_FILL_ORDER = 256, 257, 259, 262, 266
_TIFF_STRIPS, _TIFF_STRIP_BYTES, _TIFF_ROWS_PER_STRIP, _TIFF_JPEG_TABLES = 273, 279, 278, 347
_TIFF_G4, _TIFF_JPEG = 4, 7
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))

#: EXIF and TIFF orientation (1–8) → (mirrored top to bottom first, quarter turns clockwise afterwards).
ORIENTATIONS = {
    1: (False, 0),
    2: (True, 2),
    3: (False, 2),
    4: (True, 0),
    5: (True, 1),
    6: (False, 1),
    7: (True, 3),
    8: (False, 3),
}


def encode_page(scan: Scan, number: int) -> PdfImage:
    """The picture of a page (from 1) of a JPEG, PNG or TIFF scan.

    Raises Damaged when it cannot be decoded, NotCopied where no coding shows in a PDF what was read of it.
    """
    from PIL import Image as Pil

    with guarded(), open_picture(scan.path, scan.media_type, number) as picture:
        mirrored, turns = ORIENTATIONS[orientation_of(picture)]
        passed = _passed_through(scan, picture)
        if passed is not None:
            passed = replace(passed, mirrored=mirrored, quarter_turns=turns)
        if passed is not None and scan.media_type is MediaType.JPEG:
            return passed  # the same file, of the one kind that all decoders understand alike
        pixels = to_picture(picture)
        turned = scan.media_type is MediaType.TIFF  # Pillow turns it when it decodes it
        if passed is not None and shows(passed, pixels, turned=turned):
            return passed
        anew = encode_picture(picture if picture.mode == "1" else Pil.fromarray(pixels))
        if not shows(anew, pixels):
            raise NotCopied(f"page {number} looks otherwise in a PDF")
        return anew if turned else replace(anew, mirrored=mirrored, quarter_turns=turns)


def _passed_through(scan: Scan, picture: Image) -> PdfImage | None:
    if scan.media_type is MediaType.JPEG:
        return _jpeg(picture, jpeg_of(scan.path))
    if scan.media_type is MediaType.PNG:
        return _png(scan.path)
    return _tiff(picture, scan.path) if scan.media_type is MediaType.TIFF else None


def _jpeg(picture: Image, data: bytes) -> PdfImage | None:
    if picture.mode not in {"L", "RGB"} or not has_one_meaning(data):
        return None
    colour_space = "/DeviceGray" if picture.mode == "L" else "/DeviceRGB"
    return PdfImage(picture.width, picture.height, data, "/DCTDecode", colour_space, 8)


def _png(path: Path) -> PdfImage | None:
    """The IDAT chunks as they are: PDF's predictor 15 is PNG's own filter."""
    data = path.read_bytes()
    width, height, bits, kind, _, _, interlace = struct.unpack(">IIBBBBB", data[16:29])
    if interlace or bits == 16 or kind not in {0, 2, 3} or (bits == 1 and kind == 0):
        return None
    rows, palette, position = [], None, 8
    while position + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[position : position + 8])
        chunk = data[position + 8 : position + 8 + length]
        if name == b"IDAT":
            rows.append(chunk)
        elif name == b"PLTE":
            palette = chunk
        elif name == b"tRNS":
            return None
        position += 12 + length
    compressed = b"".join(rows)
    if len(compressed) > LOSSLESS_LIMIT or (kind == 3 and palette is None):
        return None
    zlib.decompress(compressed)  # a damaged file must be refused here, not shown half
    colours = 3 if kind == 2 else 1
    return PdfImage(
        width,
        height,
        compressed,
        "/FlateDecode",
        "/DeviceRGB" if kind in {2, 3} else "/DeviceGray",
        bits,
        {"/Predictor": 15, "/Colors": colours, "/BitsPerComponent": bits, "/Columns": width},
        _whole_palette(palette, bits) if palette and kind == 3 else None,
    )


def _whole_palette(palette: bytes, bits: int) -> bytes:
    """A palette with a colour for every index: one that it lacks is black, as libpng has it; viewers of PDF would take the last one."""
    length = 3 << bits
    return palette[:length].ljust(length, b"\0")


def _tiff(picture: Image, path: Path) -> PdfImage | None:
    tags = picture.tag_v2  # type: ignore[attr-defined]
    strips, sizes = tags.get(_TIFF_STRIPS, ()), tags.get(_TIFF_STRIP_BYTES, ())
    compression = tags.get(_TIFF_COMPRESSION)
    width, height = tags[_TIFF_WIDTH], tags[_TIFF_HEIGHT]  # Pillow's are those after turning
    if len(strips) != 1 or compression not in {_TIFF_G4, _TIFF_JPEG}:
        return None
    with path.open("rb") as file:
        file.seek(strips[0])
        data = file.read(sizes[0])
    if compression == _TIFF_G4:
        if picture.mode != "1":
            return None
        if tags.get(_TIFF_FILL_ORDER, 1) == 2:
            data = data.translate(_REVERSED)
        return _ccitt(width, height, data, black_is_1=tags.get(_TIFF_PHOTOMETRIC) == 1)
    if picture.mode not in {"L", "RGB"} or tags.get(_TIFF_PHOTOMETRIC) == 2:
        return None
    tables = tags.get(_TIFF_JPEG_TABLES, b"")
    if tables:
        data = data[:2] + tables[2:-2] + data[2:]
    image = _jpeg(picture, data)
    return replace(image, width=width, height=height) if image else None


def _ccitt(width: int, height: int, data: bytes, *, black_is_1: bool) -> PdfImage:
    parameters = {"/K": -1, "/Columns": width, "/Rows": height, "/BlackIs1": black_is_1}
    return PdfImage(width, height, data, "/CCITTFaxDecode", "/DeviceGray", 1, parameters)


def encode_picture(picture: Image) -> PdfImage:
    """A decoded picture, encoded anew: 1 bit as G4, else without loss while small, else JPEG."""
    picture = _plain(picture)
    if picture.mode == "1":
        return _group4(picture)
    colour_space = "/DeviceGray" if picture.mode == "L" else "/DeviceRGB"
    colours = 1 if picture.mode == "L" else 3
    out = BytesIO()
    if picture.width * picture.height * colours <= 4 * LOSSLESS_LIMIT:
        picture.save(out, "PNG", compress_level=6)
        image = _png_bytes(out.getvalue())
        if len(image) <= LOSSLESS_LIMIT:
            parameters = {
                "/Predictor": 15,
                "/Colors": colours,
                "/BitsPerComponent": 8,
                "/Columns": picture.width,
            }
            return PdfImage(picture.width, picture.height, image, "/FlateDecode", colour_space, 8, parameters)
    out = BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return PdfImage(picture.width, picture.height, out.getvalue(), "/DCTDecode", colour_space, 8)


def _png_bytes(data: bytes) -> bytes:
    rows, position = [], 8
    while position + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[position : position + 8])
        if name == b"IDAT":
            rows.append(data[position + 8 : position + 8 + length])
        position += 12 + length
    return b"".join(rows)


def _plain(picture: Image) -> Image:
    """Modes 1, L or RGB, as the page was read."""
    from PIL import Image as Pil

    if picture.mode == "1" and "transparency" not in picture.info:
        return picture
    return Pil.fromarray(to_picture(picture))


def _group4(picture: Image) -> PdfImage:
    from PIL import Image as Pil

    # Pillow gives a TIFF the tags of the one it was opened from, the order of its bits among them: bare pixels have none.
    bare = Pil.frombytes("1", picture.size, picture.tobytes())
    out = BytesIO()
    bare.save(out, "TIFF", compression="group4", tiffinfo={_TIFF_ROWS_PER_STRIP: picture.height})
    out.seek(0)
    with Pil.open(out) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        (start,), (size,) = tags[_TIFF_STRIPS], tags[_TIFF_STRIP_BYTES]
        black_is_1 = tags[_TIFF_PHOTOMETRIC] == 1
    data = out.getvalue()[start : start + size]
    return _ccitt(picture.width, picture.height, data, black_is_1=black_is_1)
