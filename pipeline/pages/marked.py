"""Annotations of a page that a viewer may show: stamps, notes, filled fields, visible signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

_UNSEEN = frozenset({"/Link", "/Popup"})
_HIDDEN = 2 | 32
"""Flags of an annotation that is not shown (ISO 32000-2, 12.5.3: Hidden, NoView)."""


def has_marks(page: pikepdf.Page) -> bool:
    """Whether a page has an annotation that may be seen; what cannot be understood may be."""
    try:
        return any(_may_be_seen(note) for note in page.obj.get("/Annots", ()))
    except Exception:
        return True


def is_mark(note: pikepdf.Object) -> bool:
    """Whether an annotation is of a kind that has a look."""
    import pikepdf

    return isinstance(note, pikepdf.Dictionary) and str(note.get("/Subtype")) not in _UNSEEN


def is_hidden(note: pikepdf.Object) -> bool:
    """Whether an annotation is shown on no screen."""
    return bool(int(note.get("/F", 0)) & _HIDDEN)


def _may_be_seen(note: pikepdf.Object) -> bool:
    if not is_mark(note):
        return False
    left, bottom, right, top = (float(each) for each in note.get("/Rect", (0, 0, 0, 0)))
    return left != right and bottom != top and not is_hidden(note)
