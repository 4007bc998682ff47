"""Evidence as a picture: the page as scanned, with a box and a label for every field that was read on it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from apps.cli.report import DOUBTFUL, field_labels
from pipeline.intake import take_in
from pipeline.pages import load_page
from schemas.errors import UsageError
from schemas.records import Field
from storage.archive import Archive
from storage.model import ArchivedRecord

_SURE, _DOUBTFUL = (22, 120, 60), (200, 90, 0)
_FONTS = (
    "/usr/share/fonts/truetype/croscore/Arimo-Bold.ttf",
    "/usr/share/fonts/truetype/liberation2/LiberationSans-Bold.ttf",
)


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
            image = draw(Image.fromarray(page.picture), page.dpi, record, number)
            path = target if position == 1 else target.with_stem(f"{target.stem}-{position}")
            try:
                image.save(path, compress_level=3)
            except OSError as error:
                raise UsageError(f"{path}: {error.strerror}") from error
            yield path


def draw(page: Image.Image, dpi: float, record: ArchivedRecord, number: int) -> Image.Image:
    """The page (number from 1, as scanned) with the record's fields on it; what a person should look at is orange."""
    image = page.convert("RGB")
    scale = max(dpi / 100, 0.8)
    font = _font(round(11 * scale))
    pen = ImageDraw.Draw(image, "RGBA")
    labels = field_labels(record.type)
    taken: list[tuple[float, float, float, float]] = []
    for name, field in record.record.fields.items():
        if field.box is None or field.page != number:
            continue
        colour = _SURE if field.valid and field.confidence >= DOUBTFUL else _DOUBTFUL
        left, top, right, bottom = _around(field, round(2 * scale))
        pen.rectangle(
            (left, top, right, bottom), fill=(*colour, 28), outline=colour, width=max(round(scale), 2)
        )
        text = f"{labels.get(name, name)} · {field.confidence:.0%}"
        _tag(pen, text, font, colour, (left, top, right, bottom), taken, image.size, scale)
    return image


def _around(field: Field, margin: int) -> tuple[int, int, int, int]:
    assert field.box is not None
    left, top, right, bottom = field.box
    return left - margin, top - margin, right + margin, bottom + margin


def _tag(
    pen: ImageDraw.ImageDraw,
    text: str,
    font: ImageFont.FreeTypeFont,
    colour: tuple[int, int, int],
    box: tuple[int, int, int, int],
    taken: list[tuple[float, float, float, float]],
    size: tuple[int, int],
    scale: float,
) -> None:
    """The label at the box, where it covers no other label: above it, else below, else at its right end."""
    left, top, right, bottom = box
    pad = 2 * scale
    _, _, text_width, text_height = font.getbbox(text)
    width, height = text_width + 2 * pad, text_height + 2 * pad
    places = [
        (left, top - height),
        (right - width, top - height),
        (left, bottom),
        (right - width, bottom),
        (right, top),
    ]
    spots = [_inside(x, y, width, height, size) for x, y in places]
    spot = next((s for s in spots if not any(_overlap(s, other) for other in taken)), spots[0])
    taken.append(spot)
    pen.rectangle(spot, fill=(*colour, 235))
    pen.text((spot[0] + pad, spot[1] + pad), text, font=font, fill="white")


def _inside(
    x: float, y: float, width: float, height: float, size: tuple[int, int]
) -> tuple[float, float, float, float]:
    x = min(max(x, 0), max(size[0] - width, 0))
    y = min(max(y, 0), max(size[1] - height, 0))
    return x, y, x + width, y + height


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    for path in _FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, size)
    raise UsageError("no font with Vietnamese letters; install fonts-croscore")
