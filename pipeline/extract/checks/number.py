"""Checks of a document's number by its kind and its agency, and of them by it."""

from __future__ import annotations

from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from pipeline.extract.checks.head import Head
from pipeline.extract.fields import with_check
from pipeline.normalize.agency_initials import are_initials
from pipeline.normalize.document_numbers import find_document_number
from pipeline.normalize.tidying import check
from schemas.identifiers.document_number import KINDS, LETTER
from schemas.records import Field
from schemas.vietnamese import fold


def _add(fields: dict[str, Field], name: str, what: str, passed: bool, reason: str) -> None:
    fields[name] = with_check(fields[name], check(what, passed, reason))


def number_and_kind(fields: dict[str, Field], head: Head) -> None:
    """A decision's number says ``QĐ``; a letter's says no kind.

    Where they differ, either may have been read wrong; a kind in the number that a lost letter makes another (*TT* of a
    *TỜ TRÌNH*) is put right, for a look.
    """
    number, kind = fields.get(head.number), fields.get(head.kind)
    if number is None or kind is None:
        return
    parsed = find_document_number(str(number.value))
    if parsed is None or parsed.kind is None:
        return
    agency = fields.get(head.agency)
    if kind.value == LETTER and agency and are_initials(parsed.first, str(agency.value)):
        return  # *5736/CT-QLN* of a *CỤC THUẾ* is no directive
    one, other = fold(str(kind.value)), fold(parsed.kind)
    agree = (
        one.startswith(other)
        or other.startswith(f"{one} ")
        or (parsed.kind == LETTER and not str(kind.value).startswith(("QUYẾT ĐỊNH", "CHỈ THỊ")))
    )
    _add(fields, head.kind, "number_agrees", agree, "the number is that of another kind")
    if agree and kind.value != LETTER:
        _add(fields, head.number, "kind_agrees", True, "")
    if not agree and parsed.kind != LETTER:
        short = "" if kind.value == LETTER else KINDS.get(str(kind.value), "")
        if short and Levenshtein.distance(short, parsed.first) == 1:
            whole = str(replace(parsed, mark=short + parsed.mark[len(parsed.first) :]))
            fields[head.number] = replace(fields[head.number], value=whole)
        _add(fields, head.number, "kind_agrees", False, "the title is that of another kind")


def number_and_agency(fields: dict[str, Field], head: Head) -> None:
    """The mark of a number ends with the initials of the agency (``210/QĐ-CCTHADS``); that alone confirms no serial."""
    number, agency = fields.get(head.number), fields.get(head.agency)
    parsed = find_document_number(str(number.value)) if number else None
    if parsed is None or agency is None:
        return
    parent = fields.get(head.parent)
    above = str(parent.value) if parent else ""
    if not (issuer := parsed.issuer):
        return
    if are_initials(issuer, str(agency.value), above):
        _add(fields, head.number, "issuer_agrees", True, "")
    elif issuer[-1:] in _LIKE_DIGIT and are_initials(
        numbered := issuer[:-1] + _LIKE_DIGIT[issuer[-1]], str(agency.value)
    ):
        text = str(fields[head.number].value)
        before, after = text.rsplit(issuer, 1)
        fields[head.number] = replace(fields[head.number], value=f"{before}{numbered}{after}")
        _add(fields, head.number, "digit", False, "a letter was taken for the number of the agency")


#: Capitals that digits are read as: *TRƯỜNG MẦM NON 6* and ``MNG``.
_LIKE_DIGIT = {"G": "6", "S": "5", "B": "8", "O": "0", "I": "1", "L": "1", "Z": "2"}


def mark_of_number(fields: dict[str, Field], head: Head) -> None:
    """Papers of an agency carry its mark in their number (``298/GPXD``), or a long code: digits alone are a part of it."""
    number = fields.get(head.number)
    if number is None or not head.agency:
        return
    text = str(number.value)
    _add(fields, head.number, "mark", "/" in text or len(text) >= 8, "the mark after the serial is missing")
