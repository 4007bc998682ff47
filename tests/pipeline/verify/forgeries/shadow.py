"""Mainka and others, *Shadow Attacks* (2021): hide, replace, hide and replace."""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.generic import pdf_string

from tests.pipeline.verify.forgeries.parts import Parts
from tests.pipeline.verify.forgeries.writing import (
    Change,
    Forgery,
    Writer,
    behind_its_number,
    dictionary,
    drawn,
    field_of,
    numbers,
    page_of,
    registered,
    stream,
)

UPDATES: dict[str, Change] = {}
BYTES: dict[str, Forgery] = {}
_update = registered(UPDATES)
_bytes = registered(BYTES)


# Shadow attacks: hide


@_update
def hide_by_emptying_a_form(w: Writer) -> None:
    behind_its_number(
        w,
        page_of(w)["/Resources"]["/XObject"],
        "/Fm",
        stream(b"", Type=n("/XObject"), Subtype=n("/Form"), BBox=numbers(0, 0, 1, 1)),
    )


@_update
def hide_a_picture(w: Writer) -> None:
    behind_its_number(w, page_of(w)["/Resources"]["/XObject"], "/Im", generic.NullObject())


@_update
def hide_by_dropping_a_resource(w: Writer) -> None:
    page = page_of(w)
    del page["/Resources"]["/XObject"]["/Fm"]


@_update
def hide_by_dropping_content(w: Writer) -> None:
    page = page_of(w)
    page["/Contents"] = generic.ArrayObject(list(page["/Contents"])[1:])


@_update
def hide_a_note(w: Writer) -> None:
    page = page_of(w)
    page["/Annots"] = generic.ArrayObject(list(page["/Annots"])[:2])


@_update
def hide_by_transparency(w: Writer) -> None:
    page_of(w)["/Resources"]["/ExtGState"]["/G"]["/ca"] = generic.FloatObject(0)


# Shadow attacks: replace


@_update
def replace_a_font(w: Writer) -> None:
    behind_its_number(
        w,
        page_of(w)["/Resources"]["/Font"],
        "/F",
        dictionary(Type=n("/Font"), Subtype=n("/Type1"), BaseFont=n("/Symbol")),
    )


@_update
def replace_an_encoding(w: Writer) -> None:
    differences = generic.ArrayObject([generic.NumberObject(49), n("/nine")])
    font = dictionary(
        Type=n("/Font"),
        Subtype=n("/Type1"),
        BaseFont=n("/Helvetica"),
        Encoding=dictionary(Type=n("/Encoding"), Differences=differences),
    )
    behind_its_number(w, page_of(w)["/Resources"]["/Font"], "/F", font)


@_update
def replace_font_of_the_form(w: Writer) -> None:
    form = w.root["/AcroForm"]
    form["/DR"]["/Font"]["/F"] = dictionary(Type=n("/Font"), Subtype=n("/Type1"), BaseFont=n("/Symbol"))
    w.update_container(form)


@_update
def replace_a_value(w: Writer) -> None:
    field_of(w, "amount")["/V"] = pdf_string("900 000 dong")


@_update
def replace_a_value_and_its_look(w: Writer) -> None:
    field = field_of(w, "amount")
    field["/V"] = pdf_string("900 000 dong")
    field["/AP"] = dictionary(N=drawn(w, b"BT /F 24 Tf 0 g 2 10 Td (900 000 dong) Tj ET"))


@_update
def replace_a_look_only(w: Writer) -> None:
    field_of(w, "amount")["/AP"] = dictionary(N=drawn(w, b"BT /F 24 Tf 0 g 2 10 Td (900 dong) Tj ET"))


@_update
def replace_a_look_behind_its_number(w: Writer) -> None:
    new = stream(b"", Type=n("/XObject"), Subtype=n("/Form"), BBox=numbers(0, 0, 300, 40))
    behind_its_number(w, field_of(w, "amount")["/AP"], "/N", new)


@_update
def replace_how_values_are_drawn(w: Writer) -> None:
    field_of(w, "amount")["/DA"] = pdf_string("/F 24 Tf 1 g")


@_update
def have_values_drawn_anew(w: Writer) -> None:
    form = w.root["/AcroForm"]
    form["/NeedAppearances"] = generic.BooleanObject(True)
    w.update_container(form)


@_update
def replace_a_picture(w: Writer) -> None:
    old = page_of(w)["/Resources"]["/XObject"]["/Im"]
    entries = {key: value for key, value in old.items() if key not in {"/Filter", "/Length"}}
    behind_its_number(
        w, page_of(w)["/Resources"]["/XObject"], "/Im", generic.StreamObject(entries, stream_data=bytes(48))
    )


@_update
def replace_a_note(w: Writer) -> None:
    note = page_of(w)["/Annots"][2].get_object()
    note["/Contents"] = pdf_string("rejected")
    w.update_container(note)


# Shadow attacks: hide and replace


@_update
def replace_the_page_tree(w: Writer) -> None:
    page = dictionary(Type=n("/Page"), MediaBox=numbers(0, 0, 595, 842), Resources=dictionary())
    reference = w.add_object(page)
    tree = w.add_object(
        dictionary(Type=n("/Pages"), Kids=generic.ArrayObject([reference]), Count=generic.NumberObject(1))
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
    p = Parts(signed)
    found = list(re.finditer(rb"(?<!\d)%d 0 obj" % p.second, p.data))
    return p.update(entries=b"%d 1\n%010d 00000 n \n" % (p.content, found[-1].start()))


@_bytes
def object_freed(signed: Path) -> bytes:
    with pikepdf.open(signed) as pdf:
        note = pdf.pages[0].obj["/Annots"][2].objgen[0]
    return Parts(signed).update(entries=b"%d 1\n0000000000 00001 f \n" % note)
