"""Pictures parked on disk until the copy is written.

What a PDF object library holds as bytes it holds in memory until the end. Pictures are therefore written into side files
some megabytes at a time, and taken over from there when the copy is saved.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.pdfa.images import PdfImage, embed

if TYPE_CHECKING:
    import pikepdf

PARCEL = 16_000_000
"""Bytes of pictures that are held in memory, and the size of a side file."""


class Spool:
    """A folder of side files; what was taken from it is good until the spool is closed."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack, self._count = folder, stack, 0

    def embed(self, pdf: pikepdf.Pdf, images: Sequence[PdfImage], *, park: bool) -> list[pikepdf.Object]:
        """The pictures as XObjects of ``pdf``; by way of one side file if they are to be parked."""
        if not park:
            return [embed(pdf, image) for image in images]
        import pikepdf

        self._count += 1
        path = self._folder / f"{self._count}.pdf"
        with pikepdf.Pdf.new() as side:
            side.Root.Pictures = pikepdf.Array([embed(side, image) for image in images])
            side.save(path, compress_streams=False)
        parked = self._stack.enter_context(pikepdf.open(path))
        return [pdf.copy_foreign(picture) for picture in parked.Root.Pictures]


@contextmanager
def open_spool(beside: Path) -> Iterator[Spool]:
    """A spool in a temporary folder beside the target."""
    with (
        tempfile.TemporaryDirectory(dir=beside.parent, prefix=f".{beside.name}.") as folder,
        ExitStack() as stack,
    ):
        yield Spool(Path(folder), stack)
