"""Small files that would take the machine: each a few kilobytes to some megabytes that unfold to gigabytes or to hours of work.

Made here rather than kept: a function of no arguments gives the bytes of one. ``BOMBS`` names them all.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects as they are, with a table; object 1 is its catalogue."""
    out, places = bytearray(HEADER), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        entry = b"%010d 00000 n " % places[number] if number in places else b"0000000000 65535 f "
        out += entry + b"\n"
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def stream(entries: bytes, data: bytes) -> bytes:
    """A stream object's body."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def deflated(entries: bytes, data: bytes, layers: int = 1) -> bytes:
    """The same, compressed so many times."""
    for _ in range(layers):
        data = zlib.compress(data, 9)
    return stream(entries + b"/Filter[" + b"/FlateDecode" * layers + b"]", data)


def _page(content: bytes, resources: bytes = b"", page: bytes = b"", **more: bytes) -> bytes:
    """One page; ``more`` are objects ``o10`` and up."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s>>%s>>"
        % (resources, page),
        4: content,
    }
    return pdf(objects | {int(name[1:]): body for name, body in more.items()})


def nested_forms() -> bytes:
    """Ten forms, each of which draws the next ten times."""
    names = b"".join(b"/F%d %d 0 R" % (n, n) for n in range(10, 20))
    res = b"/Resources<</XObject<<%s>>>>" % names
    forms = {
        f"o{n}": stream(
            b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]" + res,
            b"/F%d Do " % (n + 1) * 10 if n < 19 else b"0 0 9 9 re f ",
        )
        for n in range(10, 20)
    }
    return _page(stream(b"", b"/F10 Do"), b"/XObject<<%s>>" % names, **forms)


def form_of_itself() -> bytes:
    """A form that draws itself."""
    form = stream(
        b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 10 0 R>>>>", b"/F Do /F Do"
    )
    return _page(stream(b"", b"/F Do"), b"/XObject<</F 10 0 R>>", o10=form)


def content_bomb() -> bytes:
    """A page description of half a gigabyte, packed three times."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"0 0 m 9 9 l S\n" * 1_000_000) for _ in range(40)) + packer.flush()
    twice = zlib.compress(zlib.compress(packed, 9), 9)
    return _page(stream(b"/Filter[/FlateDecode/FlateDecode/FlateDecode]", twice))


def content_of_curves() -> bytes:
    """Sixty megabytes of curves, which is just allowed: hours for a renderer."""
    return _page(deflated(b"", b"0 0 m 1 900 900 1 595 842 c S\n" * 2_000_000))


def user_unit() -> bytes:
    """A page of two kilometres."""
    return _page(stream(b"", b"0 0 9 9 re f"), page=b"/UserUnit 1000000")


def giant_picture() -> bytes:
    """A picture of 10 000 × 9 999 pixels in some hundred kilobytes, just allowed."""
    picture = deflated(
        b"/Type/XObject/Subtype/Image/Width 10000/Height 9999/BitsPerComponent 8/ColorSpace/DeviceRGB",
        bytes(10000 * 9999 * 3),
    )
    return _page(stream(b"", b"q 595 0 0 842 0 0 cm /I Do Q"), b"/XObject<</I 10 0 R>>", o10=picture)


def many_pictures() -> bytes:
    """Twelve hundred drawings of one large picture with a mask."""
    shape = b"/Type/XObject/Subtype/Image/Width 6000/Height 6000/BitsPerComponent 8"
    picture = deflated(shape + b"/ColorSpace/DeviceGray/SMask 11 0 R", bytes(36_000_000))
    mask = deflated(shape + b"/ColorSpace/DeviceGray", b"\x80" * 36_000_000)
    content = stream(b"", b"q 595 0 0 842 0 0 cm /I Do Q " * 1200)
    return _page(content, b"/XObject<</I 10 0 R>>", o10=picture, o11=mask)


def tiling() -> bytes:
    """A pattern of tiles a thousandth of a point wide."""
    tile = stream(
        b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep .001/YStep .001/Resources<<>>",
        b"0 0 5 5 re f",
    )
    content = stream(b"", b"/Pattern cs /P scn 0 0 595 842 re f")
    return _page(content, b"/Pattern<</P 10 0 R>>", o10=tile)


def font_of_itself() -> bytes:
    """A Type 3 font whose letters are written in it, each of hundreds of them."""
    font = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 97/LastChar 98"
        b"/Widths[1000 1000]/Encoding<</Type/Encoding/Differences[97/a/b]>>/CharProcs<</a 11 0 R/b 12 0 R>>"
        b"/Resources<</Font<</F 10 0 R>>>>>>"
    )
    one = stream(b"", b"1000 0 d0 BT /F 900 Tf (%s) Tj ET" % (b"b" * 900))
    two = stream(b"", b"1000 0 d0 BT /F 900 Tf (%s) Tj ET" % (b"a" * 900))
    content = stream(b"", b"BT /F 12 Tf 50 500 Td (aaaa) Tj ET")
    return _page(content, b"/Font<</F 10 0 R>>", o10=font, o11=one, o12=two)


def font_program() -> bytes:
    """A TrueType font that names 65 000 tables of four gigabytes each."""
    tables = b"".join(struct.pack(">4sIII", b"g%03d" % (n % 999), 0, 0, 0xFFFFFFFF) for n in range(65000))
    program = deflated(b"", b"\0\1\0\0" + struct.pack(">HHHH", 65000, 0, 0, 0) + tables)
    descriptor = b"<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 1 1]/FontFile2 12 0 R>>"
    font = (
        b"<</Type/Font/Subtype/TrueType/BaseFont/X/FirstChar 97/LastChar 97/Widths[9]/FontDescriptor 11 0 R>>"
    )
    content = stream(b"", b"BT /F 12 Tf 50 500 Td (aaaa) Tj ET" * 200)
    return _page(content, b"/Font<</F 10 0 R>>", o10=font, o11=descriptor, o12=program)


def deep_arrays() -> bytes:
    """Arrays in arrays, two hundred thousand deep."""
    return _page(stream(b"", b"0 0 9 9 re f"), page=b"/X %s%s" % (b"[" * 200_000, b"]" * 200_000))


def deep_content() -> bytes:
    """The same in a page description, with dictionaries and saved states."""
    return _page(stream(b"", b"q " * 500_000 + b"/X " + b"<</A[" * 200_000 + b" BDC 0 0 9 9 re f"))


def table_loop() -> bytes:
    """Cross-reference tables that lead in a circle, with millions of objects that are not there."""
    data = pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R]/Count 1000000>>"})
    start = data.rindex(b"xref\n0 ")
    end = data.index(b"trailer")
    table = b"xref\n0 8000000\n" + data[start + 9 : end]
    return (
        data[:start]
        + table
        + b"trailer\n<</Size 8000000/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (start, start)
    )


def page_tree_loop() -> bytes:
    """Page trees that branch a hundredfold and lead into one another."""
    kids = b"[" + b"3 0 R 2 0 R " * 100 + b"]"
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 99999999/Kids%s>>" % kids,
            3: b"<</Type/Pages/Parent 2 0 R/Count 99999999/Kids%s>>" % kids,
        }
    )


def object_streams() -> bytes:
    """Object streams that extend one another in a circle and unfold to two gigabytes."""
    body = deflated(b"/Type/ObjStm/N 9000000/First 90000000/Extends 11 0 R", bytes(200_000_000))
    return _page(stream(b"", b"0 0 9 9 re f"), page=b"/X 10 0 R/Y 11 0 R", o10=body, o11=body)


def _coded(
    filter: bytes, data: bytes, bits: int = 8, space: bytes = b"/DeviceGray", size: int = 9000
) -> bytes:
    picture = stream(
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/ColorSpace%s/Filter%s"
        % (size, size, bits, space, filter),
        data,
    )
    return _page(stream(b"", b"q 595 0 0 842 0 0 cm /I Do Q"), b"/XObject<</I 10 0 R>>", o10=picture)


def jbig2() -> bytes:
    """A JBIG2 page of 65 000 × 65 000 with generic regions as large."""
    info = struct.pack(">IIIIBH", 65000, 65000, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", 65000, 65000, 0, 0, 0) + b"\0" + bytes(8) + bytes(300)
    data = struct.pack(">IBBBI", 0, 48, 0, 1, len(info)) + info
    for number in range(1, 60):
        data += struct.pack(">IBBBI", number, 38, 0, 1, len(region)) + region
    return _coded(b"/JBIG2Decode", data, bits=1)


def jpeg2000() -> bytes:
    """A JPEG 2000 codestream of 65 000 × 65 000 pixels in tiles of one pixel."""
    size = struct.pack(">HIIIIIIIIH", 0, 65000, 65000, 0, 0, 1, 1, 0, 0, 3) + b"\x07\1\1" * 3
    data = b"\xff\x4f\xff\x51" + struct.pack(">H", 2 + len(size)) + size
    data += b"\xff\x52" + struct.pack(">HBBHB5B", 12, 0, 0, 1, 0, 5, 4, 4, 0, 0) + b"\xff\xd9"
    return _coded(b"/JPXDecode", data, space=b"/DeviceRGB")


def fax() -> bytes:
    """A fax of a page that is 9 000 × 11 000 and in no line ends."""
    data = stream(
        b"/Type/XObject/Subtype/Image/Width 9000/Height 11000/BitsPerComponent 1/ColorSpace/DeviceGray"
        b"/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 2147483000/Rows 2147483000>>",
        b"\x26\xa0" * 4000,
    )
    return _page(stream(b"", b"q 595 0 0 842 0 0 cm /I Do Q"), b"/XObject<</I 10 0 R>>", o10=data)


def functions() -> bytes:
    """A shading whose colours are worked out by a calculator of a hundred thousand steps, for each point."""
    calculator = stream(
        b"/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]", b"{" + b"2 copy add pop " * 100_000 + b" dup}"
    )
    shading = (
        b"<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1 0 1]/Matrix[595 0 0 842 0 0]/Function 10 0 R>>"
    )
    return _page(stream(b"", b"/S sh " * 40), b"/Shading<</S 11 0 R>>", o10=calculator, o11=shading)


def groups() -> bytes:
    """Transparency groups in one another, fifty deep, each of the whole page and with a mask."""
    objects = {}
    for n in range(10, 60):
        inner = b"/F%d Do" % (n + 1) if n < 59 else b"0 0 9 9 re f"
        names = b"/XObject<</F%d %d 0 R>>/ExtGState<</G<</SMask<</S/Luminosity/G %d 0 R>>>>>>" % (
            n + 1, n + 1, min(n + 1, 59),
        )  # fmt: skip
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Group<</S/Transparency/CS/DeviceRGB>>"
        objects[f"o{n}"] = stream(head + b"/Resources<<%s>>" % names, b"/G gs " + inner)
    return _page(stream(b"", b"/F10 Do"), b"/XObject<</F10 10 0 R>>", **objects)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, data: bytes, *more: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def png() -> bytes:
    """A picture of 9 900 × 9 900 in sixteen bits and four channels, just allowed."""
    packer = zlib.compressobj(6)
    data = b"".join(packer.compress(bytes(8 * 9900 + 1)) for _ in range(9900)) + packer.flush()
    return _png(9900, 9900, data)


def png_of_words() -> bytes:
    """A small picture with texts and a profile that unfold to a gigabyte."""
    words = zlib.compress(bytes(250_000_000), 9)
    chunks = [_chunk(b"zTXt", b"k%d\0\0" % n + words) for n in range(4)]
    return _png(8, 8, zlib.compress(bytes(65 * 8)), _chunk(b"iCCP", b"x\0\0" + words), *chunks)


def png_giant() -> bytes:
    """A head that says two thousand million pixels each way."""
    return _png(2**31 - 1, 2**31 - 1, zlib.compress(bytes(99)))


def _tiff(entries: list[tuple[int, int, int, int]], data: bytes = b"", follow: int = 0) -> bytes:
    table = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return (
        b"II*\0"
        + struct.pack("<I", 8)
        + struct.pack("<H", len(entries))
        + table
        + struct.pack("<I", follow)
        + data
    )


def _shape(
    width: int, height: int, place: int, size: int, compression: int
) -> list[tuple[int, int, int, int]]:
    return [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, compression), (262, 3, 1, 1),
        (273, 4, 1, place), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, size),
    ]  # fmt: skip


def tiff() -> bytes:
    """One strip of 9 999 × 9 999 pixels, deflated."""
    data = zlib.compress(bytes(9999 * 9999), 9)
    place = 8 + 2 + 9 * 12 + 4
    return _tiff(_shape(9999, 9999, place, len(data), 8), data)


def tiff_loop() -> bytes:
    """A page that is followed by itself."""
    return _tiff(_shape(100, 100, 8, 10000, 1), bytes(10000), follow=8)


def tiff_of_tags() -> bytes:
    """Tags of four thousand million values each."""
    entries = _shape(100, 100, 8, 10000, 1)
    entries[5] = (273, 4, 0xFFFFFFFF, 8)
    entries[8] = (279, 4, 0xFFFFFFFF, 8)
    return _tiff([*entries, (270, 2, 0xFFFFFFF0, 8), (34675, 7, 0x7FFFFFFF, 8)], bytes(10000))


def progressive() -> bytes:
    """A progressive JPEG with thousands of scans over sixteen million pixels."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (4000, 4000), 128).save(out, "JPEG", progressive=True, quality=10)
    data = out.getvalue()
    scans = [at for at in range(len(data) - 1) if data[at : at + 2] == b"\xff\xda"]
    last = data[scans[-1] : -2]
    return data[:-2] + last * (1_000_000 // max(len(last), 1)) + b"\xff\xd9"


def webp() -> bytes:
    """The largest picture there is of this kind, of one colour."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (9990, 9990), 255).convert("RGB").save(out, "WEBP", lossless=True, quality=0, method=0)
    return out.getvalue()


BOMBS: Mapping[str, Callable[[], bytes]] = {
    make.__name__: make
    for make in (
        nested_forms, form_of_itself, content_bomb, content_of_curves, user_unit, giant_picture, many_pictures, tiling,
        font_of_itself, font_program, deep_arrays, deep_content, table_loop, page_tree_loop, object_streams, jbig2,
        jpeg2000, fax, functions, groups, png, png_of_words, png_giant, tiff, tiff_loop, tiff_of_tags, progressive, webp,
    )
}  # fmt: skip
