"""Separator sheets: a page with a large QR code between two papers of a stack, so that splitting needs no guess."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import fonts
from pipeline.model import PageReading
from pipeline.typeface import font_files
from schemas.vietnamese import nfc

if TYPE_CHECKING:
    from PIL.Image import Image

SEPARATOR = "separator_sheet"
"""Type of a run that is only a separator sheet: nothing is extracted from it."""

MARK = "SOHOA:SEPARATOR:1"
"""What the code of a separator sheet says; a dossier code may follow after another colon."""

_SIZE = (2480, 3508)


def is_separator(page: PageReading) -> bool:
    """A code of ours on the page says so."""
    return any(code.text.startswith(MARK) for code in page.codes)


def dossier_on(page: PageReading) -> str | None:
    """The code of the dossier that begins behind this sheet; None where the sheet only separates."""
    for code in page.codes:
        name = code.text.removeprefix(f"{MARK}:").strip() if code.text.startswith(f"{MARK}:") else ""
        if name:
            return nfc(name)
    return None


def draw_separator(dossier: str | None = None) -> Image:
    """One sheet, A4 at 300 dpi, 1 bit: four codes, so that one survives a fold or a streak, and words for people."""
    import zxingcpp
    from PIL import Image, ImageDraw, ImageFont

    text = f"{MARK}:{dossier}" if dossier else MARK
    code = Image.fromarray(
        zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="H").to_image(scale=16)
    )
    sheet = Image.new("L", _SIZE, 255)
    for x in (0.22, 0.78):
        for y in (0.2, 0.8):
            sheet.paste(code, (round(_SIZE[0] * x - code.width / 2), round(_SIZE[1] * y - code.height / 2)))
    draw = ImageDraw.Draw(sheet)
    for at, (line, size) in enumerate(
        (("TỜ PHÂN TÁCH", 150), ("Đặt giữa hai giấy tờ khi quét", 80), (dossier or "", 70))
    ):
        font = ImageFont.truetype(_font(), size)
        draw.text((_SIZE[0] / 2, _SIZE[1] * (0.45 + 0.05 * at)), line, fill=0, font=font, anchor="mm")
    return sheet.convert("1")


def _font() -> str:
    """A font with all Vietnamese letters that the recogniser's packages bring along."""
    return str(
        next(iter((*font_files(), *fonts.font_files("DejaVu Sans", "DejaVu Serif"))), "DejaVuSans.ttf")
    )


def write_separators(target: Path, count: int = 1, dossier: str | None = None) -> None:
    """A PDF with ``count`` sheets, or a PNG with one, by the suffix; raises ValueError for another suffix or count < 1."""
    if count < 1:
        raise ValueError("at least one sheet")
    sheet = draw_separator(dossier)
    match target.suffix.lower():
        case ".pdf":
            sheet.save(target, "PDF", resolution=300, save_all=True, append_images=[sheet] * (count - 1))
        case ".png" if count == 1:
            sheet.save(target, "PNG", dpi=(300, 300))
        case other:
            raise ValueError(f"separators are written as .pdf, one also as .png, not {other}")
