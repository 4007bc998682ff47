"""A small client of eSCL, the protocol of network scanners (Mopria Alliance, eSCL specification 2.97), by pull.

A job is posted, its pages are fetched one by one until the scanner says that there are no more. Scanners do not keep to the
specification; the faults that others met (503 without end, *Completed* without a page, pages of zero bytes, the same pages
again and again) are told to the clerk, and never lead to a file that lacks pages.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit

import httpx

from schemas.errors import ScannerAway, ScannerBusy, ScannerFault, ScannerHasNoPaper

PATIENCE = 90.0
"""Seconds that a scanner may answer 503 (warming up, the sheet is still moving) before it counts as busy."""
_PAUSE = 1.0
_LONGEST_PAUSE = 10.0
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_CHUNK = 1 << 16
_EMPTY_TRIES = 3
_CREATED = 201
_OK, _GONE, _UNAVAILABLE = 200, (404, 410), 503
_SCAN = "http://schemas.hp.com/imaging/escl/2011/05/03"
_PWG = "http://www.pwg.org/schemas/2010/12/sm"


@dataclass(frozen=True, slots=True)
class ScanWish:
    """How to scan: from the feeder or the glass, dots per inch, both sides, colour."""

    source: Literal["Feeder", "Platen"] = "Feeder"
    dpi: int = 300
    duplex: bool = False
    colour: bool = True


@dataclass(frozen=True, slots=True)
class Scanned:
    """The pages as the scanner sent them (JPEG); ``repeated``: it began to send the same ones again, and was stopped."""

    pages: tuple[bytes, ...]
    repeated: bool = False


def scan_pages(
    address: str,
    wish: ScanWish,
    *,
    most_pages: int,
    most_bytes: int,
    patience: float = PATIENCE,
    tell: Callable[[int], None] = lambda _: None,
) -> Scanned:
    """Scan what lies in the scanner at ``address``; ``tell`` is called with the number of pages that are there.

    Raises ScannerAway, ScannerBusy (503 for longer than ``patience`` seconds), ScannerHasNoPaper (it had nothing to scan), and
    ScannerFault for a page that came empty, is no JPEG, or is too large.
    """
    base = address.rstrip("/") + "/"
    try:
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as client:
            return _Job(client, base, patience).run(wish, most_pages, most_bytes, tell)
    except httpx.HTTPError as error:
        raise ScannerAway(urlsplit(address).hostname or "") from error


class _Job:
    """One job at one scanner."""

    def __init__(self, client: httpx.Client, base: str, patience: float) -> None:
        self._client, self._base, self._patience = client, base, patience

    def run(self, wish: ScanWish, most_pages: int, most_bytes: int, tell: Callable[[int], None]) -> Scanned:
        """All pages of the job; it is ended at the scanner in any case."""
        job = self._post(wish)
        pages: list[bytes] = []
        seen: set[bytes] = set()
        try:
            for page in self._pages(job, most_bytes):
                # No two scans of a sheet are the same to the last bit: the scanner sends what it sent before.
                mark = hashlib.sha256(_picture(page)).digest()
                if mark in seen:
                    return Scanned(tuple(pages), repeated=True)
                seen.add(mark)
                pages.append(page)
                tell(len(pages))
                if len(pages) > most_pages:
                    raise ScannerFault(f"more than {most_pages} pages")
        finally:
            self._end(job)
        if not pages:
            raise ScannerHasNoPaper
        return Scanned(tuple(pages))

    def _post(self, wish: ScanWish) -> str:
        """The address of a new job."""
        for _ in self._tries():
            answer = self._client.post(
                urljoin(self._base, "ScanJobs"), content=_settings(wish), headers={"Content-Type": "text/xml"}
            )
            if answer.status_code == _CREATED and answer.headers.get("location"):
                # Some scanners name a host that only they know: the path alone counts.
                return urljoin(self._base, urlsplit(answer.headers["location"]).path.rstrip("/") + "/")
            if answer.status_code == 409:
                raise ScannerHasNoPaper
            if answer.status_code != _UNAVAILABLE:
                raise ScannerFault(f"the scanner answered {answer.status_code} to the job")
            self._wait(answer)
        raise ScannerBusy

    def _pages(self, job: str, most_bytes: int) -> Iterator[bytes]:
        while True:
            page = self._next(job, most_bytes)
            if page is None:
                return
            yield page

    def _next(self, job: str, most_bytes: int) -> bytes | None:
        """The next page; None when there are no more."""
        empty = 0
        for _ in self._tries():
            with self._client.stream("GET", urljoin(job, "NextDocument")) as answer:
                if answer.status_code in _GONE:
                    return None
                if answer.status_code == _OK:
                    page = _body(answer, most_bytes)
                    if page.startswith(b"\xff\xd8\xff"):
                        return page
                    if page:
                        raise ScannerFault("a page is no JPEG")
                    empty += 1
                    if empty == _EMPTY_TRIES:
                        raise ScannerFault("a page came empty")
                elif answer.status_code != _UNAVAILABLE:
                    raise ScannerFault(
                        f"the scanner answered with HTTP status {answer.status_code} when a page was fetched"
                    )
            self._wait(answer)
        raise ScannerBusy

    def _tries(self) -> Iterator[None]:
        """Again and again until patience ends."""
        self._pause, until = _PAUSE, time.monotonic() + self._patience
        while time.monotonic() < until:
            yield

    def _wait(self, answer: httpx.Response) -> None:
        asked = answer.headers.get("retry-after", "")
        pause = float(asked) if asked.isdigit() else self._pause
        time.sleep(min(pause, _LONGEST_PAUSE, self._patience))
        self._pause = min(self._pause * 1.5, _LONGEST_PAUSE)

    def _end(self, job: str) -> None:
        """Tell the scanner that we want no more; whether it listens changes nothing."""
        try:
            self._client.delete(job.rstrip("/"))
        except httpx.HTTPError:
            return


def _body(answer: httpx.Response, most: int) -> bytes:
    found = bytearray()
    for piece in answer.iter_bytes(_CHUNK):
        found += piece
        if len(found) > most:
            raise ScannerFault("a page is too large")
    return bytes(found)


def _picture(jpeg: bytes) -> bytes:
    """A JPEG without its segments of application data and comments, in which a scanner may write the time."""
    kept, at = [], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        length = 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if not (0xE0 <= jpeg[at + 1] <= 0xEF or jpeg[at + 1] == 0xFE):
            kept.append(jpeg[at : at + length])
        at += length
    return b"".join([*kept, jpeg[at:]])


def _settings(wish: ScanWish) -> bytes:
    """The request: A4 in hundredths of a millimetre scaled to 1/300 inch, as the specification counts."""
    mode = "RGB24" if wish.colour else "Grayscale8"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<scan:ScanSettings xmlns:scan="{_SCAN}" xmlns:pwg="{_PWG}">'
        "<pwg:Version>2.63</pwg:Version><scan:Intent>Document</scan:Intent>"
        "<pwg:ScanRegions><pwg:ScanRegion><pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits>"
        "<pwg:XOffset>0</pwg:XOffset><pwg:YOffset>0</pwg:YOffset><pwg:Width>2480</pwg:Width><pwg:Height>3508</pwg:Height>"
        "</pwg:ScanRegion></pwg:ScanRegions>"
        f"<pwg:InputSource>{wish.source}</pwg:InputSource><scan:ColorMode>{mode}</scan:ColorMode>"
        f"<scan:XResolution>{wish.dpi}</scan:XResolution><scan:YResolution>{wish.dpi}</scan:YResolution>"
        f"<scan:Duplex>{str(wish.duplex).lower()}</scan:Duplex>"
        "<pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat><scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt>"
        "</scan:ScanSettings>"
    ).encode()
