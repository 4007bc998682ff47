"""Annotations that have an appearance but lack what their kind should have: viewers show the appearance, poppler nothing, or a black box."""

from __future__ import annotations

from contextlib import suppress

import pikepdf

_DEMANDED = {
    "/Highlight": ("/QuadPoints", "/C"),
    **dict.fromkeys(("/Underline", "/Squiggly", "/StrikeOut"), ("/QuadPoints",)),
    **dict.fromkeys(("/Polygon", "/PolyLine"), ("/Vertices",)),
}
"""Without these poppler does not draw the appearance of an annotation of the kind."""


def heed_appearances(pdf: pikepdf.Pdf, number: int) -> bool:
    """Make stamps of such annotations of a page, in ``pdf`` as it lies in memory; whether there were any."""
    changed = False
    with suppress(Exception):  # what cannot be understood stays as it is
        for note in pdf.pages[number - 1].obj.get("/Annots", ()):
            if not isinstance(note, pikepdf.Dictionary) or "/AP" not in note:
                continue
            if any(key not in note for key in _DEMANDED.get(str(note.get("/Subtype")), ())):
                note.Subtype = pikepdf.Name.Stamp
                changed = True
    return changed
