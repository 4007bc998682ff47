"""Writing: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.errors import UsageError
from schemas.plain import escaped, harmless, on_one_line

if TYPE_CHECKING:
    import click
    from rich.console import Console


VERDICT_COLOURS = {"valid": "green", "unproven": "yellow", "invalid": "red", "unsigned": "yellow"}


class ReaderGone(Exception):
    """Whoever read our output went away (``| head``). A name of our own, since click hides a BrokenPipeError."""


def print_json(value: dict[str, Any]) -> None:
    """One line of JSON, UTF-8, at once; what could drive a terminal, and names that are no UTF-8, come as escapes."""
    emit(escaped(json.dumps(value, ensure_ascii=False)).encode() + b"\n")


def percent(sure: float) -> str:
    """A confidence (0–1) for people, rounded down: all of a hundred is what somebody has confirmed.

    >>> percent(0.999), percent(0.29), percent(1.0)
    ('99%', '29%', '100%')
    """
    return f"{int(round(100 * sure, 6))}%"


def emit(data: bytes) -> None:
    """Bytes to stdout, at once; raises ReaderGone."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise ReaderGone from None


def console() -> Console:
    """Rich text on stdout; plain when that is no terminal. What strangers wrote is made harmless."""
    return _harmless(highlight=False, soft_wrap=not sys.stdout.isatty())


def notes() -> Console:
    """Rich text on stderr, likewise."""
    return _harmless(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def _harmless(**options: Any) -> Console:
    """The one place where text of strangers (names, reasons, metadata) is cleaned on its way to a person."""
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

    class Harmless(Console):
        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterable[Segment]:
            for segment in super().render(renderable, options):
                yield segment if segment.control else Segment(harmless(segment.text), segment.style)

    return Harmless(**options)


def escape(text: str) -> str:
    """What strangers wrote, as one line of a text with markup: neither its brackets nor its line ends are taken for ours."""
    from rich.markup import escape as of_markup

    return of_markup(on_one_line(text))


def tell_error(what: str, hint: str) -> None:
    """An error on stderr, each sentence on a line."""
    sys.stderr.write(f"sohoa: {on_one_line(what)}\n       {on_one_line(hint)}\n")


def tell_usage(wrong: click.ClickException) -> None:
    """A wrong argument, as click tells it, on stderr."""
    import io

    told = io.StringIO()
    wrong.show(file=told)
    sys.stderr.write(harmless(told.getvalue()))


def write_out(data: bytes, target: Path | None, *, replace: bool = True) -> None:
    """To a file (whole or not at all), or to stdout (``None``, or the file ``-``); raises UsageError.

    A device or a pipe is written to, never replaced. Without ``replace`` a file that holds something else is left as it is.
    """
    if target is None or str(target) == "-":
        if sys.stdout.isatty() and b"\0" in data[:1024]:
            raise UsageError("binary data to a terminal; use -o FILE")
        emit(data)
        return
    from flows.whole_file import write_whole

    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        if not replace and target.exists() and target.read_bytes() != data:
            raise UsageError(f"{target} is there already; --force replaces it")
        write_whole(target, data)
    except OSError as error:
        raise UsageError(f"{target}: {error.strerror}") from error
