"""The document that was signed against the document now, as a viewer shows them (poppler), page by page.

A third reader, which follows neither pyHanko's rules nor ours: whatever trick hides a change from them must still show here.
The same page drawn twice by the same program is the same to the last pixel, so pages are drawn small. What differs outside the
places of later signatures is a change; inside, a mark may add ink to the page, but not take any away.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from pipeline.verify.revisions import Beginning

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import Picture

LONG_SIDE = 640
"""Pixels of a page's longer side: 55 dpi on A4."""

MEMORY = 1536 << 20
"""Bytes that the viewer may take for a page; a bomb gets no more."""

PAGE_SECONDS = 60
"""Patience with one page."""

_NOISE = 3
"""Levels (of 255) that a pixel may differ by: rounding where transparency is blended in another order."""

_CELL = 8
_INK = 4 * 255
"""Ink of a cell of 8 × 8 pixels from which on it counts as printed: four black pixels, in levels."""
_LOST = 0.6

_CONTRAST = ((_CELL, 0.1), (4 * _CELL, 0.3))
"""Side of a cell, and the part of the contrast of its print that must be left: a bar of whatever ink, hatching, a pattern."""

_PRINT = 4 * 200.0**2
"""Squared levels from the mean, summed over a cell, from which on it counts as printed: four black pixels on white."""

Rect = tuple[float, float, float, float]
"""Left, bottom, right, top, as parts (0–1) of the page as it is seen, its bottom left the origin."""


class NotComparable(Exception):
    """The viewer cannot draw the pages (damaged, too large, too slow, or no viewer is installed)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first page, from 1, that looks otherwise now. ``covered``: by the mark of a later signature that hides print."""

    page: int
    covered: bool = False


def first_difference(
    file: BinaryIO, end: int, pages: Sequence[int], marks: Mapping[int, Sequence[Rect]]
) -> Difference | None:
    """Compare pages (from 1) of the first ``end`` bytes of an open file with those of the whole.

    ``marks`` are places of later signatures by page. Raises NotComparable.
    """
    with ExitStack() as stack:
        signed = stack.enter_context(tempfile.TemporaryFile(prefix="sohoa-"))
        shutil.copyfileobj(Beginning(file, end), signed, 1 << 20)
        signed.flush()
        for run in _runs(pages):
            before = stack.enter_context(_pages(signed, run))
            after = stack.enter_context(_pages(file, run))
            for page in run:
                old, new = next(before, None), next(after, None)
                if old is None and new is None:
                    raise NotComparable(f"page {page} cannot be drawn")
                if old is None or new is None or old.shape != new.shape:
                    return Difference(page)
                if (found := _compared(old, new, marks.get(page, ()))) is not None:
                    return Difference(page, covered=found)
    return None


def _runs(pages: Sequence[int]) -> list[range]:
    """Pages that follow one another, together."""
    runs: list[range] = []
    for page in sorted(pages):
        if runs and runs[-1].stop == page:
            runs[-1] = range(runs[-1].start, page + 1)
        else:
            runs.append(range(page, page + 1))
    return runs


def _compared(old: Picture, new: Picture, marks: Sequence[Rect]) -> bool | None:
    """None for the same picture; else whether the difference is print that a mark hides."""
    import numpy as np

    if np.array_equal(old, new):
        return None
    distance = np.abs(old.astype(np.int16) - new.astype(np.int16)).max(axis=2)
    differs = np.asarray(distance > _NOISE)
    height, width = differs.shape
    hidden = False
    for left, bottom, right, top in marks:
        x0, x1 = max(int(left * width) - 2, 0), min(int(right * width) + 3, width)
        y0, y1 = max(int((1 - top) * height) - 2, 0), min(int((1 - bottom) * height) + 3, height)
        differs[y0:y1, x0:x1] = False
        hidden |= _hides(old[y0:y1, x0:x1], new[y0:y1, x0:x1])
    if differs.any():
        return False
    return True if hidden else None


def _hides(old: Picture, new: Picture) -> bool:
    """Whether print that was there cannot be read any more: its ink is lost in some cell, or its contrast, in any colour."""
    import numpy as np

    if old.size == 0:
        return False
    before, after = (picture.astype(np.float32).mean(axis=2) for picture in (old, new))
    paper = float(np.percentile(before, 95))
    ink = np.clip(paper - 24 - before, 0, None)
    lost = np.minimum(ink, np.clip(after - before, 0, None))
    printed, gone = _cells(ink), _cells(lost)
    if ((printed > _INK) & (gone > _LOST * printed)).any():
        return True
    return any(_contrast_gone(old, new, cell, least) for cell, least in _CONTRAST)


def _contrast_gone(old: Picture, new: Picture, cell: int, least: float) -> bool:
    """Whether in some cell with print no colour follows it by ``least``: the slope of the levels now over those before."""
    import numpy as np

    printed, seen = np.array(False), np.array(False)
    for channel in range(3):
        before, after = (picture[:, :, channel].astype(np.float64) for picture in (old, new))
        count = _cells(np.ones_like(before), cell)
        mean, mean_after = (_cells(values, cell) / count for values in (before, after))
        varies = _cells(before * before, cell) - count * mean * mean
        follows = _cells(before * after, cell) - count * mean * mean_after
        has_print = varies > _PRINT
        printed = printed | has_print
        seen = seen | (has_print & (follows >= least * varies))
    return bool((printed & ~seen).any())


def _cells(values: NDArray[np.floating], cell: int = _CELL) -> NDArray[np.floating]:
    """The sums of cells of ``cell`` × ``cell`` pixels."""
    import numpy as np

    height, width = (-(-side // cell) * cell for side in values.shape)
    padded = np.zeros((height, width), values.dtype)
    padded[: values.shape[0], : values.shape[1]] = values
    summed: NDArray[np.floating] = padded.reshape(height // cell, cell, width // cell, cell).sum(axis=(1, 3))
    return summed


@contextmanager
def _pages(file: BinaryIO, run: range) -> Iterator[Iterator[Picture]]:
    """These pages of an open file, drawn one after the other by a process that is stopped at the end."""
    command = ["pdftoppm", "-q", "-cropbox", "-scale-to", str(LONG_SIDE)]
    command += ["-f", str(run.start), "-l", str(run.stop - 1)]
    handle = file.fileno()
    try:
        process = subprocess.Popen(
            [*command, f"/dev/fd/{handle}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[handle],
        )
    except OSError as error:
        raise NotComparable("pdftoppm (poppler-utils) is not installed") from error
    with suppress(ProcessLookupError, PermissionError):  # it ended already
        resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        yield _drawn(process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _drawn(process: subprocess.Popen[bytes]) -> Iterator[Picture]:
    from pipeline.pages.ppm import pictures_from

    assert process.stdout is not None
    try:
        yield from pictures_from(process.stdout.fileno(), PAGE_SECONDS, 2 * LONG_SIDE)
        code = process.wait(PAGE_SECONDS)
    except (TimeoutError, subprocess.TimeoutExpired) as late:
        raise NotComparable("a page takes too long") from late
    except EOFError as cut:
        raise NotComparable("half a picture") from cut
    except ValueError as odd:
        raise NotComparable("an unexpected picture") from odd
    if code != 0:
        raise NotComparable("the viewer gave up")
