"""Pages as pictures for a browser: WebP, at a chosen resolution, whole or a part; of archived documents, and of a scan that is being read."""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.caller import Act, Caller
from flows.door import look
from flows.incoming import uploads
from flows.records import page as look_at_page
from flows.services import Services
from pipeline.apart import apart
from pipeline.intake import DEFAULT_LIMITS, Limits, take_in
from pipeline.model import ScanPage
from pipeline.pages import load_page
from schemas.errors import UsageError
from storage.model import Part
from storage.queue import Job

if TYPE_CHECKING:
    from PIL import Image

_DPI = (36, 300)
_QUALITY = 80
_KEPT = 64 * 2**20
"""Bytes of finished pictures that are kept in memory."""

_DECODED = 4
"""Pages of which the pixels are kept: those that two clerks look at, and those that are read for them meanwhile."""

_PREVIEWED = 64 * 2**20
"""Bytes of the largest scan that is shown while it is read."""
_QUICK = 4
"""Seconds of cpu that its page may take; what takes longer is shown when it is read."""

Box = tuple[int, int, int, int]
_Key = tuple[str, int, int, Box | None, int]
"""SHA-256 of the scan, page, dpi, part, and the quarter turns of a part."""

_PAGE = re.compile(rb"<Page [^>]*>")


@dataclass(frozen=True, slots=True)
class Picture:
    """A WebP; ``scale`` times pixels of the page as it was scanned are pixels of this picture.

    ``turns`` of 90° clockwise make the text upright; a part of a page is turned already, a whole page is as it was scanned.
    """

    data: bytes
    width: int
    height: int
    scale: float
    turns: int


class Pictures:
    """Makes pictures and keeps the last ones; may be shared by threads.

    A page is decoded once for all that is asked of it at a time: the whole, and a cut-out for each field; also for what is asked of the
    scan while it is read, since a picture belongs to the scan's bytes, whatever paper they become.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making = threading.BoundedSemaphore(2)
        # Of its own: what is not taken in yet holds up nobody's papers.
        self._previewing = threading.BoundedSemaphore(1)
        self._pages: OrderedDict[tuple[str, int], Future[ScanPage]] = OrderedDict()
        self._made: OrderedDict[_Key, Picture] = OrderedDict()
        self._size = 0

    def page(
        self,
        services: Services,
        caller: Caller,
        document_id: str,
        number: int,
        *,
        dpi: int = 150,
        box: Box | None = None,
    ) -> Picture:
        """Page ``number`` (from 1, of the scan) of a document, or the part of it in ``box`` (pixels of the page).

        Raises UsageError for a resolution or a box that cannot be, NotFoundInArchive for a page that is not the document's.
        """
        if not _DPI[0] <= dpi <= _DPI[1]:
            raise UsageError(f"dpi is {_DPI[0]} to {_DPI[1]}")
        sha256, scan = look_at_page(services, caller, document_id, number)
        turns = turns_of(services.archive.get(document_id, Part.ALTO), number)
        picture = self._picture(
            (sha256, number, dpi, box, turns if box else 0), lambda: self._archived(scan, number)
        )
        return replace(picture, turns=turns)

    def first_page(self, services: Services, caller: Caller, job: Job) -> Picture:
        """The first page of a scan that was handed in and is not archived yet, at 150 dpi; which way up is not known yet.

        Raises NotFoundInArchive when it is archived by now, or too large to be worth it; a Refused when it is no scan that can be shown.
        """
        scan = uploads.waiting(services, job, most=_PREVIEWED)
        look(services, caller, Act.OPEN, f"job:{job.key}/page-1")
        limits = services.settings.limits.as_limits()
        limits = replace(limits, seconds=min(limits.seconds, _QUICK))

        def decode() -> ScanPage:
            # Nobody has looked yet whether these bytes are safe to decode, nor for how long.
            with self._previewing:
                return apart(limits.memory, _decode, scan, 1, limits)

        return self._picture((hashlib.sha256(scan).hexdigest(), 1, 150, None, 0), decode)

    def _picture(self, key: _Key, decode: Callable[[], ScanPage]) -> Picture:
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        sha256, number, dpi, box, turns = key
        picture = _render(self._decoded((sha256, number), decode), dpi, box, turns)
        self._keep(key, picture)
        return picture

    def _archived(self, scan: Callable[[], bytes], number: int) -> ScanPage:
        with self._making:
            return _decode(scan(), number)

    def _decoded(self, key: tuple[str, int], decode: Callable[[], ScanPage]) -> ScanPage:
        """The page's pixels: of the last ones, from whoever decodes it just now, or decoded here."""
        with self._lock:
            there = self._pages.get(key)
            page = there or Future()
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > _DECODED:
                self._pages.popitem(last=False)
        if there is not None:
            with suppress(Exception):  # whoever decoded it may have had narrower limits
                return there.result()
            return decode()
        try:
            page.set_result(decode())
        except BaseException as error:
            page.set_exception(error)
            with self._lock:
                self._pages.pop(key, None)
        return page.result()

    def _keep(self, key: _Key, picture: Picture) -> None:
        with self._lock:
            self._made[key] = picture
            self._size = sum(len(one.data) for one in self._made.values())
            while self._size > _KEPT and len(self._made) > 1:
                _, gone = self._made.popitem(last=False)
                self._size -= len(gone.data)


def turns_of(alto: bytes, number: int) -> int:
    """Quarter turns clockwise by which a page was turned to be read, as its ALTO tells; other pages are not parsed."""
    own = b'PHYSICAL_IMG_NR="%d"' % number
    page = next((tag for tag in _PAGE.findall(alto) if own in tag), b"")
    found = re.search(rb'ROTATION="(\d+)"', page)
    return int(found[1]) // 90 % 4 if found else 0


def _decode(scan: bytes, number: int, limits: Limits = DEFAULT_LIMITS) -> ScanPage:
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        copy = Path(folder) / "scan"
        copy.write_bytes(scan)
        return load_page(take_in(copy, limits), number, limits)


def _render(page: ScanPage, dpi: int, box: Box | None, turns: int) -> Picture:
    from PIL import Image

    image: Image.Image = Image.fromarray(page.picture)
    if box is not None:
        image = _cut(image, box).rotate(-90 * turns, expand=True)
    scale = min(round(dpi / page.dpi, 4), 1.0)  # 299.9994 dpi are 300: halves are quick
    size = (max(round(image.width * scale), 1), max(round(image.height * scale), 1))
    if size != image.size:
        image = image.resize(size, Image.Resampling.BOX if scale <= 0.5 else Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.convert("RGB").save(out, "WEBP", quality=_QUALITY, method=0)
    return Picture(out.getvalue(), *size, scale, turns)


def _cut(image: Image.Image, box: Box) -> Image.Image:
    left, top, right, bottom = box
    inside = (max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height))
    if inside[0] >= inside[2] or inside[1] >= inside[3]:
        raise UsageError("the box lies outside of the page")
    return image.crop(inside)
