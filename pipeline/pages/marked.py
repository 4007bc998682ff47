"""Annotations of a page that a viewer may show: stamps, notes, filled fields, visible signatures."""

from __future__ import annotations

import pikepdf

_UNSEEN = frozenset({"/Link", "/Popup"})
_HIDDEN, _NO_VIEW = 2, 32
"""Flags of an annotation."""


def has_marks(page: pikepdf.Page) -> bool:
    """Whether a page has an annotation that may be seen; what cannot be understood may be."""
    try:
        return any(_may_be_seen(mark) for mark in page.obj.get("/Annots", ()))
    except Exception:
        return True


def _may_be_seen(mark: pikepdf.Object) -> bool:
    if not isinstance(mark, pikepdf.Dictionary) or str(mark.get("/Subtype")) in _UNSEEN:
        return False
    left, bottom, right, top = (float(each) for each in mark.get("/Rect", (0, 0, 0, 0)))
    hidden = int(mark.get("/F", 0)) & (_HIDDEN | _NO_VIEW)
    return left != right and bottom != top and not hidden
