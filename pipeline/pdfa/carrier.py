"""Pictures go to disk as they are made, into a file that is the ground on which the copy is built.

A PDF library holds in memory what it is given as bytes, but leaves in its file what it has opened. So the pictures are
written one by one into a bare PDF without pages, by hand, and the library opens that; memory does not grow with their number.
"""

from __future__ import annotations

from typing import BinaryIO

from pipeline.pdfa.image import PdfImage


class Carrier:
    """A PDF file (ISO 32000-1, 7.5) of image objects and no pages; use once: ``add`` …, ``finish``."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._offsets: list[int] = []
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._object(b"<< /Type /Catalog /Pages 2 0 R >>")
        self._object(b"<< /Type /Pages /Kids [] /Count 0 >>")

    def add(self, image: PdfImage) -> int:
        """Write a picture; gives its object number."""
        entries = [
            "/Type /XObject /Subtype /Image",
            f"/Width {image.width} /Height {image.height} /BitsPerComponent {image.bits}",
            f"/ColorSpace {_colour_space(image)} /Filter {image.filter} /Length {len(image.data)}",
        ]
        if image.parameters:
            inner = " ".join(f"{key} {str(value).lower()}" for key, value in image.parameters.items())
            entries.append(f"/DecodeParms << {inner} >>")
        dictionary = f"<< {' '.join(entries)} >>".encode("ascii")
        return self._object(dictionary + b"\nstream\n", image.data, b"\nendstream")

    def finish(self) -> None:
        """Write the cross-reference table."""
        start = self._file.tell()
        count = len(self._offsets) + 1
        rows = "".join(f"{offset:010d} 00000 n \n" for offset in self._offsets)
        table = f"xref\n0 {count}\n0000000000 65535 f \n{rows}trailer\n<< /Size {count} /Root 1 0 R >>\n"
        self._file.write(f"{table}startxref\n{start}\n%%EOF\n".encode("ascii"))
        self._file.flush()

    def _object(self, *parts: bytes) -> int:
        self._offsets.append(self._file.tell())
        number = len(self._offsets)
        self._file.write(b"%d 0 obj\n" % number)
        for part in parts:
            self._file.write(part)
        self._file.write(b"\nendobj\n")
        return number


def _colour_space(image: PdfImage) -> str:
    if image.palette is None:
        return image.colour_space
    return f"[/Indexed {image.colour_space} {len(image.palette) // 3 - 1} <{image.palette.hex()}>]"
