"""The document that was signed against the document now, object by object from the catalogue down.

Read with qpdf, so that a second reader, which knows nothing of pyHanko's rules, has to agree. Both graphs are walked side by
side; object numbers do not matter, what they lead to does. All must be the same but for what a later signature adds, in exactly
these places: its field (with at most one widget) at the end of the form's fields and of one page's annotations, what a field that
was empty gets when it is signed, and the data beside the document (security store, extensions, dates in the metadata).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf

from pipeline.verify.metadata import same_metadata
from pipeline.verify.reach import reached

Key = tuple[int, int]
"""Number and generation of the object that holds a signature: its dictionary, or the field where that stands inside."""

_BESIDE = {"/DSS", "/Extensions", "/Version"}
"""Entries of the catalogue that show nothing: validation data, and which edition of the standard is used (PAdES)."""

_SIGNING_FILLS = {"/V", "/AP", "/AS", "/F", "/DA", "/DR", "/MK", "/M", "/P", "/Q"}
"""What an empty signature field gets when it is signed; its place on the page stays."""

_ACTIVE = {"/A", "/AA", "/OC"}
_DATES = {"/ModDate", "/Producer"}
_DEEPEST = 64


def signature_fields(pdf: pikepdf.Pdf) -> list[tuple[Key, pikepdf.Object]]:
    """Every field of the form that holds a signature, with the key of that signature."""
    return [
        (key, field) for field, kind in _fields(pdf) if kind == "/Sig" and (key := key_of(field)) is not None
    ]


def _fields(pdf: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object, str]]:
    """Every field and node of the form, with its kind, which it may inherit."""
    waiting = [(field, "", 0) for field in _items(_entry(pdf.Root.get("/AcroForm"), "/Fields"))]
    seen: set[Key] = set()
    while waiting:
        field, kind, depth = waiting.pop()
        if not isinstance(field, pikepdf.Dictionary) or depth > _DEEPEST or field.objgen in seen:
            continue
        if field.is_indirect:
            seen.add(field.objgen)
        kind = str(field.get("/FT", kind))
        yield field, kind
        waiting += [(kid, kind, depth + 1) for kid in _items(field.get("/Kids"))]


def key_of(field: pikepdf.Object) -> Key | None:
    """The key of the signature in a field; None for an empty one."""
    value = field.get("/V")
    if not isinstance(value, pikepdf.Dictionary):
        return None
    return value.objgen if value.is_indirect else field.objgen


def widgets_of(field: pikepdf.Object) -> list[pikepdf.Object]:
    """What shows a field on pages: itself, or its kids."""
    if field.get("/Subtype") == "/Widget":
        return [field]
    return [kid for kid in _items(field.get("/Kids")) if isinstance(kid, pikepdf.Dictionary)]


def first_change(
    signed: pikepdf.Pdf, now: pikepdf.Pdf, later: Iterable[Key], unseen: Iterable[Key] = ()
) -> str | None:
    """Where the document differs in a way that no signature among ``later`` explains; None when it does not.

    ``later`` are signatures that were made after the one in question and cover revisions of their own; those that are
    ``unseen`` too (time-stamps, which anybody can get) may not have a mark on a page.
    """
    where = _Comparison(signed, now, frozenset(later), frozenset(unseen)).run(signed, now)
    if where is None and _written_twice(now) > _written_twice(signed):
        return "a key that is written twice, which readers understand differently"
    return where


def first_needless(now: pikepdf.Pdf, numbers: Iterable[int]) -> int | None:
    """The lowest of these object numbers that validation data has no need of; None where all serve it.

    They are those of an update that no signature covers. It may hold the store of validation data (ISO 32000-2, 12.8.4.3), what
    leads to it, and what every update is written with.
    """
    served = {holder.objgen[0] for holder in _holders(now) if isinstance(holder, pikepdf.Object)}
    served.update(reached(now.Root.get("/DSS")))
    return min(
        (number for number in numbers if number not in served and not _is_table(now, number)), default=None
    )


def _holders(pdf: pikepdf.Pdf) -> Iterator[Any]:
    yield pdf.Root
    yield pdf.trailer.get("/Info")
    yield from (pdf.Root.get(key) for key in ("/AcroForm", "/Metadata", "/Extensions"))


def _is_table(pdf: pikepdf.Pdf, number: int) -> bool:
    """An object that holds others or lists them, or is none any more."""
    thing = pdf.get_object(number, 0)
    return thing is None or (isinstance(thing, pikepdf.Stream) and thing.get("/Type") in ("/XRef", "/ObjStm"))


def _written_twice(pdf: pikepdf.Pdf) -> int:
    """How many dictionaries, of those that were read, have one key twice."""
    return sum("duplicated key" in str(warning) for warning in pdf.get_warnings())


class _Comparison:
    def __init__(
        self, signed: pikepdf.Pdf, now: pikepdf.Pdf, later: frozenset[Key], unseen: frozenset[Key]
    ) -> None:
        self._later = later
        self._nodes = {field.objgen for field, _ in _fields(signed) if field.is_indirect}
        fields = [
            (key, field)
            for key, field in signature_fields(now)
            if key in later and all(_may_stand(widget, key not in unseen) for widget in widgets_of(field))
        ]
        keys = [key for key, _ in fields]
        fields = [(key, field) for key, field in fields if keys.count(key) == 1]
        self._fields = {field.objgen for _, field in fields if field.is_indirect}
        self._widgets = {
            widgets[0].objgen
            for _, field in fields
            if len(widgets := widgets_of(field)) == 1 and widgets[0].is_indirect
        }
        self._seen: set[tuple[Key, Key]] = set()
        self._tasks: list[tuple[Any, Any, str]] = []

    def run(self, signed: pikepdf.Pdf, now: pikepdf.Pdf) -> str | None:
        if (signed.trailer.get("/Encrypt") is None) != (now.trailer.get("/Encrypt") is None):
            return "/Encrypt"
        if _size(now) < _size(signed):
            return "/Size, from which on readers may leave out objects"
        # A signature that locks fields names the catalogue as what it is about: it is compared once, as the catalogue.
        self._seen.add((signed.Root.objgen, now.Root.objgen))
        where = self._catalogues(signed.Root, now.Root) or self._info(
            signed.trailer.get("/Info"), now.trailer.get("/Info")
        )
        while where is None and self._tasks:
            old, new, at = self._tasks.pop()
            if not self._same(old, new, at):
                where = at
        return where

    def _catalogues(self, old: pikepdf.Object, new: pikepdf.Object) -> str | None:
        for key in sorted({*old.keys(), *new.keys()} - _BESIDE):
            before, after = old.get(key), new.get(key)
            if key == "/AcroForm":
                if (where := self._form(before, after)) is not None:
                    return where
            elif key == "/Metadata":
                if not _same_metadata(before, after):
                    return key
            elif key != "/StructTreeRoot" or not self._later:  # there, pyHanko's own rules judge
                self._tasks.append((before, after, key))
        return None

    def _form(self, old: Any, new: Any) -> str | None:
        for key in sorted({*_keys(old), *_keys(new)}):
            at, before, after = f"/AcroForm{key}", _entry(old, key), _entry(new, key)
            if key == "/Fields":
                if not self._extended(before, after, self._is_later_field, at):
                    return at
            elif key == "/DR":
                if not self._more_resources(before, after, at):
                    return at
            elif key == "/NeedAppearances":
                if before != after and (
                    after not in {None, False} or (before not in {None, False} and not self._later)
                ):
                    return at
            elif key != "/SigFlags" and not (key == "/DA" and before is None and self._later):
                self._tasks.append((before, after, at))
        return None

    def _more_resources(self, old: Any, new: Any, at: str) -> bool:
        """Resources of the form may become more, where a signature came; none may change."""
        if old is None:
            return new is None or bool(self._later)
        if not isinstance(old, pikepdf.Dictionary) or not isinstance(new, pikepdf.Dictionary):
            return self._same(old, new, at)
        for kind in _keys(old):
            before, after = old[kind], new.get(kind)
            if isinstance(before, pikepdf.Dictionary) and isinstance(after, pikepdf.Dictionary):
                self._tasks += [
                    (before[name], after.get(name), f"{at}{kind}{name}") for name in _keys(before)
                ]
            else:
                self._tasks.append((before, after, at + kind))
        return bool(self._later) or set(old.keys()) == set(new.keys())

    def _extended(self, old: Any, new: Any, is_later: Any, at: str) -> bool:
        """An array with what it had, in its order, and behind that only what later signatures added."""
        before, after = list(_items(old)), list(_items(new))
        if old is not None and not isinstance(old, pikepdf.Array):
            return self._same(old, new, at)
        if len(after) < len(before) or not all(map(is_later, after[len(before) :])):
            return False
        self._tasks += [(a, b, f"{at}/{n}") for n, (a, b) in enumerate(zip(before, after, strict=False))]
        return True

    def _is_later_field(self, field: Any, depth: int = 0) -> bool:
        """A field of a later signature, or a node above such fields only."""
        if not isinstance(field, pikepdf.Dictionary) or depth > _DEEPEST or _ACTIVE & set(field.keys()):
            return False
        if field.objgen in self._fields:
            widgets = widgets_of(field)
            return len(widgets) <= 1 and not any(_ACTIVE & set(widget.keys()) for widget in widgets)
        kids = list(_items(field.get("/Kids")))
        return (
            bool(kids)
            and not set(field.keys()) - {"/T", "/Kids", "/Parent"}
            and all(self._is_later_field(kid, depth + 1) for kid in kids)
        )

    def _is_later_widget(self, annotation: Any) -> bool:
        return isinstance(annotation, pikepdf.Dictionary) and annotation.objgen in self._widgets

    def _same(self, old: Any, new: Any, at: str) -> bool:
        """Whether two objects are alike; what they lead to becomes further tasks."""
        if not (isinstance(old, pikepdf.Object) and isinstance(new, pikepdf.Object)):
            return type(old) is type(new) and bool(old == new)
        pair = (old.objgen, new.objgen)
        if old.is_indirect and new.is_indirect and pair in self._seen:
            return True
        self._seen.add(pair)
        if isinstance(old, pikepdf.Array) and isinstance(new, pikepdf.Array):
            self._tasks += [(a, b, f"{at}/{n}") for n, (a, b) in enumerate(zip(old, new, strict=False))]
            return len(old) == len(new)
        if isinstance(old, pikepdf.Stream) and isinstance(new, pikepdf.Stream):
            self._entries(old, new, at, {"/Length"})
            return bool(old.read_raw_bytes() == new.read_raw_bytes())
        if isinstance(old, pikepdf.Dictionary) and isinstance(new, pikepdf.Dictionary):
            return self._dictionaries(old, new, at)
        return bool(old._type_code == new._type_code and old == new)

    def _dictionaries(self, old: pikepdf.Object, new: pikepdf.Object, at: str) -> bool:
        ignored: set[str] = set()
        if "/Annots" in new and new.get("/Type") == "/Page":
            if not self._extended(old.get("/Annots"), new["/Annots"], self._is_later_widget, f"{at}/Annots"):
                return False
            ignored.add("/Annots")
        if new.objgen in self._fields and new.is_indirect and key_of(old) is None:
            if _ACTIVE & (set(new.keys()) - set(old.keys())):
                return False
            ignored |= _SIGNING_FILLS
        if new.objgen in self._widgets and (parent := new.get("/Parent")) is not None:
            before = old.get("/Parent")
            if parent.objgen in self._fields and before is not None and key_of(before) is None:
                ignored |= _SIGNING_FILLS
        if "/Kids" in new and "/Kids" in old and old.objgen in self._nodes and self._later:
            if not self._extended(old["/Kids"], new["/Kids"], self._is_later_field, f"{at}/Kids"):
                return False
            ignored.add("/Kids")
        self._entries(old, new, at, ignored)
        return True

    def _entries(self, old: Any, new: Any, at: str, ignored: set[str]) -> None:
        for key in {*old.keys(), *new.keys()} - ignored:
            self._tasks.append((old.get(key), new.get(key), at + key))

    def _info(self, old: Any, new: Any) -> str | None:
        """Title, author and the like stay; dates and the writing program may be told anew."""
        for key in {*_keys(old), *_keys(new)} - _DATES:
            if key != "/CreationDate" or old is not None:
                self._tasks.append((_entry(old, key), _entry(new, key), f"/Info{key}"))
        return None


def _size(pdf: pikepdf.Pdf) -> int:
    """How many object numbers there are: objects with higher numbers count as missing (ISO 32000-2, 7.5.5)."""
    told = pdf.trailer.get("/Size")
    return told if isinstance(told, int) else 0


def _may_stand(widget: pikepdf.Object, mark: bool) -> bool:
    """Whether a widget may come with a later signature: one that shows only if ``mark``, and then on screen as on paper.

    Flags by ISO 32000-2, 12.5.3: what is Hidden (2) is neither seen nor printed, but an action that was in the document all
    along may show it (12.6.4.11), so it may have no look; NoView (32) and ToggleNoView (256) print what no screen shows.
    """
    flags = widget.get("/F", 0)
    if isinstance(flags, int) and flags & 2 and not {"/AP", "/MK"} & set(widget.keys()):
        return True
    try:
        left, bottom, right, top = (float(side) for side in widget.get("/Rect", ()))
    except (TypeError, ValueError):
        return False
    if left == right or bottom == top:
        return True
    return mark and isinstance(flags, int) and not flags & (2 | 32 | 256)


def _same_metadata(old: Any, new: Any) -> bool:
    """Two XMP packets that tell the same but for dates and the writing program."""
    if not isinstance(old, pikepdf.Stream) or not isinstance(new, pikepdf.Stream):
        return old is None and new is None
    return same_metadata(old.read_bytes(), new.read_bytes())


def _entry(holder: Any, key: str) -> Any:
    return holder.get(key) if isinstance(holder, pikepdf.Dictionary) else None


def _keys(holder: Any) -> Iterable[str]:
    return holder.keys() if isinstance(holder, pikepdf.Dictionary) else ()


def _items(array: Any) -> Iterable[Any]:
    return array if isinstance(array, pikepdf.Array) else ()
