"""A font whose glyphs are blank and as wide as those of Times New Roman.

Invisible text needs a font only to say how wide each letter is, so that a selection in a viewer covers the letters
in the picture. This one is built here from the widths: one blank glyph for each distinct width, shared by
all characters that have it. A letter with marks is as wide as the letter without. The codes in the page's
content are UTF-16 code units (UCS-2); ToUnicode is the identity, so that copied text is exact.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.typeface import DEFAULT_WIDTH, char_width

if TYPE_CHECKING:
    import pikepdf

NAME = "SohoaBlank"
ASCENT, DESCENT = 891, -216
"""Of Times New Roman, in thousandths of the font size."""


@cache
def _width_table() -> tuple[list[int], bytes, list[tuple[int, int]]]:
    """The distinct widths; the glyph of each code (big-endian uint16); (code, width) where it is not the default."""
    codes = (*range(0x20, 0x250), *range(0x1E00, 0x1F00))
    distinct = sorted({DEFAULT_WIDTH, *(char_width(chr(code)) for code in codes)})
    glyph_of = {width: glyph for glyph, width in enumerate(distinct, start=1)}
    gids = bytearray(glyph_of[DEFAULT_WIDTH].to_bytes(2, "big") * 0x10000)
    special: list[tuple[int, int]] = []
    for code in codes:
        width = char_width(chr(code))
        if width != DEFAULT_WIDTH:
            gids[2 * code : 2 * code + 2] = glyph_of[width].to_bytes(2, "big")
            special.append((code, width))
    return distinct, bytes(gids), special


@cache
def _font_program() -> bytes:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    distinct, _, _ = _width_table()
    names = [".notdef", *(f"blank{width}" for width in distinct)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0xE000 + width: f"blank{width}" for width in distinct})
    builder.setupGlyf({name: Glyph() for name in names})
    builder.setupHorizontalMetrics(
        {".notdef": (DEFAULT_WIDTH, 0), **{f"blank{width}": (width, 0) for width in distinct}}
    )
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupNameTable({"familyName": NAME, "styleName": "Regular", "psName": NAME})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].created = builder.font["head"].modified = (
        3_786_912_000  # 2024-01-01, whatever the clock says
    )
    builder.font.recalcTimestamp = False
    out = BytesIO()
    builder.save(out)
    return out.getvalue()


@cache
def _to_unicode() -> bytes:
    pages = [f"<{high:02X}00><{high:02X}FF><{high:02X}00>" for high in range(256)]
    ranges = "\n".join(
        f"{len(chunk)} beginbfrange\n" + "\n".join(chunk) + "\nendbfrange"
        for chunk in (pages[start : start + 100] for start in range(0, 256, 100))
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n"
        f"{ranges}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def embed(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """The font, put into a PDF; one such object serves all pages."""
    from pikepdf import Array, Dictionary, Name

    _, gids, special = _width_table()
    program = _font_program()
    font_file = pdf.make_stream(program)
    font_file.Length1 = len(program)
    descriptor = pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/" + NAME),
            Flags=4,
            FontBBox=Array([0, DESCENT, 1000, ASCENT]),
            ItalicAngle=0,
            Ascent=ASCENT,
            Descent=DESCENT,
            CapHeight=662,
            StemV=80,
            FontFile2=font_file,
        )
    )
    widths = Array([number for code, width in special for number in (code, code, width)])
    descendant = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/" + NAME),
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=descriptor,
            DW=DEFAULT_WIDTH,
            W=widths,
            CIDToGIDMap=pdf.make_stream(gids),
        )
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + NAME),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([descendant]),
            ToUnicode=pdf.make_stream(_to_unicode()),
        )
    )
