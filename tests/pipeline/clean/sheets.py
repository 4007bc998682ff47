"""Sheets with nothing or next to nothing on them, scanned as the fixture generator scans."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from fixtures.generator import Capture, Level, make_paper
from fixtures.generator.ink.seal import received_stamp, seal_mask, stamp_seal
from fixtures.generator.ink.signature import sign
from fixtures.generator.model import A4, Sheet, px
from fixtures.generator.scanner.capture import plan
from fixtures.generator.scanner.scan import ScannedPage, scan_sheet
from fixtures.generator.typesetting.flow import Column, Paragraph, blank_sheet
from fixtures.generator.typesetting.fonts import Style
from fixtures.generator.typesetting.runs import Span
from pipeline.model import ScanPage

BACKS = ("administrative_document", "birth_certificate", "land_use_certificate", "receipt_slip")
LINES = ("Nơi nhận: Như trên", "HẾT", "Trang cuối của hồ sơ gồm 12 tờ", "Phụ lục I")


def scan_page(page: ScannedPage, number: int = 1) -> ScanPage:
    return ScanPage(number, page.image, page.capture.dpi)


def blank_back(seed: int, level: Level, **changes: object) -> ScannedPage:
    """The blank back of a printed sheet; ``changes`` to what the scanner does."""
    rng = Random(f"blank:{level}:{seed}")
    front = make_paper(BACKS[seed % len(BACKS)], seed).sheets[0]
    capture = replace(plan(rng, level), **changes)  # type: ignore[arg-type]
    return scan_sheet(blank_sheet(front.size), front, capture, rng)


def sparse(kind: str, seed: int, level: Level, *, back: bool = False, **changes: object) -> ScannedPage:
    """A sheet with one short line, one stamp, one seal or one signature and nothing else."""
    rng = Random(f"{kind}:{level}:{seed}")
    sheet = drawn(kind, rng)
    capture = replace(plan(rng, level), **changes)  # type: ignore[arg-type]
    behind = make_paper(BACKS[seed % len(BACKS)], seed).sheets[0] if back else None
    return scan_sheet(sheet, behind, capture, rng)


def drawn(kind: str, rng: Random) -> Sheet:
    sheet = blank_sheet(A4)
    centre = (rng.uniform(0.3, 0.7) * A4[0], rng.uniform(0.2, 0.8) * A4[1])
    if kind == "line":
        column = Column(sheet, px(30), A4[0] - px(20), centre[1])
        column.set(Paragraph((Span(rng.choice(LINES), Style(13)),), align="left"))
    elif kind == "stamp":
        received_stamp(sheet, rng, centre, ("ĐẾN", "Số: 12", "Ngày: 3/4"))
    elif kind == "seal":
        stamp_seal(sheet, rng, seal_mask("ỦY BAN NHÂN DÂN", "HUYỆN", emblem=True), centre)
    else:
        sign(sheet, rng, centre, px(rng.uniform(25, 45)))
    return sheet


def clear(**changes: object) -> Capture:
    """A scanner without faults, but for these changes."""
    return Capture(noise=1.0, blur=0.4, **changes)  # type: ignore[arg-type]
