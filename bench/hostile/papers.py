"""PDFs drawn by chance: rotations, boxes, strips, masks, colour spaces, annotations, layers, forms, inline images, UserUnit."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 300.0, 420.0


def random_pdf(seed: int) -> bytes:
    """A PDF of one or two pages; the same seed gives the same file."""
    chance = random.Random(seed)
    pdf = pikepdf.new()
    for _ in range(chance.choice((1, 1, 1, 2))):
        _page(pdf, chance)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _page(pdf: pikepdf.Pdf, chance: random.Random) -> None:
    page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    names: dict[str, pikepdf.Object] = {}
    content = chance.choice((_whole, _whole, _strips, _partly))(pdf, chance, names)
    extra = chance.choice(_EXTRAS)
    resources = Dictionary(XObject=Dictionary(names), Font=Dictionary(F0=_font()))
    content = extra(pdf, chance, page, resources, content)
    page.obj.Resources = resources
    page.obj.Contents = pdf.make_stream(content.encode())
    _boxes(page, chance)


def _font() -> pikepdf.Object:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def picture(chance: random.Random, mode: str = "RGB", size: tuple[int, int] = (625, 875)) -> Image.Image:
    """A paper of dark words, a seal and a corner mark: no turn or mirroring goes unseen."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    width, height = size
    for line in range(4, max(height // 28 - 3, 5)):
        x = width * 0.1
        while x < width * chance.uniform(0.5, 0.9):
            word = chance.uniform(16, 80)
            draw.rectangle((x, line * 28, x + word, line * 28 + 12), fill=(30, 30, 40))
            x += word + 12
    draw.ellipse((width * 0.6, height * 0.6, width * 0.85, height * 0.8), outline=(200, 20, 20), width=4)
    draw.rectangle((5, 5, width * 0.2, 20), fill=(20, 20, 160))
    return image if mode == "RGB" else image.convert(mode)


def _stream(pdf: pikepdf.Pdf, chance: random.Random, size: tuple[int, int] = (625, 875)) -> pikepdf.Stream:
    """A picture in one of many colour spaces and codings."""
    kind = chance.choice(("rgb", "jpeg", "grey", "bit", "cmyk", "cmyk_jpeg", "indexed", "sep", "icc", "lab"))
    decode = chance.random() < 0.15
    mode = {"grey": "L", "bit": "1", "cmyk": "CMYK", "cmyk_jpeg": "CMYK", "sep": "L", "icc": "L"}.get(
        kind, "RGB"
    )
    image = picture(chance, mode, size)
    data = image.tobytes()
    space: pikepdf.Object = Name.DeviceRGB
    bits, channels = (1 if kind == "bit" else 8), len(image.getbands())
    if mode in {"L", "1"}:
        space = Name.DeviceGray
    elif mode == "CMYK":
        space = Name.DeviceCMYK
    if kind == "indexed":
        few = image.quantize(16)
        data, palette, channels = few.tobytes(), bytes(few.getpalette() or [])[:48].ljust(48, b"\0"), 1
        space = Array([Name.Indexed, Name.DeviceRGB, 15, pikepdf.String(palette)])
    elif kind == "sep":
        function = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 1, 1], C1=[0, 0, 0], N=1)
        space = Array([Name.Separation, Name.Black, Name.DeviceRGB, function])
        data = bytes(255 - value for value in data)
    elif kind == "icc":
        space = Array([Name.CalGray, Dictionary(WhitePoint=[0.95, 1, 1.09], Gamma=1.8)])
    elif kind == "lab":
        space = Array([Name.Lab, Dictionary(WhitePoint=[0.96, 1, 0.82], Range=[-100, 100, -100, 100])])
        lightness = np.asarray(image.convert("L"))
        data = np.dstack([lightness, np.full_like(lightness, 128), np.full_like(lightness, 128)]).tobytes()
    if kind in {"jpeg", "cmyk_jpeg"}:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=85)
        stream = pikepdf.Stream(pdf, out.getvalue())
        stream.Filter = Name.DCTDecode
    else:
        stream = pikepdf.Stream(pdf, data)
    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = *size, bits
    stream.ColorSpace = space
    if decode and kind in {"rgb", "grey", "bit", "jpeg", "cmyk"}:
        stream.Decode = Array([1, 0] * channels)
    masked = chance.random()
    if masked < 0.08:
        soft = Image.new("L", size, 255)
        ImageDraw.Draw(soft).rectangle((0, 0, size[0], size[1] // 2), fill=chance.choice((0, 90, 255)))
        stream.SMask = _grey_stream(pdf, soft)
    elif masked < 0.14:
        stream.Mask = Array([200, 255] * channels)
    return stream


def _grey_stream(pdf: pikepdf.Pdf, image: Image.Image) -> pikepdf.Stream:
    stream = pikepdf.Stream(pdf, image.tobytes())
    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = image.width, image.height, 8
    stream.ColorSpace = Name.DeviceGray
    return stream


_Names = dict[str, pikepdf.Object]


def _whole(pdf: pikepdf.Pdf, chance: random.Random, names: _Names) -> str:
    names["/Im0"] = _stream(pdf, chance)
    return chance.choice(
        (
            f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /Im0 Do Q",
            f"q {-WIDTH} 0 0 {-HEIGHT} {WIDTH} {HEIGHT} cm /Im0 Do Q",
            f"q {WIDTH} 0 0 {-HEIGHT} 0 {HEIGHT} cm /Im0 Do Q",
            f"q {WIDTH * 1.05} 0 0 {HEIGHT * 1.05} -5 -5 cm /Im0 Do Q",
        )
    )


def _strips(pdf: pikepdf.Pdf, chance: random.Random, names: _Names) -> str:
    count = chance.choice((2, 3, 5))
    parts = []
    for number in range(count):
        names[f"/Im{number}"] = _stream(pdf, chance, (625, 875 // count))
        parts.append(f"q {WIDTH} 0 0 {HEIGHT / count} 0 {HEIGHT * number / count} cm /Im{number} Do Q")
    return "\n".join(parts)


def _partly(pdf: pikepdf.Pdf, chance: random.Random, names: _Names) -> str:
    names["/Im0"] = _stream(pdf, chance)
    share = chance.choice((0.5, 0.88, 0.95))
    return f"0 0.4 0 rg 20 20 60 60 re f q {WIDTH * share} 0 0 {HEIGHT * share} 10 10 cm /Im0 Do Q"


def _nothing(
    pdf: pikepdf.Pdf, chance: random.Random, page: pikepdf.Page, res: pikepdf.Object, content: str
) -> str:
    return content


def _annotation(
    pdf: pikepdf.Pdf, chance: random.Random, page: pikepdf.Page, res: pikepdf.Object, content: str
) -> str:
    look = pikepdf.Stream(pdf, b"0.8 0 0 rg 0 0 80 30 re f 0 g BT /F0 14 Tf 5 8 Td (4711) Tj ET")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 80, 30])
    look.Resources = Dictionary(Font=Dictionary(F0=_font()))
    note = Dictionary(
        Type=Name.Annot,
        Subtype=chance.choice((Name.Widget, Name.Stamp, Name.FreeText, Name.Link)),
        Rect=[60, 200, 140, 230],
        F=chance.choice((4, 4, 2, 0)),
        AP=Dictionary(N=look),
    )
    page.obj.Annots = Array([pdf.make_indirect(note), *chance.choice(([], [None]))])
    return content


def _layer(
    pdf: pikepdf.Pdf, chance: random.Random, page: pikepdf.Page, res: pikepdf.Object, content: str
) -> str:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("layer")))
    shown = Dictionary(Order=Array([group]))
    shown[chance.choice(("/ON", "/OFF"))] = Array([group])
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=shown)
    res.Properties = Dictionary(L0=group)
    return chance.choice(
        (f"/OC /L0 BDC {content} EMC", f"{content} /OC /L0 BDC 1 0 0 rg 50 50 90 90 re f EMC")
    )


def _clip(
    pdf: pikepdf.Pdf, chance: random.Random, page: pikepdf.Page, res: pikepdf.Object, content: str
) -> str:
    return (
        chance.choice(("0 300 300 120 re W n ", "0 0 300 420 re W n ", "0 0 m 300 0 l 150 420 l h W n "))
        + content
    )


def _transparency(
    pdf: pikepdf.Pdf, chance: random.Random, page: pikepdf.Page, res: pikepdf.Object, content: str
) -> str:
    res.ExtGState = Dictionary(
        G0=Dictionary(ca=chance.choice((0, 0.5, 1)), BM=chance.choice((Name.Normal, Name.Multiply)))
    )
    return f"q /G0 gs {content} Q"


def _inline(
    pdf: pikepdf.Pdf, chance: random.Random, page: pikepdf.Page, res: pikepdf.Object, content: str
) -> str:
    stamp = "q 80 0 0 40 100 150 cm BI /W 2 /H 1 /CS /RGB /BPC 8 /F /AHx ID FF0000 0000FF > EI Q"
    return chance.choice((f"{content} {stamp}", f"{stamp} {content}"))


def _vectors(
    pdf: pikepdf.Pdf, chance: random.Random, page: pikepdf.Page, res: pikepdf.Object, content: str
) -> str:
    marks = "0.9 0.1 0.1 RG 5 w 40 40 m 250 380 l S 0 0.5 0 rg 30 300 60 40 re f"
    return chance.choice((f"{content} {marks}", f"{marks} {content}"))


def _text(
    pdf: pikepdf.Pdf, chance: random.Random, page: pikepdf.Page, res: pikepdf.Object, content: str
) -> str:
    mode = chance.choice((0, 3, 3, 7))
    return f"{content} BT /F0 20 Tf {mode} Tr 40 100 Td (CONG HOA 1234) Tj ET"


def _form(
    pdf: pikepdf.Pdf, chance: random.Random, page: pikepdf.Page, res: pikepdf.Object, content: str
) -> str:
    form = pikepdf.Stream(pdf, content.encode())
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, WIDTH, HEIGHT])
    form.Matrix = chance.choice((Array([1, 0, 0, 1, 0, 0]), Array([0.9, 0, 0, 0.9, 10, 10])))
    form.Resources = Dictionary(XObject=res.XObject, Font=res.Font)
    res.XObject = Dictionary(Fm0=form)
    return "q /Fm0 Do Q"


_Extra = Callable[[pikepdf.Pdf, random.Random, pikepdf.Page, pikepdf.Object, str], str]
_EXTRAS: tuple[_Extra, ...] = (
    _nothing, _nothing, _annotation, _layer, _clip, _transparency, _inline, _vectors, _text, _form,
)  # fmt: skip


def _boxes(page: pikepdf.Page, chance: random.Random) -> None:
    page.obj.Rotate = chance.choice((0, 0, 0, 90, 180, 270, -90, 45))
    kind = chance.choice(("plain", "plain", "crop", "larger", "swapped", "away", "moved", "unit", "string"))
    if kind == "crop":
        page.obj.CropBox = Array([20, 30, 280, 400])
    elif kind == "larger":
        page.obj.CropBox = Array([-40, -50, 340, 480])
    elif kind == "swapped":
        page.obj.MediaBox = Array([WIDTH, HEIGHT, 0, 0])
    elif kind == "away":
        page.obj.CropBox = Array([0, 0, 0, 0])
    elif kind == "moved":
        page.obj.MediaBox = Array([-30, -20, WIDTH, HEIGHT])
    elif kind == "unit":
        page.obj.UserUnit = chance.choice((2, 0.5, 10, 0))
    elif kind == "string":
        page.obj.CropBox = pikepdf.String("none")
