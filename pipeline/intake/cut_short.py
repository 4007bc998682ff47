"""Pictures whose data end before their last row, and such as lack nothing but the mark of their end.

No decoder of faxes says that rows are missing: it leaves them white or black, as a viewer does. No decoder of JPEG tells what it lacks.
What a picture shows depends on what follows its data where they end early, and only there: so it is decoded with two different ends.
Most faxes of group 4 say where they end, and those of group 3 where each line begins: they need not be decoded for it.
"""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.intake.complaints import unheard
from pipeline.model import Picture

if TYPE_CHECKING:
    import pikepdf
    from PIL.Image import Image

WHOLE = 0.99
"""Share of a picture's rows from which on it is whole: some programs leave out the last few."""

_WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_OFFSETS, _ROWS, _COUNTS, _T4_OPTIONS = 273, 278, 279, 292
_GROUP3, _GROUP4, _FAXES = 3, 4, frozenset({2, 3, 4})
_FILTERS = frozenset({"/CCITTFaxDecode", "/CCF"})
_LOWEST_FIRST, _REVERSED = 2, bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))

_EOFB, _EOFB_BITS, _PADDED = 0x001001, 24, 64
"""The mark at the end of a fax of group 4, and bytes with zeros that may follow it."""

_ZEROS, _NOTHING = 11, 13
"""Zeros before the one that marks the beginning of a line of group 3, and bits from one mark to the next that leave room for no line."""

CHANCE = b"".join(sha256(bytes([n])).digest() for n in range(13))
_EOL = b"\0\x10"
_ENDS = {
    True: (b"", CHANCE),
    False: (b"", b"".join(_EOL + CHANCE[at : at + 8] for at in range(0, len(CHANCE), 8))),
}
"""What may follow the data of a fax, of group 4 and of the others, which go on after the end of a line only."""

EOI, _SOS = b"\xff\xd9", b"\xff\xda"


def fax_ends_early(image: Image) -> bool:
    """Whether rows are missing in a frame of a TIFF that is coded as a fax."""
    tags = image.tag_v2  # type: ignore[attr-defined]
    if tags.get(_COMPRESSION) not in _FAXES or tags.get(_BITS, (1,)) != (1,) or _OFFSETS not in tags:
        return False
    height, file = int(tags[_LENGTH]), image.fp  # type: ignore[attr-defined]
    each = min(int(tags.get(_ROWS, height)), height)
    how = {key: tags[key] for key in (_COMPRESSION, _FILL_ORDER, _T4_OPTIONS) if key in tags}
    found = 0
    for strip, (offset, count) in enumerate(zip(tags[_OFFSETS], tags[_COUNTS], strict=True)):
        file.seek(offset)
        found += _rows(file.read(count), int(tags[_WIDTH]), min(each, height - strip * each), how)
    return found < WHOLE * height


def pdf_fax_ends_early(image: pikepdf.Stream) -> bool:
    """Whether rows are missing in a picture of a PDF that is coded as a fax."""
    import pikepdf
    from PIL import Image

    filters = image.get("/Filter")
    each = filters if isinstance(filters, pikepdf.Array) else (filters,)
    if not any(str(name) in _FILTERS for name in each):
        return False
    file = BytesIO()
    pikepdf.PdfImage(image).extract_to(stream=file)
    with Image.open(file, formats=("TIFF",)) as picture:
        return fax_ends_early(picture)


def _rows(data: bytes, width: int, height: int, how: dict[int, int]) -> int:
    """How many rows of a strip do not depend on what follows its data; all where it lacks the marks by which it is decoded."""
    if how[_COMPRESSION] == _GROUP4 and _is_ended(data, how.get(_FILL_ORDER, 1)):
        return height
    if how[_COMPRESSION] == _GROUP3:
        if not _begins_line(data, how.get(_FILL_ORDER, 1)):
            return height
        if (ended := _marked_lines(data, how.get(_FILL_ORDER, 1)) - 1) >= WHOLE * height:
            return min(ended, height)
    one, other = (_decoded(data + end, width, height, how) for end in _ENDS[how[_COMPRESSION] == _GROUP4])
    same = (one == other).all(axis=1)
    return height if same.all() else int(same.argmin())


def _begins_line(data: bytes, fill_order: int) -> bool:
    """Whether lines are marked: eleven zeros and a one."""
    first = data[:4].translate(_REVERSED) if fill_order == _LOWEST_FIRST else data[:4]
    return 0 < int.from_bytes(first.ljust(4, b"\0"), "big") < 1 << 21


def _marked_lines(data: bytes, fill_order: int) -> int:
    """How many lines of a fax of group 3 begin, counted by their marks: no code of anything else has eleven zeros in a row."""
    bits = np.unpackbits(
        np.frombuffer(data, np.uint8), bitorder="little" if fill_order == _LOWEST_FIRST else "big"
    )
    ones = np.flatnonzero(bits)
    marks = ones[np.diff(ones, prepend=-1) > _ZEROS]
    return int((np.diff(marks, append=bits.size + _NOTHING + 1) > _NOTHING).sum())


def _is_ended(data: bytes, fill_order: int) -> bool:
    """Whether the data of a fax of group 4 end with the mark of their end, past which nothing is decoded."""
    last = data[-_PADDED:].rstrip(b"\0")[-4:]
    bits = int.from_bytes(last.translate(_REVERSED) if fill_order == _LOWEST_FIRST else last, "big")
    return any(bits >> shift & (1 << _EOFB_BITS) - 1 == _EOFB for shift in range(8))


def _decoded(data: bytes, width: int, height: int, how: dict[int, int]) -> Picture:
    """A strip of a fax, as a TIFF of its own."""
    from PIL import Image
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    tags = ImageFileDirectory_v2()
    plain = {_WIDTH: width, _LENGTH: height, _BITS: 1, _PHOTOMETRIC: 0, _ROWS: height, _COUNTS: len(data)}
    for key, value in sorted({**plain, **how, _OFFSETS: 0}.items()):
        tags[key] = value
    # Pillow counts the offset of the strip from the end of the tags
    with (
        unheard(),
        Image.open(BytesIO(b"II*\0\x08\0\0\0" + tags.tobytes(8) + data), formats=("TIFF",)) as image,
    ):
        return np.asarray(image, np.uint8)


def jpeg_of(path: Path) -> bytes:
    """A file that is a JPEG; see ``with_end``."""
    return with_end(path.read_bytes())


def with_end(jpeg: bytes) -> bytes:
    """A JPEG with the mark of its end, where nothing but that is missing; else as it is."""
    if jpeg.rfind(EOI) > jpeg.rfind(_SOS):
        return jpeg
    one, other = (shown_jpeg(jpeg + end + EOI) for end in (b"", CHANCE.replace(b"\xff", b"\0")))
    same = one is not None and other is not None and np.array_equal(one, other)
    return jpeg + EOI if same else jpeg


def shown_jpeg(jpeg: bytes) -> Picture | None:
    """What a JPEG decodes to; None where it does not."""
    from PIL import Image

    try:
        with Image.open(BytesIO(jpeg), formats=("JPEG",)) as image:
            return np.asarray(image, np.uint8)
    except OSError:
        return None
