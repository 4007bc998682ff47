"""What an object number stands for: cross-reference tables and streams, object streams, generations, trailers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf

from tests.pipeline.verify.forgeries.parts import Parts
from tests.pipeline.verify.forgeries.writing import EVIL, PAID, Forgery, registered

BYTES: dict[str, Forgery] = {}
_bytes = registered(BYTES)


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
    return p.closed(whole, b"0 0\n", p.size + 1, b"/XRefStm %d" % at_table)


@_bytes
def other_generation(signed: Path) -> bytes:
    """The content again with generation 1, which careless readers take."""
    p = Parts(signed)
    whole = p.data + b"\n"
    entries = b"%d 1\n%010d 00001 n \n" % (p.content, len(whole))
    return p.closed(whole + p.stream(p.content, EVIL, generation=1), entries, p.size)


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


def hidden_in_an_object_stream(signed: Path, evil: bytes) -> bytes:
    """An update whose table lists an object stream, but not what is in it: page 2 anew, for readers that mend files."""
    p = Parts(signed)
    with pikepdf.open(signed) as pdf:
        second = pdf.pages[1].obj
        number, body = second.objgen[0], second.unparse(resolved=True)
    new = body.replace(b"%d 0 R" % p.second, b"%d 0 R" % p.size, 1)
    return p.update((p.size, p.stream(p.size, evil)), (p.size + 1, p.packed(p.size + 1, [(number, new)])))


@_bytes
def object_stream_that_extends_another(signed: Path) -> bytes:
    """The page lies in an object stream that names another one as what it extends."""
    p = Parts(signed)
    stream, words, table = p.size, p.size + 2, p.size + 4
    whole = p.data + b"\n"
    first = len(whole)
    page = p.page_body[:-2] + b"/Contents %d 0 R>>" % words
    extends = b"/Type/ObjStm/Extends %d 0 R" % (p.size + 3)
    whole += p.packed(stream, [(p.page, page)]).replace(b"/Type/ObjStm", extends)
    second = len(whole)
    whole += p.stream(words, PAID)
    end = len(whole)
    listed = {stream: (1, first, 0), words: (1, second, 0), p.page: (2, stream, 0)}
    whole += p.table_object(table, end, listed, b"/Prev %d" % p.previous)
    return whole + b"startxref\n%d\n%%%%EOF\n" % end


def _ends(tail: Callable[[int, int], bytes]) -> Forgery:
    """An update behind which the end names the old table and the new one, so that readers may differ in which they take."""

    def forge(signed: Path) -> bytes:
        p = Parts(signed)
        whole = p.update((p.content, p.stream(p.content, PAID)))
        at = whole.rindex(b"startxref")
        return whole[:at] + tail(p.previous, int(whole[at:].split()[1]))

    return forge


BYTES["end_names_the_old_table"] = _ends(lambda old, _: b"startxref\n%d\n%%%%EOF\n" % old)
BYTES["end_names_two_tables"] = _ends(lambda old, new: b"startxref\n%d %d\n%%%%EOF\n" % (old, new))
BYTES["two_ends"] = _ends(lambda old, new: b"startxref\n%d\n%%%%EOF\nstartxref\n%d\n%%%%EOF\n" % (new, old))
BYTES["end_in_a_comment"] = _ends(lambda old, _: b"%%startxref\n%d\n%%%%EOF\n" % old)
BYTES["end_far_before_the_end"] = _ends(lambda _, new: b"startxref\n%d\n%%%%EOF\n" % new + b" " * 1100)
