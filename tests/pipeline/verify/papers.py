"""Documents that attacks find something to do on: text, form, layer, picture, annotation, an empty signature field."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.stamp import BaseStampStyle, StaticStampStyle, TextStampStyle

from tests.pki.harness import PASSWORD, Pki

PRINT = (72, 690, 372, 730)
"""Where page 1 says what is granted."""
BLANK = (300, 100, 500, 160)


def form(path: Path, *, rotate: int = 0, crop: bool = False) -> Path:
    """Two pages: print, a text field, a layer that is off, a picture, a note, an empty signature field."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Draft")))
    pixels = Stream(pdf, bytes([200, 40, 40] * 16))
    pixels.update(
        {
            "/Type": Name.XObject,
            "/Subtype": Name.Image,
            "/Width": 4,
            "/Height": 4,
            "/BitsPerComponent": 8,
            "/ColorSpace": Name.DeviceRGB,
        }
    )
    shape = Stream(pdf, b"BT /F 18 Tf 72 640 Td (Approved by the chairman) Tj ET")
    shape.update(
        {
            "/Type": Name.XObject,
            "/Subtype": Name.Form,
            "/BBox": Array([0, 0, 595, 842]),
            "/Resources": Dictionary(Font=Dictionary(F=font)),
        }
    )
    pages = []
    for number in (1, 2):
        print_ = f"BT /F 24 Tf 72 700 Td (Granted to Nguyen Thi Mau, page {number}) Tj ET\n".encode()
        content = (
            print_
            + b"/Fm Do q 60 0 0 60 72 500 cm /Im Do Q\n/OC /L BDC BT /F 18 Tf 72 450 Td (Void) Tj ET EMC"
        )
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj["/Contents"] = Array(
            [pdf.make_indirect(Stream(pdf, content)), pdf.make_indirect(Stream(pdf, b"q Q"))]
        )
        page.obj["/Resources"] = Dictionary(
            Font=Dictionary(F=font),
            XObject=Dictionary(Im=pdf.make_indirect(pixels), Fm=pdf.make_indirect(shape)),
            Properties=Dictionary(L=layer),
            ExtGState=Dictionary(G=Dictionary(Type=Name.ExtGState, ca=1)),
        )
        page.obj["/Rotate"] = rotate
        if crop:
            page.obj["/CropBox"] = Array([20, 60, 575, 800])
        pages.append(page.obj)
    look = Stream(pdf, b"BT /F 24 Tf 0 g 2 10 Td (100 dong) Tj ET")
    look.update(
        {
            "/Type": Name.XObject,
            "/Subtype": Name.Form,
            "/BBox": Array([0, 0, 300, 40]),
            "/Resources": Dictionary(Font=Dictionary(F=font)),
        }
    )
    amount = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("amount"),
            V=String("100 dong"),
            DA=String("/F 24 Tf 0 g"),
            Rect=Array([72, 560, 372, 600]),
            F=4,
            P=pages[0],
            AP=Dictionary(N=pdf.make_indirect(look)),
        )
    )
    empty = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String("Second"),
            Rect=Array([300, 200, 500, 260]),
            F=4,
            P=pages[0],
        )
    )
    note = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Square,
            Rect=Array([400, 500, 500, 560]),
            C=Array([0, 0, 1]),
            Contents=String("checked"),
            F=4,
        )
    )
    pages[0]["/Annots"] = pdf.make_indirect(Array([amount, empty, note]))
    root = pdf.Root
    root["/AcroForm"] = pdf.make_indirect(
        Dictionary(
            Fields=Array([amount, empty]), DA=String("/F 24 Tf 0 g"), DR=Dictionary(Font=Dictionary(F=font))
        )
    )
    root["/OCProperties"] = pdf.make_indirect(
        Dictionary(OCGs=Array([layer]), D=Dictionary(ON=Array([]), OFF=Array([layer]), Order=Array([layer])))
    )
    root["/PageLabels"] = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))
    pdf.docinfo["/Title"] = "Decision"
    with pdf.open_metadata() as xmp:
        xmp["dc:title"] = "Decision"
    pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return path


def key(pki: Pki, who: str) -> SimpleSigner:
    return SimpleSigner.load_pkcs12(pki.pkcs12(who), passphrase=PASSWORD.encode())


def signed_by(
    source: Path,
    target: Path,
    pki: Pki,
    who: str,
    *,
    field: str = "Extra",
    box: tuple[int, int, int, int] | None = None,
    style: BaseStampStyle | None = None,
    certify: MDPPerm | None = None,
    page: int = 0,
    existing: bool = False,
    update: Callable[[IncrementalPdfFileWriter], object] | None = None,
    locks: str | None = None,
) -> Path:
    """A signature as any program makes it; ``update`` is what the signer changes in the same revision, ``locks`` a field that stays."""
    writer = IncrementalPdfFileWriter(io.BytesIO(source.read_bytes()), strict=False)
    if update is not None:
        update(writer)
    metadata = PdfSignatureMetadata(
        field_name=field,
        certify=certify is not None,
        **({"docmdp_permissions": certify} if certify is not None else {}),
    )
    lock = FieldMDPSpec(FieldMDPAction.INCLUDE, [locks]) if locks else None
    spec = None if existing else SigFieldSpec(field, on_page=page, box=box, field_mdp_spec=lock)
    out = PdfSigner(metadata, key(pki, who), stamp_style=style, new_field_spec=spec).sign_pdf(writer)
    target.write_bytes(out.getvalue())
    return target


def see_through(text: str = "Signed") -> BaseStampStyle:
    """Lines and letters, nothing behind them."""
    return TextStampStyle(stamp_text=text, background=None)


def opaque(width: int, height: int, ink: bytes = b"1 1 1 rg") -> BaseStampStyle:
    """A mark that hides what is under it."""
    drawn = b"%s 0 0 %d %d re f" % (ink, width, height)
    return StaticStampStyle(
        background=RawContent(drawn, box=BoxConstraints(width, height)), background_opacity=1, border_width=0
    )
