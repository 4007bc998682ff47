"""Evidence as a picture: the page as scanned with a numbered box around every field, and the record beside it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from apps.cli.output import percent
from apps.presentation import type_name
from pipeline.fonts import font_files
from pipeline.intake import take_in
from pipeline.pages import load_page
from schemas.errors import UsageError
from schemas.labels import field_labels
from schemas.quality import is_sure
from schemas.records import Field
from storage.archive import Archive
from storage.model import ArchivedRecord

_SURE, _DOUBTFUL = (22, 120, 60), (200, 90, 0)


def write_pictures(archive: Archive, record: ArchivedRecord, target: Path) -> Iterator[Path]:
    """Write one PNG for each page of the document: ``target`` for the first, ``target``-2 … for the others."""
    if target.suffix.lower() != ".png":
        raise UsageError(f"{target}: the name must end in .png")
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        copy = Path(folder) / "scan"
        copy.write_bytes(archive.get(record.id, "scan"))
        scan = take_in(copy)
        for position, number in enumerate(record.pages, 1):
            page = load_page(scan, number)
            image = draw(Image.fromarray(page.picture), record, number)
            path = target if position == 1 else target.with_stem(f"{target.stem}-{position}")
            try:
                image.save(path, compress_level=3)
            except OSError as error:
                raise UsageError(f"{path}: {error.strerror}") from error
            yield path


def draw(page: Image.Image, record: ArchivedRecord, number: int) -> Image.Image:
    """The page (number from 1, as scanned) with numbered boxes, and beside it what was read in each.

    What a person should look at is orange.
    """
    labels = field_labels(record.type)
    names = sorted(record.record.fields, key=lambda name: list(labels).index(name) if name in labels else 99)
    shown = [(name, field) for name in names if (field := record.record.fields[name]).page == number]
    scale = max(page.width / 827, 0.8)  # 1 at A4 and 100 dpi
    image = Image.new("RGB", (page.width + round(430 * scale), page.height), "white")
    image.paste(page.convert("RGB"), (0, 0))
    pen = ImageDraw.Draw(image, "RGBA")
    for position, (_, field) in enumerate(shown, 1):
        if field.box is not None:
            _mark(pen, position, field, scale)
    entries = [_Entry(labels.get(name, name), field) for name, field in shown]
    _Panel(pen, page.width, image.size, scale).write(type_name(record.type), entries)
    return image


def _colour(field: Field) -> tuple[int, int, int]:
    return _SURE if is_sure(field) else _DOUBTFUL


def _mark(pen: ImageDraw.ImageDraw, position: int, field: Field, scale: float) -> None:
    """A box around the value, and its number at the box's upper left corner."""
    assert field.box is not None
    margin = 2 * scale
    left, top, right, bottom = (
        v + m for v, m in zip(field.box, (-margin, -margin, margin, margin), strict=True)
    )
    colour = _colour(field)
    pen.rectangle(
        (left, top, right, bottom), fill=(*colour, 30), outline=colour, width=max(round(1.2 * scale), 2)
    )
    _badge(pen, position, colour, (left - 4 * scale, top - 2 * scale), scale)


def _badge(
    pen: ImageDraw.ImageDraw,
    position: int,
    colour: tuple[int, int, int],
    at: tuple[float, float],
    scale: float,
) -> None:
    x, y = at
    radius = 7.5 * scale
    pen.ellipse(
        (x - radius, y - radius, x + radius, y + radius), fill=colour, outline="white", width=round(scale)
    )
    pen.text((x, y), str(position), font=_font(round(9 * scale), bold=True), fill="white", anchor="mm")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the panel."""

    label: str
    field: Field

    @property
    def value(self) -> str:
        value = self.field.value
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


class _Panel:
    """The record at the right of the page."""

    def __init__(self, pen: ImageDraw.ImageDraw, left: int, size: tuple[int, int], scale: float) -> None:
        self._pen, self._left, self._scale = pen, left, scale
        self._width, self._height = size[0] - left, size[1]

    def write(self, title: str, entries: list[_Entry]) -> None:
        """The title and all entries, set smaller where there are many."""
        scale = self._scale
        pen, left = self._pen, self._left
        pen.rectangle((left, 0, left + self._width, self._height), fill=(246, 247, 249))
        pen.text(
            (left + 18 * scale, 24 * scale),
            title,
            font=_font(round(19 * scale), bold=True),
            fill=(20, 30, 45),
        )
        top = 64 * scale
        factor = next(
            f for f in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5) if f == 0.5 or self._fits(entries, top, f * scale)
        )
        for position, entry in enumerate(entries, 1):
            top = self._entry(position, entry, top, factor * scale)

    def _fits(self, entries: list[_Entry], top: float, scale: float) -> bool:
        return top + sum(self._entry_height(entry, scale) for entry in entries) < self._height

    def _entry_height(self, entry: _Entry, scale: float) -> float:
        return (15 + 18 * len(self._lines(entry, scale)) + 10) * scale

    def _lines(self, entry: _Entry, scale: float) -> list[str]:
        font = _font(round(14 * scale), bold=False)
        room = self._width - 60 * scale
        lines = [""]
        for word in entry.value.split():
            longer = f"{lines[-1]} {word}".strip()
            if font.getlength(longer) <= room or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _entry(self, position: int, entry: _Entry, top: float, scale: float) -> float:
        colour = _colour(entry.field)
        x = self._left + 40 * scale
        _badge(self._pen, position, colour, (self._left + 22 * scale, top + 9 * scale), scale)
        note = f"{entry.label}  ·  {percent(entry.field.confidence)}{'' if colour == _SURE else '  ?'}"
        grey = (105, 115, 130) if colour == _SURE else colour
        self._pen.text((x, top), note, font=_font(round(11 * scale), bold=False), fill=grey)
        for number, line in enumerate(self._lines(entry, scale)):
            at = (x, top + (15 + 18 * number) * scale)
            self._pen.text(at, line, font=_font(round(14 * scale), bold=False), fill=(15, 20, 30))
        return top + self._entry_height(entry, scale)


@cache
def _font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    for path in font_files("Arimo", "Liberation Sans", "Tinos", "Liberation Serif", bold=bold):
        return ImageFont.truetype(str(path), size)
    raise UsageError("no font with Vietnamese letters; install fonts-croscore")
