"""Picture files: opened as what they are, and the pages in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.intake.ancillary import without_nonsense
from pipeline.intake.codings import unknown_coding
from pipeline.intake.complaints import quiet_libtiff
from pipeline.intake.cut_jpeg import Watched
from pipeline.intake.cut_short import jpeg_of
from pipeline.limits import demand_memory
from pipeline.model import MediaType
from schemas.errors import UnknownCoding

if TYPE_CHECKING:
    from PIL import Image

_NEW_SUBFILE_TYPE, _REDUCED, _MASK = 254, 0b1, 0b100
_SUBFILE_TYPE, _OLD_REDUCED = 255, 2
"""TIFF 6.0, section 8: a frame that shows another one smaller, or where another one is see-through, is no page."""

_ORIENTATION = 0x0112

_PAGED, _FILM = frozenset({"HEIF", "WEBP", "PNG"}), 32
"""Formats (Pillow's names) whose further pictures are pages, and how many pages such a file has at most: more pictures are a film."""

_MP_ENTRIES, _SHOWN_AGAIN, _SAME_SIZE = 0xB002, ("Large Thumbnail", "Disparity"), 0.5
"""What lies behind the first picture of a JPEG; kinds that show it again; share of its pixels from which another is no map of its depth or light."""


@contextmanager
def open_picture(path: Path, media_type: MediaType, number: int = 1) -> Iterator[Image.Image]:
    """The file, at the given page (from 1); raises what Pillow raises, EOFError when there is no such page."""
    if media_type is MediaType.HEIC:
        import pillow_heif

        pillow_heif.register_heif_opener()
    if media_type is MediaType.TIFF:
        quiet_libtiff()
    if media_type is MediaType.WEBP:  # as it is opened, two pictures of its size are made
        _demand(*_webp_size(path))
    frame = 0
    try:
        with _opened(path, media_type) as image:
            if media_type is MediaType.TIFF:  # each page has its own size, and its decoder says what it lacks
                frame, fault = _page_at(image, number)
                if fault is not None:
                    raise fault
            else:
                _demand(*image.size, len(image.getbands()))
                _go_to(image, number)
            source = getattr(image, "fp", None)
            yield image
            if isinstance(source, Watched):
                source.conclude()
    except (OSError, SyntaxError, KeyError) as fault:
        if (how := unknown_coding(path, media_type, frame)) is not None:
            raise UnknownCoding(how) from fault
        raise


def _go_to(image: Image.Image, number: int) -> None:
    """Go to a page (from 1) of a file that is no TIFF. Raises EOFError when there is no such page."""
    if (count := page_count(image)) > 1:
        if number > count:
            raise EOFError(f"no page {number}")
        image.seek(number - 1)  # of a HEIC, the one that is shown first may be any of them
        _demand(*image.size, len(image.getbands()))


def _opened(path: Path, media_type: MediaType) -> Image.Image:
    """Opened as what it is; a JPEG or PNG also where something beside its pixels makes no sense."""
    from PIL import Image

    kind = "HEIF" if media_type is MediaType.HEIC else media_type.name
    try:
        if media_type is MediaType.JPEG:
            return _watched(path)
        return Image.open(path, formats=(kind,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise
    except Exception:
        if media_type not in {MediaType.JPEG, MediaType.PNG}:
            raise
        if (plain := without_nonsense(path.read_bytes(), kind)) is None:
            raise
        return Image.open(BytesIO(plain), formats=(kind,))


def _watched(path: Path) -> Image.Image:
    from PIL import Image

    source = Watched(jpeg_of(path))
    image = Image.open(source, formats=("JPEG",))
    if image.format == "JPEG":  # and has no further pictures
        source.watch(image)
    return image


def _demand(width: int, height: int, channels: int = 3) -> None:
    """What a header says must be no larger than Pillow was told, and fit into memory."""
    from PIL import Image

    if Image.MAX_IMAGE_PIXELS and width * height > Image.MAX_IMAGE_PIXELS:
        raise Image.DecompressionBombError(f"{width} × {height} pixels")
    demand_memory(width, height, min(channels, 3))


def _webp_size(path: Path) -> tuple[int, int]:
    """Width and height by the first chunk of a WEBP file (RFC 9649, 2.5 to 2.7); nothing where it is another one."""
    with path.open("rb") as file:
        head = file.read(30)
    kind, body = head[12:16], head[20:]
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    return 0, 0


def page_count(image: Image.Image) -> int:
    """How many pictures of a file that is no TIFF are pages: all that lie in it side by side or are shown one after the other.

    Not those behind the first of a JPEG: the standard for them (CIPA DC-007) is one of cameras, for the same view once more, as a preview,
    in depth or for the other eye. Nor those of a film, of which nobody could say which ones are papers. See ``further_pictures``.
    """
    count = _frames(image)
    return count if image.format in _PAGED and count <= _FILM else 1


def further_pictures(image: Image.Image) -> int:
    """How many pictures of a file are none of its pages, and may show something else. Leaves the file at its last one."""
    if image.format in _PAGED:
        return _frames(image) - page_count(image)
    if image.format != "MPO":
        return 0
    least = image.width * image.height * _SAME_SIZE
    found = 0
    for number, entry in enumerate(image.mpinfo[_MP_ENTRIES][1:], 1):  # type: ignore[attr-defined]
        if not any(kind in str(entry["Attribute"]["MPType"]) for kind in _SHOWN_AGAIN):
            image.seek(number)
            found += image.width * image.height >= least
    return found


def _frames(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1))


def frames(image: Image.Image) -> Iterator[tuple[int, Exception | None]]:
    """Go through the frames of a TIFF that are pages; gives their numbers, and leaves the file at each.

    With one that cannot be opened comes the reason: those behind it may be good.
    """
    frame = 0
    found = False
    while True:
        fault = None
        try:
            image.seek(frame)
        except EOFError:
            if not found:  # nothing but small ones: better those than nothing
                image.seek(0)
                yield 0, None
            return
        except Exception as reason:
            if image.tell() != frame:  # its tags cannot be read, so nobody knows where the next one is
                raise
            fault = reason
        if _is_page(image):  # Pillow does not know a mask, which is none
            found = True
            yield frame, fault
        frame += 1


def _page_at(image: Image.Image, number: int) -> tuple[int, Exception | None]:
    """Go to a page of a TIFF (from 1). Raises EOFError when there is no such page."""
    for page, found in enumerate(frames(image), 1):
        if page == number:
            return found
    raise EOFError(f"no page {number}")


def _is_page(image: Image.Image) -> bool:
    """Whether the frame at which a TIFF stands is a page."""
    tags = image.tag_v2  # type: ignore[attr-defined]
    kind = tags.get(_NEW_SUBFILE_TYPE, 0)
    return (
        not (isinstance(kind, int) and kind & (_REDUCED | _MASK)) and tags.get(_SUBFILE_TYPE) != _OLD_REDUCED
    )


def orientation_of(image: Image.Image) -> int:
    """The EXIF orientation, 1–8; 1 where there is none or it makes no sense."""
    found = 1
    with suppress(Exception):  # whatever Pillow finds in there that is no EXIF
        found = image.getexif().get(_ORIENTATION, 1)
    return found if isinstance(found, int) and 1 <= found <= 8 else 1
