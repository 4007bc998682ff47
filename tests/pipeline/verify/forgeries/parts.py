"""A signed file taken apart, to write updates byte by byte that no library would write."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pikepdf


class Parts:
    """A signed file taken apart: page 1, its first content, the catalogue, what a new trailer needs."""

    def __init__(self, signed: Path) -> None:
        self.data = signed.read_bytes()
        with pikepdf.open(signed) as pdf:
            page = pdf.pages[0].obj
            self.page, self.content = page.objgen[0], page.Contents[0].objgen[0]
            self.second = pdf.pages[1].obj.Contents[0].objgen[0]
            self.tree, self.root, self.size = (
                pdf.Root.Pages.objgen[0],
                pdf.Root.objgen[0],
                int(pdf.trailer["/Size"]),
            )
            self.page_body = page.unparse(resolved=True)
            self.root_body = pdf.Root.unparse(resolved=True)
            self.info = b"/Info %d 0 R" % pdf.trailer.Info.objgen[0]
        self.previous = int(re.findall(rb"startxref\s+(\d+)", self.data)[-1])

    def stream(self, number: int, content: bytes, generation: int = 0, entries: bytes = b"") -> bytes:
        head = b"%d %d obj\n<</Length %d%s>>\nstream\n" % (number, generation, len(content), entries)
        return head + content + b"\nendstream\nendobj\n"

    def update(self, *objects: tuple[int, bytes], trailer: bytes = b"", entries: bytes = b"") -> bytes:
        """An update with a classical table that lists these objects (number, bytes)."""
        whole, table = self.data + b"\n", b""
        for number, body in objects:
            table += b"%d 1\n%010d 00000 n \n" % (number, len(whole))
            whole += body
        most = max([self.size - 1, *(number for number, _ in objects)]) + 1
        return self.closed(whole, table + entries, most, trailer)

    def closed(self, whole: bytes, entries: bytes, size: int, trailer: bytes = b"") -> bytes:
        """A whole file with these entries as its last table, behind which it ends."""
        end = b"trailer\n<</Size %d/Root %d 0 R/Prev %d%s%s>>\n" % (
            size, self.root, self.previous, self.info, trailer,
        )  # fmt: skip
        return whole + b"xref\n" + entries + end + b"startxref\n%d\n%%%%EOF\n" % len(whole)

    def table_object(
        self, number: int, place: int, entries: dict[int, tuple[int, int, int]], more: bytes = b""
    ) -> bytes:
        """A cross-reference stream for a place in the file, itself included."""
        listed = {**entries, number: (1, place, 0)}
        index = b" ".join(b"%d 1" % one for one in sorted(listed))
        rows = b"".join(
            bytes([kind]) + first.to_bytes(4, "big") + second.to_bytes(2, "big")
            for _, (kind, first, second) in sorted(listed.items())
        )
        return b"%d 0 obj\n<</Type/XRef/W[1 4 2]/Index[%s]/Size %d/Root %d 0 R%s%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
            number, index, max(self.size, number + 1), self.root, self.info, more, len(rows), rows,
        )  # fmt: skip

    def packed(self, number: int, objects: list[tuple[int, bytes]]) -> bytes:
        """An object stream that holds these objects."""
        head, body = b"", b""
        for one, text in objects:
            head += b"%d %d " % (one, len(body))
            body += text + b" "
        data = zlib.compress(head + body)
        return b"%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
            number, len(objects), len(head), len(data), data,
        )  # fmt: skip
