"""Incremental saving (Mladenov and others, *1 Trillion Dollar Refund*, 2019): something is added behind the end."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as n

from tests.pipeline.verify.forgeries.parts import Parts
from tests.pipeline.verify.forgeries.writing import (
    PAID,
    Change,
    Forgery,
    Writer,
    dictionary,
    numbers,
    page_of,
    registered,
    stream,
    updated,
)

UPDATES: dict[str, Change] = {}
BYTES: dict[str, Forgery] = {}
_update = registered(UPDATES)
_bytes = registered(BYTES)


# Incremental saving


@_update
def add_text(w: Writer) -> None:
    page = page_of(w)
    page["/Contents"] = generic.ArrayObject([*page["/Contents"], w.add_object(stream(PAID))])


@_update
def add_a_page(w: Writer) -> None:
    tree = w.root["/Pages"]
    page = dictionary(
        Type=n("/Page"),
        Parent=w.root.raw_get("/Pages"),
        MediaBox=numbers(0, 0, 595, 842),
        Resources=dictionary(),
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
    page_of(w)["/Rotate"] = generic.NumberObject(180)


@_update
def cut_a_page(w: Writer) -> None:
    page_of(w)["/CropBox"] = numbers(0, 0, 595, 650)


@_update
def enlarge_a_page(w: Writer) -> None:
    page_of(w)["/MediaBox"] = numbers(0, 0, 1000, 842)


@_update
def other_unit(w: Writer) -> None:
    page_of(w)["/UserUnit"] = generic.NumberObject(2)


@_update
def name_written_with_escapes(w: Writer) -> None:
    """The same key in another spelling: readers that do not decode names see the old content."""
    page = page_of(w)
    old = page["/Contents"]
    del page["/Contents"]
    page[n("/Contents")] = generic.ArrayObject([*old, w.add_object(stream(PAID))])


@_bytes
def saved_without_table(signed: Path) -> bytes:
    """New objects, no table, no trailer: readers that mend files take them."""
    p = Parts(signed)
    return p.data + b"\n" + p.stream(p.content, PAID) + b"%%EOF\n"


@_bytes
def saved_with_the_old_table(signed: Path) -> bytes:
    p = Parts(signed)
    return p.data + b"\n" + p.stream(p.content, PAID) + b"startxref\n%d\n%%%%EOF\n" % p.previous


@_bytes
def saved_with_an_empty_table(signed: Path) -> bytes:
    p = Parts(signed)
    whole = p.data + b"\n" + p.stream(p.content, PAID)
    return p.closed(whole, b"0 1\n0000000000 65535 f \n", p.size)


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
