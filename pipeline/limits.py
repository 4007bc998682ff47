"""What is safe to decode, and how libraries that decode are held to it.

Three fences, from the inside out: every decoder is told the limits that it knows of; cpu time is measured from outside Python;
and the process that decodes foreign files has only so much memory (``pipeline.apart``), so that no file takes the machine.
"""

from __future__ import annotations

import logging
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from schemas.errors import Damaged, ScratchFull, SohoaError, TakesTooLong, TooLarge, WorkerDied, machine_fault

logger = logging.getLogger("sohoa")

_LAST_WORD = 1.1
"""A step that does not end when it is told to is killed with its process after so many times its limit."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is safe to take in. ``pixels`` per page (A3 at 600 dpi has 70 million), ``size`` in bytes per file.

    ``memory`` in bytes is what the process that works on a file may have, ``seconds`` the cpu time to take in a file, to
    decode a page of it, and to copy one; reading what is on it has a limit of its own.
    """

    pixels: int = 100_000_000
    pages: int = 3000
    size: int = 1_000_000_000
    memory: int = 1_500_000_000
    seconds: int = 20


DEFAULT_LIMITS = Limits()


@contextmanager
def guarded(limits: Limits = DEFAULT_LIMITS) -> Iterator[None]:
    """Let Pillow refuse pictures above the pixel limit, and give the many exceptions of libraries our names.

    Raises TooLarge or Damaged: whatever a decoder throws at a foreign file is no fault of ours; but a full disk is none of the
    file's, and raises an Unreachable.
    """
    import warnings

    from PIL import Image, UnidentifiedImageError

    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except SohoaError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise TooLarge(f"a page has more than {limits.pixels:,} pixels") from bomb
    except Exception as fault:
        if (ours := machine_fault(fault)) is not None:
            raise ours from fault
        logger.debug("a decoder gave up", exc_info=True)
        if _memory_is_full(fault):
            raise TooLarge(_NO_ROOM) from fault
        raise Damaged(_NO_HEADER if isinstance(fault, UnidentifiedImageError) else _UNDECODED) from fault
    finally:
        Image.MAX_IMAGE_PIXELS = before


@contextmanager
def in_memory() -> Iterator[None]:
    """Raises TooLarge where the block needs more memory than this process may have: a foreign file's doing, and no fault of ours."""
    try:
        yield
    except SohoaError:
        raise
    except Exception as fault:
        if _memory_is_full(fault):
            logger.debug("memory is full", exc_info=True)
            raise TooLarge(_NO_ROOM) from fault
        raise


_NO_ROOM = "a page does not fit into memory"

_NO_HEADER, _UNDECODED = "what a picture begins with makes no sense", "a picture cannot be decoded"
"""Our own words: what a library says names its own parts, addresses in memory and paths, and is for the debug log."""


def _memory_is_full(fault: Exception) -> bool:
    """Python says so by its class, OpenCV and other libraries in C++ in words."""
    return isinstance(fault, MemoryError) or any(
        told in str(fault) for told in ("nsufficient memory", "bad_alloc")
    )


@contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """Let the block have so much cpu time of this process; raises TakesTooLong for ``what``.

    Only the main thread of a process can be told so; what a library does not let go of is ended with the process, a tenth and
    two seconds later, if ``pipeline.apart`` said that it may be.
    """
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getitimer(signal.ITIMER_VIRTUAL)[0]
    ):
        yield
        return

    def late(_: int, __: FrameType | None) -> None:
        raise TakesTooLong(what)

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)  # again, should a library swallow it
    if expendable():
        signal.setitimer(signal.ITIMER_PROF, _LAST_WORD * seconds + 2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGVTALRM, before)


_expendable = False


def expendable() -> bool:
    """Whether this process works for another one, which goes on when this one is killed."""
    return _expendable


def make_expendable(memory: int) -> None:
    """From now on this process may have so many bytes of memory, and is ended by the kernel when it does not let go.

    For workers only. What they start inherits the limit of memory. What a forked process has from its parent counts as well:
    one that begins with much is left half as much as the limit besides, else it could not do anything.
    """
    import resource

    global _expendable  # noqa: PLW0603 - a property of the process
    _expendable = True
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    most = max(memory, _held() + memory // 2)
    for kind, limit in ((resource.RLIMIT_DATA, most), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


_FOR_COLOUR = 8
"""Bytes of memory for each pixel of three colours without which no page is read: measured for JPEG, PNG, TIFF, WEBP and HEIC, of which some
decoders say of a lack of memory only that they failed, at 4 to 7 bytes."""


def demand_memory(width: int, height: int, channels: int = 3) -> None:
    """Raise TooLarge where a picture of this size cannot be decoded in the memory that this process may have; called before it is."""
    import resource

    most, _ = resource.getrlimit(resource.RLIMIT_DATA)
    if most != resource.RLIM_INFINITY and width * height * channels * _FOR_COLOUR / 3 > most - _held():
        raise TooLarge(_NO_ROOM)


_LITTLE = 2 << 20
"""Bytes; with less room than that for temporary files nobody can work."""


def demand_room(folder: Path, size: int = 0) -> None:
    """Raise ScratchFull unless the disk of ``folder`` has ``size`` bytes and a small reserve free.

    Some C++ libraries abort the whole process when the disk is full while they write, so this is checked before they are called.
    """
    if shutil.disk_usage(folder).free < size + _LITTLE:
        raise ScratchFull


def death(name: str = "") -> SohoaError:
    """Why a process died that worked on a file: the machine had no room for what it wrote, or the file killed it."""
    try:
        demand_room(Path(tempfile.gettempdir()))
    except (ScratchFull, OSError):
        return ScratchFull()
    return WorkerDied(name)


def _held() -> int:
    """Bytes of data that this process has, as the limit counts them; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmData:")), "VmData: 0")
    return int(line.split()[1]) * 1024
