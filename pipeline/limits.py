"""What is safe to decode, and how libraries that decode are held to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from schemas.errors import Damaged, TooLarge


@dataclass(frozen=True, slots=True)
class Limits:
    """What is safe to take in. ``pixels`` per page (A3 at 600 dpi has 70 million), ``size`` in bytes per file."""

    pixels: int = 100_000_000
    pages: int = 3000
    size: int = 1_000_000_000


DEFAULT_LIMITS = Limits()


@contextmanager
def guarded(limits: Limits = DEFAULT_LIMITS) -> Iterator[None]:
    """Let Pillow refuse pictures above the pixel limit, and give its many exceptions our names.

    Raises TooLarge or Damaged.
    """
    import struct
    import warnings

    from PIL import Image

    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise TooLarge(f"a page has more than {limits.pixels:,} pixels") from bomb
    except MemoryError as full:
        raise TooLarge("a page does not fit into memory") from full
    except (
        OSError,
        SyntaxError,
        ValueError,
        struct.error,
        IndexError,
        KeyError,
        TypeError,
        EOFError,
    ) as fault:
        raise Damaged(_brief(fault)) from fault
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _brief(fault: Exception) -> str:
    """The library's reason, without paths (they may name a person)."""
    return str(fault).split(" '")[0].split(": /")[0][:120]
