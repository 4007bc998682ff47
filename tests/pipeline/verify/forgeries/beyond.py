"""What viewers show or say beyond the pages' own content, and messages (CMS) that were tampered with: tried by a third reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.generic import pdf_string

from tests.pipeline.verify.forgeries.writing import (
    EVIL,
    Change,
    Forgery,
    Writer,
    dictionary,
    drawn,
    in_the_catalogue,
    numbers,
    page_of,
    registered,
    signed_field,
    stream,
)

UPDATES: dict[str, Change] = {}
BYTES: dict[str, Forgery] = {}
_update = registered(UPDATES)

CATALOGUE: dict[str, tuple[str, Callable[[Writer], generic.PdfObject]]] = {
    "portfolio": ("/Collection", lambda _: dictionary(View=n("/D"), D=pdf_string("evil.pdf"))),
    "language": ("/Lang", lambda _: pdf_string("xx")),
    "outline": ("/Outlines", lambda w: w.add_object(dictionary(Title=pdf_string("Granted to Evil Eve"), Count=generic.NumberObject(0)))),
    "labels_of_pages": ("/PageLabels", lambda _: dictionary(Nums=generic.ArrayObject([generic.NumberObject(0), dictionary(P=pdf_string("VOID "))]))),
    "how_it_opens": ("/PageMode", lambda _: n("/UseAttachments")),
    "preferences_of_the_viewer": ("/ViewerPreferences", lambda _: dictionary(ViewArea=n("/BleedBox"), PrintArea=n("/BleedBox"))),
    "base_of_links": ("/URI", lambda _: dictionary(Base=pdf_string("http://evil.example/"))),
    "structure": ("/StructTreeRoot", lambda w: w.add_object(dictionary(Type=n("/StructTreeRoot"), K=dictionary(S=n("/P"), ActualText=pdf_string("Granted to Evil Eve"))))),
    "intent_of_colours": ("/OutputIntents", lambda _: generic.ArrayObject([dictionary(S=n("/GTS_PDFA1"), OutputConditionIdentifier=pdf_string("x"))])),
    "associated_file": ("/AF", lambda w: generic.ArrayObject([w.add_object(dictionary(Type=n("/Filespec"), F=pdf_string("evil.pdf")))])),
    "permissions": ("/Perms", lambda _: dictionary(UR3=generic.NullObject())),
    "legal": ("/Legal", lambda _: dictionary(Attestation=pdf_string("all is well"))),
    "threads": ("/Threads", lambda w: generic.ArrayObject([w.add_object(dictionary(I=dictionary(Title=pdf_string("x"))))])),
}  # fmt: skip
"""Keys of the catalogue and what is put there."""

for _title, (_key, _value) in CATALOGUE.items():
    UPDATES[f"catalogue_{_title}"] = in_the_catalogue(_key, _value)


def _of_the_page(key: str, value: Callable[[Writer], generic.PdfObject]) -> Change:
    def change(w: Writer) -> None:
        page_of(w)[n(key)] = value(w)

    return change


PAGE: dict[str, tuple[str, Callable[[Writer], generic.PdfObject]]] = {
    "transition": ("/Trans", lambda _: dictionary(S=n("/Fly"))),
    "metadata": ("/Metadata", lambda w: w.add_object(stream(b"<x/>", Type=n("/Metadata"), Subtype=n("/XML")))),
    "box_of_print": ("/TrimBox", lambda _: numbers(0, 0, 100, 100)),
    "box_of_art": ("/ArtBox", lambda _: numbers(0, 0, 100, 100)),
    "order_of_tabs": ("/Tabs", lambda _: n("/C")),
    "views": ("/VP", lambda _: generic.ArrayObject([dictionary(BBox=numbers(0, 0, 9, 9), Name=pdf_string("x"))])),
    "template": ("/TemplateInstantiated", lambda _: n("/Evil")),
    "action": ("/AA", lambda _: dictionary(O=dictionary(S=n("/JavaScript"), JS=pdf_string("this.getField('amount').value='9'")))),
    "beads": ("/B", lambda _: generic.ArrayObject()),
}  # fmt: skip
"""Keys of a page and what is put there."""

for _title, (_key, _value) in PAGE.items():
    UPDATES[f"page_{_title}"] = _of_the_page(_key, _value)


@_update
def alternative_of_a_picture(w: Writer) -> None:
    """Another picture for the printer."""
    picture = page_of(w)["/Resources"]["/XObject"]["/Im"]
    other = w.add_object(stream(bytes(48), Subtype=n("/Image"), Width=generic.NumberObject(4), Height=generic.NumberObject(4), ColorSpace=n("/DeviceRGB"), BitsPerComponent=generic.NumberObject(8)))  # fmt: skip
    picture["/Alternates"] = generic.ArrayObject(
        [dictionary(Image=other, DefaultForPrinting=generic.BooleanObject(True))]
    )
    w.update_container(picture)


@_update
def picture_is_turned_negative(w: Writer) -> None:
    picture = page_of(w)["/Resources"]["/XObject"]["/Im"]
    picture["/Decode"] = numbers(1, 0, 1, 0, 1, 0)
    w.update_container(picture)


@_update
def picture_gets_a_mask(w: Writer) -> None:
    picture = page_of(w)["/Resources"]["/XObject"]["/Im"]
    picture["/Mask"] = generic.ArrayObject(generic.NumberObject(v) for v in (0, 255, 0, 255, 0, 255))
    w.update_container(picture)


@_update
def form_gets_a_script_of_its_fields(w: Writer) -> None:
    field = w.root["/AcroForm"]["/Fields"][0]
    field["/AA"] = dictionary(F=dictionary(S=n("/JavaScript"), JS=pdf_string("event.value='900 dong'")))
    w.update_container(field)


@_update
def field_shown_as_a_password(w: Writer) -> None:
    field = w.root["/AcroForm"]["/Fields"][0]
    field["/Ff"] = generic.NumberObject(1 << 13)
    w.update_container(field)


@_update
def note_of_another_kind(w: Writer) -> None:
    """The square becomes a picture of text at its place."""
    note = page_of(w)["/Annots"][2]
    note["/Subtype"], note["/AP"] = n("/Stamp"), dictionary(N=drawn(w, EVIL))
    w.update_container(note)


@_update
def name_of_who_signed(w: Writer) -> None:
    """The signature's field gets a name that clerks take for the signer."""
    signed_field(w)["/TU"] = pdf_string("UBND tinh")


@_update
def lock_taken_off(w: Writer) -> None:
    signed_field(w)["/Lock"] = dictionary(Type=n("/SigFieldLock"), Action=n("/All"))


def _message(change: Callable[[cms.SignedData], Any]) -> Forgery:
    """The signature's own message with something changed in it, in the room that it has."""

    def forge(signed: Path) -> bytes:
        data = signed.read_bytes()
        found = re.search(rb"/Contents <([0-9A-Fa-f]+)>", data)
        assert found
        info = cms.ContentInfo.load(bytes.fromhex(found[1].decode()))
        change(info["content"])
        new = info.dump(force=True).hex().encode()
        assert len(new) <= len(found[1])
        return data[: found.start(1)] + new.ljust(len(found[1]), b"0") + data[found.end(1) :]

    return forge


def _no_attributes(data: cms.SignedData) -> None:
    data["signer_infos"][0]["signed_attrs"] = None


def _content_inside(data: cms.SignedData) -> None:
    data["encap_content_info"]["content"] = b"something else"


def _weak_digest(data: cms.SignedData) -> None:
    data["signer_infos"][0]["digest_algorithm"] = {"algorithm": "md5"}


def _nobody(data: cms.SignedData) -> None:
    data["signer_infos"] = []


def _other_digest(data: cms.SignedData) -> None:
    for attribute in data["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            attribute["values"] = [b"\0" * 32]


def _other_signature(data: cms.SignedData) -> None:
    info = data["signer_infos"][0]
    info["signature"] = bytes(len(info["signature"].native))


def _no_certificates(data: cms.SignedData) -> None:
    data["certificates"] = []


def _two_signers(data: cms.SignedData) -> None:
    signer = data["signer_infos"][0].copy()
    signer["unsigned_attrs"] = []
    other = signer.copy()
    other["signature"] = bytes(len(other["signature"].native))
    data["signer_infos"] = [other, signer]


for _change in (
    _no_attributes, _content_inside, _weak_digest, _nobody, _other_digest, _other_signature, _no_certificates,
    _two_signers,
):  # fmt: skip
    BYTES[f"message{_change.__name__}"] = _message(_change)
