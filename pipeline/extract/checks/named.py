"""The signer whom the text names as well (who chairs a meeting, for whom a contract is made): a second reading of the name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace

from pipeline.extract.fields import with_check
from pipeline.extract.foot.signer_title import is_officer
from pipeline.extract.rows import Row, Sheet, Token, segments
from pipeline.extract.spans import Span
from pipeline.normalize.channel import reads
from pipeline.normalize.people import is_family_name, is_given_name, is_name
from pipeline.normalize.tidying import check
from schemas.geometry import Box
from schemas.quality import SURE
from schemas.records import Field
from schemas.vietnamese import key, match_case, nfc, spelling_key

_CLEAR, _LEGIBLE = 0.9, 0.3
"""Confidence of a word that is as it was read, and of one that may be."""

_SHORTEST, _LONGEST = 3, 5
"""Words of a name in the text; of two, one may be lost."""


def compared_with_text(field: Field, span: Span, sheets: Sequence[Sheet]) -> Field:
    """The signer's name compared with the names in the text of the paper.

    Where the text has the same name, both agree. Where one name of the text is likelier what stands under seal and pen than
    words of its own, and none of the words that were read clearly speaks against it, it is taken, for a look. A name that is sure is
    compared with those of the same letters only.
    """
    value = str(field.value)
    signed = {(row.page, token.box) for row in span.rows for token in row.tokens}
    if field.confidence >= SURE:
        return _marked_alike(field, (name for sheet in sheets for name in _names(sheet, signed, _LEGIBLE)))
    names = {spelling_key(name): name for sheet in sheets for name in _names(sheet, signed)}
    if spelling_key(value) in names:
        return with_check(field, check("text_agrees", True))
    clear = {token.key for token in span.tokens if token.confidence >= _CLEAR and is_given_name(token.text)}
    near = [
        name
        for name in names.values()
        if clear <= set(map(key, name.split())) and (reads(value, name) or _is_end_of(value, name))
    ]
    if len(near) != 1:
        return _marked_alike(field, (name for sheet in sheets for name in _names(sheet, signed, _LEGIBLE)))
    told = check("text_agrees", False, "not legible under seal or pen, taken from the text")
    # What was found wrong with the reading is not wrong with this name.
    return with_check(replace(field, value=match_case(near[0], value), checks=()), told)


def _marked_alike(field: Field, names: Iterable[str]) -> Field:
    """The name, for a look where the text prints one of the same letters with other marks, however clearly (*Trinh*, *Trịnh*)."""
    value = str(field.value)
    other = any(key(name) == key(value) and spelling_key(name) != spelling_key(value) for name in names)
    told = check("text_agrees", False, "the text has this name with other marks")
    return with_check(field, told) if other else field


def _is_end_of(value: str, name: str) -> bool:
    """Whether a name is but for its beginning, which lies under the seal."""
    return len(value.split()) > 1 and key(name).endswith(key(value))


def _names(sheet: Sheet, signed: Set[tuple[int, Box]], least: float = _CLEAR) -> Iterator[str]:
    """Names of three words and more, each read with such confidence at least, those of the signature itself left out."""
    for row in sheet.rows:
        for part in segments(row, sheet.spacing):
            for run in _capitalised(part):
                words = [token.text.strip(_SIGNS) for token in run]
                name = nfc(" ".join(words[words[0] in _ADDRESSES :]))
                clear = all(
                    token.confidence >= least and (row.page, token.box) not in signed for token in run
                )
                if clear and _is_whole_name(name):
                    yield name


def _is_whole_name(name: str) -> bool:
    words = name.split()
    return (
        _SHORTEST <= len(words) <= _LONGEST
        and is_family_name(words[0])
        and is_name(name)
        and not is_officer(name)
    )


_ADDRESSES = frozenset({"Ông", "Bà"})
"""The family name Ông is rare."""

_SIGNS = ".,;:()\"'“”–-/"


def _capitalised(row: Row) -> Iterator[list[Token]]:
    """Runs of words with a capital; a sign behind a word ends its run."""
    run: list[Token] = []
    for token in row.tokens:
        if token.text.strip(_SIGNS)[:1].isupper():
            run.append(token)
            if token.text[-1] not in _SIGNS:
                continue
        if run:
            yield run
        run = []
    if run:
        yield run
