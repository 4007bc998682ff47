"""Layers that viewers switch by what they are used for (ISO 32000-2, 8.11.4.4), which poppler does not: hidden on a screen is hidden."""

from __future__ import annotations

from contextlib import suppress

import pikepdf


def heed_usage(pdf: pikepdf.Pdf) -> bool:
    """Switch the layers of ``pdf`` as it lies in memory as a viewer does when it opens the file; whether any was otherwise."""
    changed = False
    with suppress(Exception):  # what cannot be understood stays as it is
        default = pdf.Root.OCProperties.D
        for use in default.get("/AS", ()):
            if str(use.Event) == "/View":
                for group in use.OCGs:
                    changed |= _switch(default, group, [str(category) for category in use.Category])
    return changed


def _switch(default: pikepdf.Object, group: pikepdf.Object, categories: list[str]) -> bool:
    state = _wanted(group) if "/View" in categories else ""
    if state not in {"/ON", "/OFF"}:
        return False
    other = "/OFF" if state == "/ON" else "/ON"
    listed, among_others = ([each.objgen for each in default.get(key, ())] for key in (state, other))
    known = group.objgen in listed or str(default.get("/BaseState", "/ON")) == state
    if known and group.objgen not in among_others:
        return False
    default[state] = pikepdf.Array([*default.get(state, ()), group])
    default[other] = pikepdf.Array([each for each in default.get(other, ()) if each.objgen != group.objgen])
    return True


def _wanted(group: pikepdf.Object) -> str:
    try:
        return str(group.Usage.View.ViewState)
    except AttributeError:
        return ""
