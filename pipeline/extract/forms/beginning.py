"""Where the value after a label begins: behind what is left of the label, its other language, and a note in brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.fuzz import ratio

from pipeline.extract.forms.labels import TABLE, Hit
from pipeline.extract.rows import Row, Token, gap_before
from pipeline.language.syllables import is_syllable
from pipeline.normalize.channel import reads
from schemas.documents import FieldSpec
from schemas.vietnamese import key

_NOTE = re.compile(r"^\s*[:.]?\s*\([^()]{0,100}\)\s*(?=[:;.,])")


def other_language(tokens: Sequence[Token], hit: Hit, field: FieldSpec) -> int:
    """How many words after the first half of a label of two languages are its second, too small to be read (*/ Piace øt odge*).

    It goes on to the first word with a capital or a digit: there the value begins.
    """
    halves = (label.split(" / ") for label in field.printed.labels if " / " in label)
    words = next((other.split() for own, other in halves if key(own) == hit.label.key), None)
    first = next((at for at, token in enumerate(tokens) if token.key), None)
    if words is None or first is None or len(tokens) == 1:
        return 0
    begun = tokens[first]
    slash = first > 0 or begun.text.startswith("/")
    if is_syllable(begun.text) or not (slash or ratio(key(words[0]), begun.key) >= 45):
        return first
    count = first + 1
    while count < len(tokens) and count <= first + len(words) and not _opens_value(tokens[count]):
        count += 1
    return count


def _opens_value(token: Token) -> bool:
    sign = next((c for c in token.text if c.isalnum()), "")
    return sign.isdigit() or sign.isupper()


def tail_of_label(tokens: Sequence[Token], field: FieldSpec) -> int:
    """How many words after the label are its last ones, read so badly that only their colon tells (*khai:sinh:*)."""
    for count in range(1, min(4, len(tokens)) + 1):
        if not tokens[count - 1].text.endswith(":"):
            continue
        if tokens[0].text[:1].isupper():
            return 0  # the value begins: *Thời hạn sử dụng: Đất ở: Lâu dài*
        read = " ".join(token.text for token in tokens[:count])
        ends = (
            " ".join(label.split()[-words:])
            for label in field.printed.labels
            for words in range(1, count + 2)
        )
        return count if any(reads(read, end) for end in ends) else 0
    return 0


def tail_in_table(row: Row, begin: int, end: int) -> int:
    """How many small words after the label stand before the gap to the next column of a table (*Thành phần hồ sơ nộp*)."""
    for at in range(begin + 1, min(begin + 4, end)):
        if gap_before(row, at) > TABLE * row.height:
            words = row.tokens[begin:at]
            close = gap_before(row, begin) < TABLE * row.height
            return at - begin if close and all(word.text.islower() for word in words) else 0
    return 0


def without_note(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The value without a note in brackets before its colon (*ghi bằng chữ in hoa*)."""
    text = " ".join(token.text for token in tokens)
    found = _NOTE.match(text)
    if not found:
        return tokens
    at = 0
    for number, token in enumerate(tokens):
        if at >= found.end():
            return tokens[number:]
        at += len(token.text) + 1
    return ()
