"""JPEGs whose data end early though they say that they are whole: a mark of the end behind half of them, scans or pieces that are gone.

libjpeg fills what is missing with the middle of all levels, and tells nobody who uses it through Pillow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.intake.complaints import complain
from pipeline.intake.cut_short import CHANCE, EOI, WHOLE, shown_jpeg
from pipeline.model import Picture

if TYPE_CHECKING:
    import pikepdf
    from PIL.Image import Image

_COMPRESSION, _JPEG, _JPEG_TABLES = 259, 7, 347
_OFFSETS, _COUNTS, _TILE_OFFSETS, _TILE_COUNTS = 273, 279, 324, 325

_FILL, _EVERY, _FILLED = np.isin(np.arange(256), (63, 64, 127, 128)), 16, 0.005
"""What is missing has one of these levels, also as ink, and so have its neighbours: a look at every such pixel tells whether there is so large
a share of it, and only then the picture is decoded once more."""

_FRAME, _SEQUENTIAL, _RESTARTS, _SCAN, _END = (
    frozenset({0xC0, 0xC1, 0xC2}),
    frozenset({0xC0, 0xC1}),
    0xDD,
    0xDA,
    0xD9,
)
_BARE = frozenset({0x01, 0xD8})
"""Markers of a JPEG: those that begin a picture; of these, such as are coded row by row; those without content."""

_MARKER = re.compile(rb"\xff[^\xff\x00\xd0-\xd7]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_COEFFICIENTS = 64

_LAST, _SPOTS, _CORNER = 8, 32, 2
"""Bytes that no last row does without, places in it that are looked at, and pixels of a corner both ways."""


def jpeg_ends_early(path: Path, picture: Picture) -> bool:
    """Whether rows, or whole layers of detail, are missing in a file that was decoded to this picture."""
    return _end_early([path.read_bytes()], picture)


def tiff_jpeg_ends_early(path: Path, image: Image, picture: Picture) -> bool:
    """The same of the frame at which a TIFF stands."""
    tags = image.tag_v2  # type: ignore[attr-defined]
    return (
        tags.get(_COMPRESSION) == _JPEG
        and _has_fill(picture)
        and _end_early(list(_jpegs_of(path, tags)), picture)
    )


class Watched(BytesIO):
    """A JPEG as Pillow is given it, piece by piece. Its last row stands before the last piece is there where bytes make no sense.

    libjpeg skips what is left over, and says so to nobody who uses it through Pillow; it is a complaint here.
    """

    def __init__(self, jpeg: bytes) -> None:
        super().__init__(jpeg)
        self._image: Image | None = None
        self._late = 0
        self._begun = False

    def watch(self, image: Image) -> None:
        """The picture into which its rows are decoded from now on."""
        self._image, self._late = image, _late(self.getvalue())

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file, but no piece holds both what comes early and what comes late."""
        if self._image is None or not self._late or size is None or size < 0:
            return super().read(size)
        self._begun = True
        if (left := self._late - self.tell()) > 0:
            return super().read(min(size, left))
        self._late = 0
        if _has_last_row(self._image):
            complain()
        return super().read(size)

    def conclude(self) -> None:
        """Nothing more will be read."""
        if self._begun and self._late:  # the last piece was never asked for
            complain()


def _has_last_row(image: Image) -> bool:
    """Whether the last row is there already; a black one is not told from none."""
    last, step = image.height - 1, max(image.width // _SPOTS, 1)
    return any(np.any(image.im.getpixel((column, last))) for column in range(0, image.width, step))


def _late(jpeg: bytes) -> int:
    """Where the last bytes begin that the last row is coded with; 0 where rows do not lie one below the other."""
    try:
        coded = _coded(jpeg)
    except (IndexError, ValueError):
        return 0
    return max(len(jpeg[: coded.end].rstrip(b"\0\xff")) - _LAST, 0) if coded.is_plain else 0


def pdf_jpeg_ends_early(image: pikepdf.Stream, picture: Picture) -> bool:
    """The same of a picture of a PDF that is coded as a JPEG."""
    import pikepdf

    if image.get("/Filter") not in (pikepdf.Name.DCTDecode, pikepdf.Array([pikepdf.Name.DCTDecode])):
        return False
    return _end_early([image.read_raw_bytes()], picture)


def _end_early(jpegs: Sequence[bytes], picture: Picture) -> bool:
    """Whether much is missing in the JPEGs, each below or beside the other, of which a picture is made."""
    try:
        coded = [_coded(jpeg) for jpeg in jpegs]
    except (IndexError, ValueError):  # headers of another kind, that were decoded all the same
        return False
    if not all(one.is_complete for one in coded):
        return True
    if all(one.is_plain for one in coded) and not (_has_fill(picture) or _ends_in_fill(picture)):
        return False
    rows, height = sum(map(_whole_rows, coded)), sum(one.height for one in coded)
    if rows < height:
        complain()
    return rows < WHOLE * height


def _ends_in_fill(picture: Picture) -> bool:
    """Whether one corner, which may be the last one of a picture that was turned, is what stands for missing data."""
    ends = slice(_CORNER), slice(-_CORNER, None)
    return any(bool(_FILL[picture[rows, columns]].all()) for rows in ends for columns in ends)


def _has_fill(picture: Picture) -> bool:
    every = slice(_EVERY // 2, -1, _EVERY)  # each has a neighbour
    filled = _FILL[picture[every, every]]
    if filled.mean() < _FILLED:  # as a rule
        return False
    beside = slice(_EVERY // 2 + 1, None, _EVERY)
    for neighbour in (picture[every, beside], picture[beside, every]):
        filled &= neighbour == picture[every, every]
    spots = filled.all(axis=2) if filled.ndim == 3 else filled
    return bool(spots.mean() >= _FILLED)


def _jpegs_of(path: Path, tags: Any) -> Iterator[bytes]:
    """The strips or tiles of a frame of a TIFF, with the tables that they share."""
    tables = bytes(tags.get(_JPEG_TABLES, b""))[2:-2]
    offsets, counts = (
        (tags[_OFFSETS], tags[_COUNTS]) if _OFFSETS in tags else (tags[_TILE_OFFSETS], tags[_TILE_COUNTS])
    )
    with path.open("rb") as file:
        for offset, count in zip(offsets, counts, strict=True):
            file.seek(offset)
            data = file.read(count)
            yield data[:2] + tables + data[2:]


@dataclass
class _Coded:
    """How a JPEG is coded, and where its data end (ITU-T T.81, B)."""

    data: bytes
    end: int = 0
    height: int = 0
    width: int = 0
    sequential: bool = True
    sampling: dict[int, tuple[int, int]] = field(default_factory=dict)
    interval: int = 0
    restarts: int = 0
    scans: list[tuple[tuple[int, ...], range, int]] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether the rows lie in the data one below the other."""
        return self.sequential and len(self.scans) == 1

    @property
    def is_complete(self) -> bool:
        """Whether there are scans of all that belongs to each colour."""
        if self.sequential:
            return {part for parts, _, _ in self.scans for part in parts} >= self.sampling.keys()
        left = {(part, number) for part in self.sampling for number in range(_COEFFICIENTS)}
        for parts, numbers, bits_left in self.scans:
            if bits_left == 0:
                left -= {(part, number) for part in parts for number in numbers}
        return not left

    @property
    def intervals(self) -> int:
        """How many pieces a restart divides the data of a plain one into; 1 where there are none."""
        if not self.interval or not self.sampling:
            return 1
        across, down = (max(each[way] for each in self.sampling.values()) for way in (0, 1))
        if len(self.sampling) == 1:
            across = down = 1
        blocks = -(-self.width // (8 * across)) * -(-self.height // (8 * down))
        return -(-blocks // self.interval)


def _coded(jpeg: bytes) -> _Coded:
    """Raises IndexError, ValueError where its headers are cut short."""
    found, at = _Coded(jpeg, len(jpeg)), 2
    while (marker := _MARKER.search(jpeg, at)) is not None:
        kind, at = marker[0][-1], marker.end()
        if kind == _END:
            found.end = marker.start()
            break
        if kind in _BARE:
            continue
        content = jpeg[at + 2 : at + int.from_bytes(jpeg[at : at + 2], "big")]
        at += 2 + len(content)
        if kind in _FRAME:
            found.height, found.width = (int.from_bytes(content[n : n + 2], "big") for n in (1, 3))
            found.sequential = kind in _SEQUENTIAL
            parts = [content[n : n + 3] for n in range(6, 6 + 3 * content[5], 3)]
            found.sampling = {part[0]: (part[1] >> 4, part[1] & 15) for part in parts}
        elif kind == _RESTARTS:
            found.interval = int.from_bytes(content[:2], "big")
        elif kind == _SCAN:
            count = content[0]
            first, last, bits = content[1 + 2 * count : 4 + 2 * count]
            found.scans.append((tuple(content[1 : 1 + 2 * count : 2]), range(first, last + 1), bits & 15))
            begins = at
            following = _MARKER.search(jpeg, at)
            at = following.start() if following else len(jpeg)
            found.restarts = len(_RESTART.findall(jpeg, begins, at)) if found.interval else 0
    return found


def _whole_rows(one: _Coded) -> int:
    """Rows of a JPEG that do not depend on what follows its data; with restarts, as many as there are pieces."""
    data = one.data[: one.end].rstrip(b"\xff")  # marks may have any number of them before
    try:
        first, other = (shown_jpeg(data + more + EOI) for more in (b"", CHANCE.replace(b"\xff", b"\0")))
    except MemoryError:  # there is room for one picture, so that the page can be read
        return one.height
    if first is None or other is None:  # it was decoded otherwise, by who knows more of it
        return one.height
    same = np.array([np.array_equal(row, another) for row, another in zip(first, other, strict=True)])
    rows = one.height if same.all() else int(same.argmin())
    if one.is_plain and one.intervals > 1:
        rows = min(rows, one.height * (one.restarts + 1) // one.intervals)
    return rows
