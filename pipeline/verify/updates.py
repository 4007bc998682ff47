"""What was added to a file after each of its signatures, and whether that leaves what was signed as it was.

Three readers must agree: pyHanko's rules for updates, the comparison of all objects by qpdf (``structure``), and the pages as poppler
draws them (``rendering``). Permitted is only a further signature or time-stamp that covers a revision of its own, and validation data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pikepdf

from pipeline.verify.facts import Changes, Kind
from pipeline.verify.marks import marks_of
from pipeline.verify.raw import numbers_defined, unlisted_in_a_stream, unlisted_object
from pipeline.verify.reach import pages_within_reach
from pipeline.verify.rendering import NotComparable, Rect, first_difference
from pipeline.verify.revisions import Beginning, signed_end
from pipeline.verify.structure import Key, first_change, first_needless, signature_fields

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature


class Ambiguous(Exception):
    """Two readers see different signatures in one file."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as far as it concerns updates; ``sound``: intact, and covering its revision."""

    embedded: EmbeddedPdfSignature
    kind: Kind
    covered: bool
    sound: bool

    @property
    def key(self) -> Key:
        """The object that holds it."""
        holder: Any = self.embedded.sig_object.container_ref
        return (holder.idnum, holder.generation)


@dataclass(frozen=True, slots=True)
class Update:
    """What came after one signature. ``later`` are the positions of signatures that did.

    ``why`` tells, in English, what changed, or why that could not be found out.
    """

    changes: Changes
    why: str = ""
    later: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Updates:
    """What came after each signature, in their order, and the page (from 1) on which each shows (None: nowhere)."""

    after: tuple[Update, ...]
    pages: tuple[int | None, ...]


def updates_of(file: BinaryIO, size: int, reader: PdfFileReader, signatures: Sequence[Signature]) -> Updates:
    """Compare each signed revision with the file now. Raises Ambiguous."""
    try:
        with _opened(file) as now:
            _demand_agreement(now, signatures)
            places = marks_of(now, [one.key for one in signatures])
            after = tuple(_Later(file, size, reader, signatures, now, places).of(one) for one in signatures)
            return Updates(after, tuple(places[o.key][0] if o.key in places else None for o in signatures))
    except pikepdf.PdfError as error:
        return Updates(
            tuple(_unread(one, size, str(error)) for one in signatures), tuple(None for _ in signatures)
        )


def _unread(signature: Signature, size: int, why: str) -> Update:
    if signature.covered and signed_end(signature.embedded) == size:
        return Update(Changes.NONE)
    return Update(Changes.UNCLEAR, why.splitlines()[0] if why else "")


@contextmanager
def _opened(file: BinaryIO) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(file, attempt_recovery=False, inherit_page_attributes=False) as pdf:
        yield pdf


def _demand_agreement(now: pikepdf.Pdf, signatures: Sequence[Signature]) -> None:
    seen = sorted(
        (
            key,
            [int(value) for value in holder["/ByteRange"]],
            hashlib.sha256(bytes(holder["/Contents"])).digest(),
        )
        for key, field in signature_fields(now)
        for holder in [field["/V"]]
        if "/ByteRange" in holder and "/Contents" in holder
    )
    told = sorted(
        (
            one.key,
            [int(value) for value in one.embedded.byte_range],
            hashlib.sha256(one.embedded.pkcs7_content).digest(),
        )
        for one in signatures
    )
    if seen != told or len({one.key for one in signatures}) != len(signatures):
        raise Ambiguous


@dataclass(frozen=True, slots=True)
class _Later:
    file: BinaryIO
    size: int
    reader: PdfFileReader
    signatures: Sequence[Signature]
    now: pikepdf.Pdf
    places: dict[Key, tuple[int, Rect]]

    def of(self, signature: Signature) -> Update:
        end = signed_end(signature.embedded)
        if not signature.covered or end == self.size:
            return Update(Changes.NONE if signature.covered else Changes.NOT_PERMITTED)
        later = tuple(
            number
            for number, one in enumerate(self.signatures)
            if one.sound and one.embedded.signed_revision > signature.embedded.signed_revision
        )
        try:
            why = self._changed(signature, end, later)
        except NotComparable as fault:
            return Update(Changes.UNCLEAR, f"not compared by sight: {fault}", later)
        return (
            Update(self._kind(later), later=later)
            if why is None
            else Update(Changes.NOT_PERMITTED, why, later)
        )

    def _changed(self, signature: Signature, end: int, later: Sequence[int]) -> str | None:
        """What changed for pyHanko, for qpdf, beside all tables, or by sight; None when nothing did. Raises NotComparable."""
        if (told := _library_says(signature.embedded)) is not None:
            return told
        if (told := self._superfluous(end, signature.embedded.signed_revision)) is not None:
            return told
        beginning = cast("BinaryIO", Beginning(self.file, end))
        with pikepdf.open(beginning, attempt_recovery=False, inherit_page_attributes=False) as signed:
            after = [self.signatures[number] for number in later]
            stamps = [one.key for one in after if one.kind is Kind.TIMESTAMP]
            if (where := first_change(signed, self.now, [one.key for one in after], stamps)) is not None:
                return f"changed: {where}"
            if (
                signature.kind is Kind.TIMESTAMP
            ):  # it covers what the signatures before it do: these pages are looked at
                return None
            revision = signature.embedded.signed_revision
            redefined = numbers_defined(self.file, self.reader, end, revision)
            return self._by_sight(end, pages_within_reach(signed, redefined), later)

    def _superfluous(self, end: int, revision: int) -> str | None:
        """An object that no table lists, or that nothing permitted needs; None where there is none."""
        if (place := unlisted_object(self.file, self.reader, end)) is not None:
            return f"an object that no table lists, at byte {place}"
        if (number := unlisted_in_a_stream(self.reader, revision)) is not None:
            return f"object {number} in an object stream, where no table lists it"
        if (number := self._needless()) is not None:
            return f"object {number}, which no signature covers and no validation data needs"
        return None

    def _needless(self) -> int | None:
        """An object of an update behind the last sound signature that only somebody who tries something has a reason to add."""
        last = max(
            (one for one in self.signatures if one.sound),
            key=lambda one: signed_end(one.embedded),
            default=None,
        )
        if last is None or signed_end(last.embedded) >= self.size:
            return None
        end, revision = signed_end(last.embedded), last.embedded.signed_revision
        return first_needless(self.now, numbers_defined(self.file, self.reader, end, revision))

    def _by_sight(self, end: int, pages: Sequence[int], later: Sequence[int]) -> str | None:
        """On which page something looks otherwise; None where nothing does outside the marks of later signatures."""
        marks: dict[int, list[Rect]] = {}
        for number in later:
            one = self.signatures[number]  # a time-stamp, which anybody can get, has no mark
            if one.kind is Kind.SIGNATURE and (found := self.places.get(one.key)) is not None:
                marks.setdefault(found[0], []).append(found[1])
        difference = first_difference(self.file, end, pages, marks)
        if difference is None:
            return None
        hidden = "the mark of a later signature hides what was there"
        return f"page {difference.page}: {hidden if difference.covered else 'looks otherwise now'}"

    def _kind(self, later: Sequence[int]) -> Changes:
        signed_again = any(self.signatures[number].kind is Kind.SIGNATURE for number in later)
        return Changes.SIGNATURES if signed_again else Changes.MAINTENANCE


def _library_says(embedded: EmbeddedPdfSignature) -> str | None:
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    result: object = embedded.diff_result
    if not isinstance(result, DiffResult):
        told = str(getattr(result, "failure_message", "") or result or "")
        return " ".join(told.split())
    if (
        result.modification_level is ModificationLevel.OTHER
        or not embedded.summarise_integrity_info()["docmdp_ok"]
    ):
        return "a modification that the signature does not permit"
    return None
