"""From words on the page to fields: the value typed and checked, with box in the scan and confidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from unicodedata import normalize

from pipeline.extract.foot.signer_title import is_officer
from pipeline.extract.forms.wording import as_prescribed
from pipeline.extract.head.letterhead import agencies_of, is_agency
from pipeline.extract.head.subject import mark_of_subject
from pipeline.extract.rows import Row
from pipeline.extract.spans import Span
from pipeline.extract.trust.clear_words import as_named, with_clear_names, with_clear_words
from pipeline.extract.trust.confidence import DOUBTED, confidence
from pipeline.extract.trust.evidence import Figures, evidence, field_class
from pipeline.model import PageReading
from pipeline.normalize.agency_whole import lacks_department
from pipeline.normalize.channel import match
from pipeline.normalize.document_numbers import find_document_number, find_kind
from pipeline.normalize.places import correct_place, repair_provinces
from pipeline.normalize.reading import read_value
from pipeline.normalize.reading_numbers import is_torn
from pipeline.normalize.tidying import Value, check, joined, tidy
from pipeline.normalize.titles import OFFICERS, torn_officer
from schemas.documents import FieldSpec, Position
from schemas.gazetteer import TYPES
from schemas.geometry import Affine
from schemas.lexicon import stamps
from schemas.records import Check, Field
from schemas.values import Kind
from schemas.vietnamese import fold, spelling_key

_AUTHORITIES = {
    "TM": "TM.",
    "TN": "TM.",
    "KT": "KT.",
    "TL": "TL.",
    "TUQ": "TUQ.",
    "TUO": "TUQ.",
    "TU0": "TUQ.",
    "TUC": "TUQ.",
    "TUG": "TUQ.",
}
#: Tones and the circumflex; the initials of *Ủy* and *Ứng* lose their tones in a mark, and Ư and Ă stay as they are.
_MARKS = "\u0300\u0301\u0302\u0303\u0309\u0323"


LOST = "a word or line of it may be lost"
"""Why a value is doubted that stands beside its place, or touches something."""


def make_field(spec: FieldSpec, span: Span, pages: Mapping[int, PageReading]) -> tuple[Figures, Field] | None:
    """The field read from ``span`` and the evidence for it; None where it holds no value of the kind."""
    if spec.kind is Kind.NAME:
        span = as_named(span)
    worded = as_prescribed(span, spec.printed.phrases)
    value = _value(spec, worded)
    if value.value is None or value.value == "":
        return None
    if worded is not span:
        told = check("wording", False, "a doubtful word was put right after the prescribed wording")
        value = replace(value, checks=(*value.checks, told))
    if span.torn:
        value = replace(value, checks=(*value.checks, check("whole", False, LOST)))
    if span.written:
        told = check("printed", False, "digits of it may be written by hand")
        value = replace(value, checks=(*value.checks, told))
    page = pages[span.page]
    prescribed = spec.printed.phrases
    figures = evidence(
        spec.kind,
        _without_mark(spec, span),
        value,
        names=_holds_names(spec),
        signed=spec.printed.spot is Position.SIGNER_NAME,
        phrases=prescribed,
    )
    valid = all(check.passed for check in value.checks)
    of = field_class(spec.kind, spec.printed.spot, str(value.value))
    sure = confidence(of, figures, valid=valid)
    return figures, Field(
        value=value.value,
        text=span.text,
        confidence=sure,
        page=span.page,
        box=scan_box(span, page.text.to_scan),
        method=span.method,
        checks=value.checks,
    )


def _without_mark(spec: FieldSpec, span: Span) -> Span:
    """The subject of a letter without its ``V/v``, which is known by where it stands however it was read."""
    first = span.rows[0]
    mark = mark_of_subject(span.text) if spec.printed.spot is Position.EXCERPT else 0
    words = len(span.text[:mark].split())
    if not 0 < words < len(first.tokens):
        return span
    return replace(span, rows=(Row(first.page, first.tokens[words:]), *span.rows[1:]))


def scan_box(span: Span, to_scan: Affine) -> tuple[int, int, int, int]:
    """The span's box in pixels of the page as scanned."""
    left, top, right, bottom = to_scan.box(span.box).as_list()
    return left, top, right, bottom


def _value(spec: FieldSpec, span: Span) -> Value:
    if spec.printed.spot is Position.NUMBER and spec.kind is not Kind.DOCUMENT_NUMBER:
        return read_value(spec.kind, span.text)
    if spec.printed.spot is Position.KIND and spec.name != "kind":
        return read_value(spec.kind, span.text)
    if spec.kind is Kind.AGENCY and spec.printed.spot is not Position.LABEL:
        return _agency(spec, span)
    if whole := _OF_SPAN.get(spec.printed.spot):
        return whole(span)
    reader = _AT_SPOT.get(spec.printed.spot)
    text = span.as_read if _holds_names(spec) else span.text
    if spec.kind is Kind.NAME:
        value = read_value(Kind.NAME, text)
        return replace(value, value=with_clear_names(str(value.value or ""), span.tokens) or None)
    return reader(text) if reader else read_value(spec.kind, text)


def _title(span: Span) -> Value:
    """The title of a signer; of one whose beginning or end lies under seal or pen the whole, for a look."""
    value = read_value(Kind.TITLE, span.text)
    title, torn = str(value.value or ""), torn_officer(span.text)
    if torn is None:
        title = with_clear_words(title, span.tokens)
    elif title not in OFFICERS:
        title = torn
    checks = (*value.checks, check("title", is_officer(title), "begins as no title does"))
    if torn is not None:
        checks = (*checks, check("whole", False, "its beginning or end was not legible"))
    return replace(value, value=title or None, checks=checks)


def _others(span: Span) -> Value:
    """Who signs beside: sign, title and name of each in one line, for a look."""
    items = []
    for part in span.parts:
        *titles, name = part.rows
        title = str(_title(Span(tuple(titles))).value or "") if titles else ""
        signed = len(titles[0].tokens) == 1 if titles else False  # a title has more words
        sign = _authority(titles[0].text).value if signed else None
        if sign:
            title = f"{sign} {_title(Span(tuple(titles[1:]))).value or ''}"
        items.append(" ".join(f"{title} {read_value(Kind.NAME, name.text).value or ''}".split()))
    return Value(items or None, checks=(check("one_signer", False, "several sign it"),))


def _agency(spec: FieldSpec, span: Span) -> Value:
    """An agency in the head or over a signature: it begins as agencies do, and has one above it where the form needs both."""
    parts = [
        read_value(Kind.AGENCY, "\n".join(_agency_line(row) for row in part.rows))
        for part in span.parts or (span,)
    ]
    names = [str(part.value) for part in parts if part.value is not None]
    value = replace(parts[0], value=" - ".join(names) or None, likeness=min(part.likeness for part in parts))
    checks = tuple(dict.fromkeys(each for part in parts for each in part.checks))
    if any(map(lacks_department, names)):
        checks = (
            *checks,
            check("whole", False, "the department has no name that begins so: its first word is lost"),
        )
    if names and not all(map(is_agency, names)):
        checks = (*checks, check("agency", False, "begins as no agency does"))
    if len(names) > 1 or any(map(is_agency, " ".join(names).split(" - ")[1:])):
        checks = (*checks, check("one_issuer", False, "several agencies issue it together, it seems"))
    if spec.printed.with_parent and agencies_of(span.rows)[0] is None:
        checks = (*checks, check("whole", False, "its own name or that of the agency above it is missing"))
    return replace(value, checks=checks)


def _recipients(text: str) -> Value:
    """The list of recipients, which ends with where the paper is kept (*Lưu: VT*; Decree 30/2020, annex I)."""
    value = read_value(Kind.LIST, text)
    items = value.value if isinstance(value.value, list) else []
    kept = any(fold(item).startswith("luu") for item in items)
    return replace(value, checks=(*value.checks, check("kept", kept, "the last line (Lưu) was not read")))


def _holds_names(spec: FieldSpec) -> bool:
    """Persons, places and what bears a name of its own in capitals."""
    named = spec.kind is Kind.TEXT and spec.printed.upper and spec.printed.spot is Position.LABEL
    return named or spec.kind in {Kind.NAME, Kind.ADDRESS, Kind.AGENCY}


def _place(text: str) -> Value:
    plain = tidy(joined(text))
    place, known = correct_place(plain)
    as_read = check("as_read", fold(place) == fold(plain), "put right after the gazetteer")
    return Value(place or None, 1.0, (check("gazetteer", known, "no such place"), as_read))


def _authority(text: str) -> Value:
    """``KT.`` from ``K/T``, ``KTT.``, ``zKT.CHỦ`` and the like."""
    strokes = re.sub(r"(?<=[KT])[/Il1|](?=[A-Z])", "", text.replace("KTT", "KT"))
    letters = re.sub(r"[^A-Z0]", "", strokes.replace("Ụ", "U").replace("Ú", "U"))
    found = re.search("|".join(sorted(_AUTHORITIES, key=len, reverse=True)), letters)
    return Value(
        _AUTHORITIES[found.group()] if found else None,
        checks=(check("authority", found is not None, "the sign before the title is not legible"),),
    )


def _urgency(text: str) -> Value:
    found = match(text, stamps, torn=False)
    if found is None:
        return Value(None)
    return Value(found.phrase, found.chance, checks=(check("urgency", True),))


def _kind(text: str) -> Value:
    plain = tidy(joined(text))
    found = find_kind(plain)
    if found:
        return Value(found[0], found[1], (check("kind", True),))
    return Value(plain or None, 0.9, (check("kind", False, "not one of the official kinds"),))


def _number(text: str) -> Value:
    number = find_document_number(text)
    if number is None:
        return read_value(Kind.DOCUMENT_NUMBER, re.sub(r"^\W*\w{1,2}\s*[:;.,]+", "", text))
    checks = [check("serial", bool(number.serial), "the serial is not legible")]
    if number.serial and not (number.serial.isdigit() and number.serial in text):
        checks.append(check("serial", False, "a letter stands in the serial"))
    if not set(normalize("NFD", number.mark)).isdisjoint(_MARKS):
        checks.append(check("mark", False, "initials of agencies bear no such marks"))
    if is_torn(str(number), text):
        checks.append(check("mark", False, "the mark is torn"))
    if number.serial and _by_hand(text):
        checks.append(check("printed", False, "the serial stands apart and may be written by hand"))
    return Value(str(number), checks=tuple(checks))


def _by_hand(text: str) -> bool:
    """A blank between serial and its sign, a slash or the Party's hyphen: the printed form was filled in by hand."""
    return bool(re.search(r"\d\s+[-–/]\s?[^\W\d]", text))


_STROKES = "'‘’`/ "


_DASHED_LINE = re.compile(r"\n[-–—]\s|\s[-–—]\n")
_INTO_MARK = re.compile(r"\W*V/v[^\W\d_]")


def _without_brackets(text: str) -> str:
    """``(V/v …)`` without the brackets around the whole of it."""
    whole = text.startswith("(") and text.endswith(")") and text.count("(") == text.count(")") == 1
    return text[1:-1].strip() if whole else text


def _excerpt(text: str) -> Value:
    value = read_value(Kind.TEXT, text)
    if not isinstance(value.value, str):
        return value
    if _DASHED_LINE.search(text):
        told = check("dash", False, "a speck or a dash stands at the beginning of a further line")
        value = replace(value, checks=(*value.checks, told))
    plain = _without_brackets(str(value.value).lstrip("-–—•· "))
    if _INTO_MARK.match(plain):  # V/viếp nhận
        value = replace(
            value, checks=(*value.checks, check("whole", False, "a letter may be lost in the V/v"))
        )
    if mark := mark_of_subject(plain):
        rest = plain[mark:].lstrip(_STROKES)
        plain = f"V/v: {rest[1:].lstrip(_STROKES)}" if rest.startswith(":") else f"V/v {rest}"
    if re.match(r"ve viec\W", fold(plain)):
        plain = ("V" if plain[0].isupper() else "v") + "ề việc " + plain[7:].lstrip(" ,.:")
    likeness = min(value.likeness, 0.9) if ";" in plain else value.likeness  # a comma and a speck, as a rule
    return Value(repair_provinces(plain), likeness, value.checks)


_OF_SPAN: dict[Position, Callable[[Span], Value]] = {
    Position.SIGNER_TITLE: _title,
    Position.OTHER_SIGNERS: _others,
}
_AT_SPOT: dict[Position, Callable[[str], Value]] = {
    Position.KIND: _kind,
    Position.NUMBER: _number,
    Position.PLACE: _place,
    Position.SIGNER_AUTHORITY: _authority,
    Position.URGENCY: _urgency,
    Position.EXCERPT: _excerpt,
    Position.RECIPIENTS: _recipients,
}


#: After these stands the name of a place; what stands before them are common words.
_UNITS = frozenset(fold(unit).split()[-1] for unit in TYPES)


def _agency_line(row: Row) -> str:
    """Common words as the language model corrected them, names of places as they were read."""
    unit = next((at for at, token in enumerate(row.tokens) if token.key in _UNITS), -1)
    placed = unit >= 0
    return " ".join(
        token.as_read if placed and at > unit else token.text for at, token in enumerate(row.tokens)
    )


def signed_by(field: Field, signature: Span) -> Field:
    """The name of whoever made the application, compared with the one printed under the signature."""
    name = read_value(Kind.NAME, signature.as_read).value
    if name is None or fold(str(name)) != fold(str(field.value)):
        return field  # somebody signed for another, or it is hardly legible
    agree = spelling_key(str(name)) == spelling_key(str(field.value))
    return with_check(field, check("signature_agrees", agree, "spelled otherwise under the signature"))


def with_check(field: Field, added: Check) -> Field:
    """The field with one more check; its confidence falls below sure where that failed."""
    sure = field.confidence if added.passed else min(field.confidence, DOUBTED)
    return replace(field, checks=(*field.checks, added), confidence=sure)
