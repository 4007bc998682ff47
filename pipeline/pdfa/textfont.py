"""A visible font with the widths of Times New Roman: Tinos or Liberation Serif 2, subset and embedded.

Both are packages of the system (``fonts-croscore``, ``fonts-liberation2``) and hold all Vietnamese letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from pipeline.typeface import font_files
from schemas.errors import UsageError

if TYPE_CHECKING:
    import pikepdf

_MARKS = "\u0300\u0301\u0303\u0309\u0323"
_VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
#: ASCII and all Vietnamese letters: the same subset for nearly every paper, made once.
_ALWAYS = {chr(code) for code in range(0x20, 0x7F)} | set("đĐ" + _VOWELS)
_ALWAYS |= {normalize("NFC", vowel + mark) for vowel in _VOWELS for mark in _MARKS}


class TextFont:
    """The letters that some lines need, ready to be measured, written and embedded."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._characters = sorted({c for line in lines for c in line} | _ALWAYS)
        self._program, self._glyphs, self._widths, self._name, self._metrics = _subset(
            "".join(self._characters)
        )

    def width(self, text: str, size: float) -> float:
        """Points that a line takes at this font size."""
        return sum(self._widths[c] for c in text) * size / 1000

    def show(self, text: str) -> str:
        """The PDF operator that shows a line."""
        return "<" + "".join(f"{self._glyphs[c]:04X}" for c in text) + "> Tj"

    def embed(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """The font, put into a PDF."""
        from pikepdf import Array, Dictionary, Name

        file = pdf.make_stream(self._program)
        file.Length1 = len(self._program)
        ascent, descent, box, cap_height = self._metrics
        name = Name("/" + self._name)
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            Flags=4,
            FontBBox=Array(box),
            ItalicAngle=0,
            Ascent=ascent,
            Descent=descent,
            CapHeight=cap_height,
            StemV=80,
            FontFile2=file,
        )
        pairs = sorted((self._glyphs[c], self._widths[c]) for c in self._characters)
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            W=Array([entry for glyph, width in pairs for entry in (glyph, Array([width]))]),
            CIDToGIDMap=Name.Identity,
        )
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=name,
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(descendant)]),
                ToUnicode=pdf.make_stream(self._to_unicode()),
            )
        )

    def _to_unicode(self) -> bytes:
        pairs = [f"<{self._glyphs[c]:04X}> <{c.encode('utf-16-be').hex()}>" for c in self._characters]
        ranges = "\n".join(
            f"{len(chunk)} beginbfchar\n" + "\n".join(chunk) + "\nendbfchar"
            for chunk in (pairs[start : start + 100] for start in range(0, len(pairs), 100))
        )
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
            f"{ranges}\nendcmap CMapName currentdict /CMap defineresource pop end end\n"
        ).encode("ascii")


@cache
def _font_file(characters: str) -> Path:
    from fontTools.ttLib import TTFont

    for path in font_files():
        with TTFont(path, lazy=True) as font:
            if set(map(ord, characters)) <= set(font.getBestCmap()):
                return path
    raise UsageError("no font for the marks: install fonts-croscore or fonts-liberation2")


@cache
def _subset(characters: str) -> tuple[bytes, dict[str, int], dict[str, float], str, Any]:
    """Program, glyph and width (thousandths) of each character, PostScript name, and metrics of the descriptor."""
    import hashlib

    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(
        layout_features=[],
        hinting=False,
        notdef_outline=True,
        recalc_timestamp=False,
        drop_tables=["DSIG", "GSUB", "GPOS", "GDEF"],
    )
    with TTFont(_font_file(characters), recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        cmap, scale = font.getBestCmap(), 1000 / font["head"].unitsPerEm
        glyphs = {c: font.getGlyphID(cmap[ord(c)]) for c in characters}
        widths = {c: round(font["hmtx"][cmap[ord(c)]][0] * scale, 3) for c in characters}
        head, hhea, os2 = font["head"], font["hhea"], font["OS/2"]
        box = [round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)]
        metrics = (
            round(hhea.ascent * scale),
            round(hhea.descent * scale),
            box,
            round(getattr(os2, "sCapHeight", 0) * scale) or 662,
        )
        tag = "".join(chr(ord("A") + b % 26) for b in hashlib.sha256(characters.encode()).digest()[:6])
        name = f"{tag}+{font['name'].getDebugName(6)}"
        out = BytesIO()
        font.save(out)
    return out.getvalue(), glyphs, widths, name, metrics
