"""Which pages something that was added could change, for whatever reader.

An object that has no second definition behind the signed bytes is the same for every reader, by the tables or without. A page that
leads to such objects only looks as it did; the others have to be drawn to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf

_ELSEWHERE = {"/Page", "/Pages", "/Catalog"}


def pages_within_reach(signed: pikepdf.Pdf, redefined: frozenset[int]) -> list[int]:
    """Numbers (from 1) of the pages of the signed revision that lead to one of these objects; the first page in any case."""
    known: dict[int, bool] = {}
    form = _form_leads_to(signed, redefined)
    return [
        number
        for number, page in enumerate(signed.pages, 1)
        if number == 1 or (form and _has_fields(page.obj)) or _leads_to(page.obj, redefined, known)
    ]


def _form_leads_to(pdf: pikepdf.Pdf, redefined: frozenset[int]) -> bool:
    """Whether the form, which says how values without a look of their own are drawn, leads to one of these objects."""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return False
    holder = form if form.is_indirect else pdf.Root
    return holder.objgen[0] in redefined or _walk(form, redefined, skip={"/Fields"})


def _has_fields(page: pikepdf.Object) -> bool:
    notes = page.get("/Annots")
    return isinstance(notes, pikepdf.Array) and any(
        isinstance(note, pikepdf.Dictionary) and note.get("/Subtype") == "/Widget" for note in notes
    )


def _leads_to(page: pikepdf.Object, redefined: frozenset[int], known: dict[int, bool]) -> bool:
    parents: list[Any] = []
    node = page.get("/Parent")
    while isinstance(node, pikepdf.Dictionary) and len(parents) < 64:
        parents.append(node)
        node = node.get("/Parent")
    for parent in parents:  # what pages inherit; once for all of them
        number = parent.objgen[0]
        if number not in known:
            known[number] = _walk(parent, redefined, skip={"/Kids", "/Parent"})
    return any(known[parent.objgen[0]] for parent in parents) or _walk(page, redefined, skip={"/Parent"})


def _walk(start: Any, redefined: frozenset[int], skip: set[str]) -> bool:
    return not redefined.isdisjoint(reached(start, skip))


def reached(start: Any, skip: Iterable[str] = ()) -> Iterator[int]:
    """Numbers of all objects that one leads to, its own first; not by its keys ``skip``, nor through pages and the catalogue."""
    seen: set[int] = set()
    waiting = [(start, frozenset(skip))]
    while waiting:
        thing, without = waiting.pop()
        if not isinstance(thing, pikepdf.Object):
            continue
        if thing.is_indirect:
            number = thing.objgen[0]
            if number in seen:
                continue
            seen.add(number)
            yield number
        if isinstance(thing, pikepdf.Array):
            waiting += [(one, frozenset()) for one in thing]
        elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            if not without and str(thing.get("/Type", "")) in _ELSEWHERE:
                continue
            waiting += [(value, frozenset()) for key, value in thing.items() if key not in without]
