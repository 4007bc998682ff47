"""Values that stand without a label on some forms, in a line of their own, and are told by what they look like."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.rows import Row, Sheet, parts_of
from pipeline.extract.spans import Span
from schemas.records import Method
from schemas.values import Kind

#: Serials of blank certificates (*CK 482913*, Circular 23/2014/TT-BTNMT, article 3).
_FORMS = {Kind.SERIAL: re.compile(r"\W*[A-ZĐ]{1,2}\s?\d{6,8}\W*")}


def value_alone(kind: Kind, sheets: Sequence[Sheet]) -> Span | None:
    """The only line, or part of one, that is a value of this kind and nothing else; None where there is none or several differ."""
    form = _FORMS.get(kind)
    if form is None:
        return None
    found: dict[str, Row] = {}
    for sheet in sheets:
        for row in sheet.rows:
            for part in parts_of(row, sheet):
                if form.fullmatch(part.text):
                    found.setdefault("".join(filter(str.isalnum, part.text)), part)
    return Span(tuple(found.values()), method=Method.LAYOUT) if len(found) == 1 else None
