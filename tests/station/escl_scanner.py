"""A network scanner for tests: a real HTTP service that speaks eSCL, and plays the faults that real ones have.

Faults: ``busy`` (503 with Retry-After, on the job and on pages, then well), ``never`` (503 without end), ``completed`` (a job
that ends with 0 images, as sane-airscan#179), ``empty`` (a page of zero bytes, then well), ``hollow`` (only pages of zero
bytes), ``endless`` (the same duplex pages again and again), ``text`` (a page that is no picture), ``stops`` (an error half way).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass
class EsclScanner:
    """Runs while it is entered; ``pages`` are what lies in the feeder, ``asked`` the settings of the jobs, ``ended`` how many were deleted."""

    pages: list[bytes]
    fault: str = ""
    asked: list[str] = field(default_factory=list)
    ended: int = 0
    _refusals: int = 2
    _at: int = 0

    @property
    def address(self) -> str:
        """Of its eSCL service."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/eSCL"

    def __enter__(self) -> EsclScanner:
        scanner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if scanner.refuses():
                    self.answer(503, retry=1)
                    return
                scanner.asked.append(body)
                scanner._at = 0
                # a host that only the scanner knows, as real ones name it
                self.answer(201, location="http://scanner.invalid/eSCL/ScanJobs/7")

            def do_GET(self) -> None:
                if scanner.refuses():
                    self.answer(503, retry=1)
                    return
                status, page = scanner.next()
                self.answer(status, page)

            def do_DELETE(self) -> None:
                scanner.ended += 1
                self.answer(200)

            def answer(self, status: int, body: bytes = b"", *, retry: int = 0, location: str = "") -> None:
                self.send_response(status)
                if retry:
                    self.send_header("Retry-After", str(retry))
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def refuses(self) -> bool:
        """Whether to answer 503 now."""
        if self.fault == "never":
            return True
        if self.fault == "busy" and self._refusals:
            self._refusals -= 1
            return True
        return False

    def next(self) -> tuple[int, bytes]:
        """Status and bytes of the next page; 404 when there is none."""
        at = self._at
        if self.fault == "hollow" or (self.fault == "empty" and at == 1 and self._refusals):
            self._refusals -= 1
            return 200, b""
        if self.fault == "completed" or (self.fault != "endless" and at >= len(self.pages)):
            return 404, b""
        if self.fault == "stops" and at == 1:
            return 500, b""
        self._at += 1
        if self.fault == "text":
            return 200, b"<html>scanner</html>"
        return 200, self.pages[at % len(self.pages)]
