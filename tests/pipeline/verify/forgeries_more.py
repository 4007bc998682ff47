"""Further forgeries, tried against docs/threat-model.md: tables and object streams, fonts, layers, states, structure, time-stamps.

The same shape as ``forgeries``; ``PREPARED`` are made by who wrote the document before it was signed (shadow attacks).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.generic import pdf_string

from tests.pipeline.verify.forgeries import (
    Forgery,
    Writer,
    _catalogue,
    _dict,
    _field,
    _numbers,
    _page,
    _replace,
    _stream,
)

UPDATES: dict[str, Callable[[Writer], object]] = {}
BYTES: dict[str, Forgery] = {}

EVIL = b"BT /F 24 Tf 72 700 Td (Granted to Evil Eve) Tj ET"


def _update(change: Callable[[Writer], object]) -> Callable[[Writer], object]:
    UPDATES[change.__name__] = change
    return change


def _bytes(forge: Forgery) -> Forgery:
    BYTES[forge.__name__] = forge
    return forge


# Tables: what an object number stands for


class Parts:
    """A signed file taken apart: page 1, its first content, the catalogue, what a new trailer needs."""

    def __init__(self, signed: Path) -> None:
        self.data = signed.read_bytes()
        with pikepdf.open(signed) as pdf:
            page = pdf.pages[0].obj
            self.page, self.content = page.objgen[0], page.Contents[0].objgen[0]
            self.second = pdf.pages[1].obj.Contents[0].objgen[0]
            self.tree, self.root, self.size = (
                pdf.Root.Pages.objgen[0],
                pdf.Root.objgen[0],
                int(pdf.trailer["/Size"]),
            )
            self.page_body = page.unparse(resolved=True)
            self.root_body = pdf.Root.unparse(resolved=True)
            self.info = b"/Info %d 0 R" % pdf.trailer.Info.objgen[0]
        self.previous = int(re.findall(rb"startxref\s+(\d+)", self.data)[-1])

    def stream(self, number: int, content: bytes, generation: int = 0, entries: bytes = b"") -> bytes:
        head = b"%d %d obj\n<</Length %d%s>>\nstream\n" % (number, generation, len(content), entries)
        return head + content + b"\nendstream\nendobj\n"

    def update(self, *objects: tuple[int, bytes], trailer: bytes = b"", entries: bytes = b"") -> bytes:
        """An update with a classical table that lists these objects (number, bytes)."""
        whole, table = self.data + b"\n", b""
        for number, body in objects:
            table += b"%d 1\n%010d 00000 n \n" % (number, len(whole))
            whole += body
        most = max([self.size - 1, *(number for number, _ in objects)]) + 1
        end = b"trailer\n<</Size %d/Root %d 0 R/Prev %d%s%s>>\n" % (
            most,
            self.root,
            self.previous,
            self.info,
            trailer,
        )
        return whole + b"xref\n" + table + entries + end + b"startxref\n%d\n%%%%EOF\n" % len(whole)

    def table_object(
        self, number: int, place: int, entries: dict[int, tuple[int, int, int]], more: bytes = b""
    ) -> bytes:
        """A cross-reference stream for a place in the file, itself included."""
        listed = {**entries, number: (1, place, 0)}
        index = b" ".join(b"%d 1" % one for one in sorted(listed))
        rows = b"".join(
            bytes([kind]) + first.to_bytes(4, "big") + second.to_bytes(2, "big")
            for _, (kind, first, second) in sorted(listed.items())
        )
        return b"%d 0 obj\n<</Type/XRef/W[1 4 2]/Index[%s]/Size %d/Root %d 0 R%s%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
            number, index, max(self.size, number + 1), self.root, self.info, more, len(rows), rows,
        )  # fmt: skip

    def packed(self, number: int, objects: list[tuple[int, bytes]]) -> bytes:
        """An object stream that holds these objects."""
        head, body = b"", b""
        for one, text in objects:
            head += b"%d %d " % (one, len(body))
            body += text + b" "
        data = zlib.compress(head + body)
        return b"%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
            number, len(objects), len(head), len(data), data,
        )  # fmt: skip


@_bytes
def page_in_an_object_stream(signed: Path) -> bytes:
    """Page 1 stands anew in an object stream, with another content."""
    p = Parts(signed)
    new = p.page_body.replace(b"%d 0 R" % p.content, b"%d 0 R" % p.size, 1)
    whole = p.data + b"\n"
    at_content = len(whole)
    whole += p.stream(p.size, EVIL)
    at_pack = len(whole)
    whole += p.packed(p.size + 1, [(p.page, new)])
    entries = {p.size: (1, at_content, 0), p.size + 1: (1, at_pack, 0), p.page: (2, p.size + 1, 0)}
    table = p.table_object(p.size + 2, len(whole), entries, b"/Prev %d" % p.previous)
    return whole + table + b"startxref\n%d\n%%%%EOF\n" % len(whole)


@_bytes
def hybrid_table(signed: Path) -> bytes:
    """A classical table that changes nothing, and a stream beside it that does (``/XRefStm``): old and new readers differ."""
    p = Parts(signed)
    whole = p.data + b"\n"
    at_content = len(whole)
    whole += p.stream(p.content, EVIL)
    at_table = len(whole)
    whole += p.table_object(p.size, at_table, {p.content: (1, at_content, 0)})
    end = b"trailer\n<</Size %d/Root %d 0 R/Prev %d/XRefStm %d%s>>\n" % (
        p.size + 1,
        p.root,
        p.previous,
        at_table,
        p.info,
    )
    return whole + b"xref\n0 0\n" + end + b"startxref\n%d\n%%%%EOF\n" % len(whole)


@_bytes
def other_generation(signed: Path) -> bytes:
    """The content again with generation 1, which careless readers take."""
    p = Parts(signed)
    whole = p.data + b"\n"
    at = len(whole)
    whole += p.stream(p.content, EVIL, generation=1)
    end = b"trailer\n<</Size %d/Root %d 0 R/Prev %d%s>>\n" % (p.size, p.root, p.previous, p.info)
    return (
        whole
        + b"xref\n%d 1\n%010d 00001 n \n" % (p.content, at)
        + end
        + b"startxref\n%d\n%%%%EOF\n" % len(whole)
    )


@_bytes
def listed_twice(signed: Path) -> bytes:
    """One table lists the content twice: where it was, and where it is now."""
    p = Parts(signed)
    old = p.data.index(b"\n%d 0 obj" % p.content) + 1
    entries = b"%d 1\n%010d 00000 n \n" % (p.content, old)
    return p.update((p.content, p.stream(p.content, EVIL)), entries=entries)


@_bytes
def old_root_by_another_trailer(signed: Path) -> bytes:
    """Another catalogue, by a number that was free, equal to the old one but for its pages."""
    p = Parts(signed)
    tree = b"%d 0 obj\n<</Type/Pages/Count 1/Kids[%d 0 R]>>\nendobj\n" % (p.size + 1, p.page)
    root = b"%d 0 obj\n%s\nendobj\n" % (
        p.size,
        p.root_body.replace(b"%d 0 R" % p.tree, b"%d 0 R" % (p.size + 1)),
    )
    made = p.update((p.size, root), (p.size + 1, tree))
    return made[: len(p.data)] + made[len(p.data) :].replace(
        b"/Root %d 0 R" % p.root, b"/Root %d 0 R" % p.size
    )


@_bytes
def last_mark_leads_elsewhere(signed: Path) -> bytes:
    """An update, and behind its end a second ``startxref`` that leads to the table of before."""
    p = Parts(signed)
    return p.update((p.content, p.stream(p.content, EVIL))) + b"startxref\n%d\n%%%%EOF\n" % p.previous


@_bytes
def encryption_announced(signed: Path) -> bytes:
    p = Parts(signed)
    return p.update(trailer=b"/Encrypt<</Filter/Standard/V 1/R 2/O(x)/U(x)/P -4>>")


@_bytes
def tree_that_inherits(signed: Path) -> bytes:
    """The page tree turns its pages, which say nothing themselves."""
    p = Parts(signed)
    with pikepdf.open(signed) as pdf:
        tree = pdf.Root.Pages.unparse(resolved=True)
    return p.update(
        (p.tree, b"%d 0 obj\n<</UserUnit 2/CropBox[0 0 300 400] %s\nendobj\n" % (p.tree, tree[2:]))
    )


# Fonts and colours


@_update
def widths_of_a_font(w: Writer) -> None:
    font = _page(w)["/Resources"]["/Font"]["/F"]
    font["/FirstChar"], font["/Widths"] = generic.NumberObject(32), _numbers(*[10] * 90)
    w.update_container(font)


@_update
def what_letters_are_copied_as(w: Writer) -> None:
    """Nothing shows; who copies the text, or has it read aloud, gets another."""
    font = _page(w)["/Resources"]["/Font"]["/F"]
    font["/ToUnicode"] = w.add_object(_stream(b"1 beginbfchar <4D> <0045> endbfchar"))
    w.update_container(font)


@_update
def all_colours(w: Writer) -> None:
    resources = _page(w)["/Resources"]
    resources["/ColorSpace"] = _dict(
        DefaultGray=generic.ArrayObject(
            [n("/Indexed"), n("/DeviceRGB"), generic.NumberObject(0), pdf_string("xyz")]
        )
    )
    w.update_container(resources)


def _image(key: str, value: Callable[[Writer], generic.PdfObject]) -> Callable[[Writer], object]:
    def change(w: Writer) -> None:
        image = _page(w)["/Resources"]["/XObject"]["/Im"]
        image[n(key)] = value(w)
        w.update_container(image)

    return change


UPDATES["picture_inverted"] = _image("/Decode", lambda _: _numbers(1, 0, 1, 0, 1, 0))
UPDATES["picture_with_a_mask"] = _image("/Mask", lambda _: _numbers(0, 255, 0, 255, 0, 255))
UPDATES["picture_with_another_for_print"] = _image(
    "/Alternates",
    lambda w: generic.ArrayObject(
        [_dict(Image=w.add_object(_stream(b"x")), DefaultForPrinting=generic.BooleanObject(True))]
    ),
)


# The page beside its content


def _on_the_page(key: str, value: Callable[[Writer], generic.PdfObject]) -> Callable[[Writer], object]:
    def change(w: Writer) -> None:
        _page(w)[n(key)] = value(w)

    return change


UPDATES["page_script"] = _on_the_page("/AA", lambda _: _dict(O=_dict(S=n("/JavaScript"), JS=pdf_string("x"))))
UPDATES["page_thumbnail"] = _on_the_page("/Thumb", lambda w: w.add_object(_stream(b"x")))
UPDATES["page_group"] = _on_the_page(
    "/Group", lambda _: _dict(S=n("/Transparency"), I=generic.BooleanObject(True))
)
UPDATES["page_data_of_a_program"] = _on_the_page(
    "/PieceInfo", lambda _: _dict(X=_dict(Private=pdf_string("x")))
)
UPDATES["page_measured"] = _on_the_page(
    "/VP", lambda _: generic.ArrayObject([_dict(BBox=_numbers(0, 0, 9, 9))])
)
UPDATES["contents_in_another_order"] = _on_the_page(
    "/Contents", lambda w: generic.ArrayObject(reversed(w.root["/Pages"]["/Kids"][0]["/Contents"]))
)


# Forms, states, layers


@_update
def xfa(w: Writer) -> None:
    """A form of another kind, which some viewers show instead of the pages."""
    form = w.root["/AcroForm"]
    form["/XFA"] = w.add_object(_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"))
    w.update_container(form)


@_update
def order_of_calculation(w: Writer) -> None:
    form = w.root["/AcroForm"]
    form["/CO"] = generic.ArrayObject([form["/Fields"].raw_get(0)])
    w.update_container(form)


@_update
def field_that_calculates(w: Writer) -> None:
    _field(w, "amount")["/AA"] = _dict(C=_dict(S=n("/JavaScript"), JS=pdf_string("event.value = 9e9")))


@_update
def value_in_another_encoding(w: Writer) -> None:
    """Another value whose UTF-16 looks like the old one in a careless reader."""
    _field(w, "amount")["/V"] = generic.ByteStringObject("100 đồng".encode("utf-16"))


@_update
def note_unseen(w: Writer) -> None:
    note = w.root["/Pages"]["/Kids"][0]["/Annots"][2]
    note["/F"] = generic.NumberObject(2)
    w.update_container(note)


@_update
def state_of_a_field(w: Writer) -> None:
    field = _field(w, "amount")
    field["/AP"] = _dict(N=_dict(On=w.add_object(_stream(EVIL)), Off=w.add_object(_stream(b" "))))
    field["/AS"] = n("/On")


@_update
def field_not_for_reading_any_more(w: Writer) -> None:
    _field(w, "amount")["/Ff"] = generic.NumberObject(0)


def _layers(change: Callable[[Any], None]) -> Callable[[Writer], object]:
    def act(w: Writer) -> None:
        layers = w.root["/OCProperties"]
        change(layers)
        w.update_container(layers)

    return act


UPDATES["layers_all_on"] = _layers(
    lambda o: o["/D"].__setitem__(n("/BaseState"), n("/ON")) or o["/D"].__delitem__("/OFF")
)
UPDATES["layers_by_event"] = _layers(
    lambda o: o["/D"].__setitem__(
        n("/AS"),
        generic.ArrayObject(
            [_dict(Event=n("/Print"), OCGs=o["/OCGs"], Category=generic.ArrayObject([n("/Print")]))]
        ),
    )
)
UPDATES["layers_by_a_second_view"] = _layers(
    lambda o: o.__setitem__(n("/Configs"), generic.ArrayObject([_dict(BaseState=n("/OFF"))]))
)


@_update
def layer_that_prints_otherwise(w: Writer) -> None:
    layer = w.root["/OCProperties"]["/OCGs"][0]
    layer["/Usage"] = _dict(Print=_dict(PrintState=n("/ON")))
    w.update_container(layer)


UPDATES["another_language"] = _catalogue("/Lang", lambda _: pdf_string("en"))
UPDATES["opens_on_page_2"] = _catalogue(
    "/OpenAction", lambda w: generic.ArrayObject([w.root["/Pages"]["/Kids"].raw_get(1), n("/Fit")])
)
UPDATES["reader_requirements"] = _catalogue(
    "/Requirements", lambda _: generic.ArrayObject([_dict(S=n("/EnableJavaScripts"))])
)
UPDATES["output_intent"] = _catalogue(
    "/OutputIntents",
    lambda _: generic.ArrayObject([_dict(S=n("/GTS_PDFA1"), OutputConditionIdentifier=pdf_string("x"))]),
)
UPDATES["attachment_of_the_catalogue"] = _catalogue(
    "/AF",
    lambda w: generic.ArrayObject([_dict(Type=n("/Filespec"), EF=_dict(F=w.add_object(_stream(b"x"))))]),
)


@_update
def content_behind_its_number(w: Writer) -> None:
    _replace(w, _page(w)["/Contents"], 0, _stream(EVIL))  # type: ignore[arg-type]


def hidden_in_an_object_stream(signed: Path, evil: bytes) -> bytes:
    """An update whose table lists an object stream, but not what is in it: page 2 anew, for readers that mend files."""
    p = Parts(signed)
    with pikepdf.open(signed) as pdf:
        second = pdf.pages[1].obj
        number, body = second.objgen[0], second.unparse(resolved=True)
    new = body.replace(b"%d 0 R" % p.second, b"%d 0 R" % p.size, 1)
    return p.update((p.size, p.stream(p.size, evil)), (p.size + 1, p.packed(p.size + 1, [(number, new)])))
