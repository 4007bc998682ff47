"""What stands in the copy in place of a page that nobody can open: that it is missing, in words, so that nobody takes it for blank."""

from __future__ import annotations

from pipeline.pdfa.textfont import TextFont

_SIZE, _LEADING = 14.0, 20.0


def notice(number: int, size: tuple[float, float]) -> tuple[bytes, TextFont]:
    """Content for a page of ``size`` points (font resource ``/F2``), and its font."""
    lines = [
        f"Trang {number} của bản quét không mở được",
        "nên không có trong bản sao này.",
        f"(Page {number} of the scan cannot be opened.)",
    ]
    font = TextFont(lines)
    left, top = size[0] * 0.12, size[1] * 0.85
    shown = " T* ".join(font.show(line) for line in lines)
    content = f"q BT /F2 {_SIZE:g} Tf 0 g {_LEADING:g} TL 1 0 0 1 {left:.2f} {top:.2f} Tm {shown} ET Q\n"
    return content.encode("ascii"), font
