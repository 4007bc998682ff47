"""Annotations of a page that a viewer may show: stamps, notes, filled fields, visible signatures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

_UNSEEN = frozenset({"/Link", "/Popup"})
_HIDDEN = 2 | 32
"""Flags of an annotation that is not shown (ISO 32000-2, 12.5.3: Hidden, NoView)."""

_SHORT, _DEEPEST = 10_000, 64
"""Bytes of a look that is read to see whether it paints anything; parents of a field."""

_PAINTS_NOTHING = frozenset(
    "BMC BDC EMC q Q cm BT ET Tf Td Tm TD T* Tc Tw Tz TL Tr Ts g G rg RG k K w d J j M d i gs re W W* n".split()
)
"""Operators that set, clip or mark, and paint nothing."""


def has_marks(page: pikepdf.Page) -> bool:
    """Whether a page has an annotation that may be seen; what cannot be understood may be."""
    try:
        return any(may_be_seen(note) for note in page.obj.get("/Annots", ()))
    except Exception:
        return True


def is_mark(note: pikepdf.Object) -> bool:
    """Whether an annotation is of a kind that has a look."""
    import pikepdf

    return isinstance(note, pikepdf.Dictionary) and str(note.get("/Subtype")) not in _UNSEEN


def is_hidden(note: pikepdf.Object) -> bool:
    """Whether an annotation is shown on no screen."""
    return bool(int(note.get("/F", 0)) & _HIDDEN)


def may_be_seen(note: pikepdf.Object) -> bool:
    """Whether an annotation may show anything on a screen; raises what one gives that cannot be understood."""
    if not is_mark(note):
        return False
    left, bottom, right, top = (float(each) for each in note.get("/Rect", (0, 0, 0, 0)))
    return left != right and bottom != top and not is_hidden(note) and not _is_empty_field(note)


def _is_empty_field(note: pikepdf.Object) -> bool:
    """Whether an annotation is a field of a form in which nobody entered anything, and whose look paints nothing."""
    import pikepdf

    if str(note.get("/Subtype")) != "/Widget":
        return False
    look = note.get("/AP", pikepdf.Dictionary()).get("/N")
    if isinstance(look, pikepdf.Dictionary) and not isinstance(look, pikepdf.Stream):
        return str(note.get("/AS")) == "/Off" and "/Off" not in look  # a box without its tick
    if not isinstance(look, pikepdf.Stream) or any(str(field.get("/V", "")) for field in _field(note)):
        return False
    return len(look.read_bytes()) <= _SHORT and all(
        str(each.operator) in _PAINTS_NOTHING for each in pikepdf.parse_content_stream(look)
    )


def _field(note: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The field that an annotation stands for, and those that it is part of."""
    import pikepdf

    for _ in range(_DEEPEST):
        yield note
        above = note.get("/Parent")
        if not isinstance(above, pikepdf.Dictionary):
            return
        note = above
