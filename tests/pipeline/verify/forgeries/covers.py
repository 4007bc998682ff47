"""Rohlmann and others, *Breaking the Specification: PDF Certification* (2021): evil annotations, and fields that cover."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.generic import pdf_string

from tests.pipeline.verify.forgeries.writing import (
    COVER,
    Change,
    Writer,
    add_to_form,
    annotate,
    dictionary,
    drawn,
    field_of,
    numbers,
    registered,
    signed_field,
    stream,
    widget_of,
)

UPDATES: dict[str, Change] = {}
_update = registered(UPDATES)


# Evil annotations, and fields that cover


def _add_note(subtype: str, **entries: Any) -> Change:
    def change(w: Writer) -> None:
        annotate(w, widget_of(w, Subtype=n(f"/{subtype}"), **entries))

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
    "Link", A=dictionary(S=n("/URI"), URI=pdf_string("https://example.invalid"))
)
UPDATES["annotation_screen"] = _add_note("Screen")


def _add_field(kind: str, **entries: Any) -> Change:
    def change(w: Writer) -> None:
        add_to_form(w, widget_of(w, Subtype=n("/Widget"), FT=n(f"/{kind}"), T=pdf_string("x"), **entries))

    return change


UPDATES["unsigned_field_covers"] = _add_field("Sig")
UPDATES["unsigned_field_unseen"] = _add_field("Sig", F=generic.NumberObject(2))
UPDATES["field_with_an_empty_signature"] = _add_field("Sig", V=dictionary(Type=n("/Sig")))
UPDATES["text_field_covers"] = _add_field("Tx", V=pdf_string("Granted to Evil Eve"))
UPDATES["button_covers"] = _add_field("Btn", Ff=generic.NumberObject(1 << 16))
UPDATES["choice_covers"] = _add_field("Ch", V=pdf_string("Eve"))
UPDATES["field_of_unknown_kind"] = _add_field("S#69g")


@_update
def field_with_the_same_signature(w: Writer) -> None:
    """An appearance of one's own over the signature of another."""
    held = signed_field(w).raw_get("/V")
    add_to_form(w, widget_of(w, Subtype=n("/Widget"), FT=n("/Sig"), T=pdf_string("x"), V=held))


@_update
def look_of_the_signature(w: Writer) -> None:
    field = signed_field(w)
    field["/Rect"] = numbers(72, 690, 372, 730)
    field["/AP"] = dictionary(N=drawn(w, COVER))


@_update
def second_widget_of_the_signature(w: Writer) -> None:
    field = signed_field(w)
    kid = widget_of(
        w,
        Subtype=n("/Widget"),
        Parent=field.container_ref and generic.IndirectObject(field.container_ref.idnum, 0, w),
    )
    field["/Kids"] = generic.ArrayObject([kid])
    annotate(w, kid)


@_update
def other_name_of_the_signature(w: Writer) -> None:
    signed_field(w)["/T"] = pdf_string("Chairman")


@_update
def form_of_another_kind(w: Writer) -> None:
    form = w.root["/AcroForm"]
    form["/XFA"] = w.add_object(stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"))
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
    field_of(w, "Second")["/AP"] = dictionary(N=drawn(w, COVER))


@_update
def empty_field_moves(w: Writer) -> None:
    field_of(w, "Second")["/Rect"] = numbers(72, 690, 372, 730)
