"""A paper drawn with exact words, as scans in many shapes."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.intake import take_in
from pipeline.model import PageReading, Scan
from pipeline.pages import load_page
from pipeline.typeface import font_files
from schemas.geometry import Affine, Box
from schemas.text import Block, BlockKind, Line, PageText, Word

LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 4567/QĐ-UBND, ngày 05 tháng 11 năm 2026",
    "Người được cấp: Nguyễn Thị Ngọc Ánh, sinh năm 1987",
    "thường trú tại xã Phú Xuân, tỉnh Đắk Lắk (ưỡng ẹo ỹ)",
)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_files()[0], size)


def paper(dpi: int = 100, lines: tuple[str, ...] = LINES, top: float = 1.1) -> tuple[Image.Image, PageText]:
    """An upright A4 page in colour, and its words where they stand."""
    width, height = round(8.27 * dpi), round(11.69 * dpi)
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    font = _font(round(13 * dpi / 72))
    drawn = []
    for number, line in enumerate(lines):
        x, y = 1.2 * dpi, (top + 0.4 * number) * dpi
        words = []
        for word in line.split():
            words.append(Word(word, Box(*draw.textbbox((x, y), word, font=font)), 0.95))
            draw.text((x, y), word, font=font, fill="black")
            x += draw.textlength(word + " ", font=font)
        drawn.append(Line(tuple(words)))
    draw.ellipse((width * 0.6, height * 0.6, width * 0.8, height * 0.6 + width * 0.2), outline="red", width=4)
    return image, PageText(1, width, height, float(dpi), (Block(BlockKind.BODY, tuple(drawn)),))


def turned(image: Image.Image, turns: int) -> tuple[Image.Image, Affine]:
    """The paper as it lies on a scanner when ``turns`` clockwise quarter turns make it upright; and upright → scan."""
    width, height = image.size
    to_scan = (
        Affine(),
        Affine(0, 1, 0, -1, 0, width),
        Affine(-1, 0, width, 0, -1, height),
        Affine(0, -1, height, 1, 0, 0),
    )[turns]
    return image.rotate(90 * turns, expand=True), to_scan


def reading(
    scan: Scan, text: PageText, turns: int = 0, to_scan: Affine | None = None, number: int = 1
) -> PageReading:
    """What a faultless reader makes of a page."""
    page = load_page(scan, number)
    height, width = page.picture.shape[:2]
    text = replace(text, number=number, to_scan=to_scan or Affine())
    return PageReading(number, width, height, page.dpi, turns, text)


def scan_of(path: Path) -> Scan:
    return take_in(path)


def words(pdf: Path, *options: str) -> list[str]:
    done = subprocess.run(["pdftotext", *options, str(pdf), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8").split()


def placed_words(pdf: Path, dpi: float) -> tuple[Word, ...]:
    """The words of a file of one page, with their boxes in pixels."""
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True)
    pattern = r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<'
    found = re.findall(pattern, done.stdout.decode())
    return tuple(
        Word(unescape(text), Box(*(float(side) * dpi / 72 for side in sides)), 0.95) for *sides, text in found
    )


def rendered(pdf: Path, width: int, height: int, page: int = 1) -> np.ndarray:
    """A page as poppler draws it, RGB, at exactly this size."""
    out = pdf.with_name(f"{pdf.stem}-{page}")
    subprocess.run(
        [
            "pdftoppm",
            "-png",
            "-singlefile",
            "-f",
            str(page),
            "-l",
            str(page),
            "-scale-to-x",
            str(width),
            "-scale-to-y",
            str(height),
            str(pdf),
            str(out),
        ],
        check=True,
    )
    return np.asarray(Image.open(out.with_suffix(".png")).convert("RGB"))
