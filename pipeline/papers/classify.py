"""Which type of paper the pages are: title first, then what only this type prints, then how many of its labels.

Nothing is forced: what is like none of the declared types is ``unknown``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.extract.foot.recipients import find_recipients
from pipeline.extract.foot.signer import find_signer
from pipeline.extract.foot.signer_title import is_officer
from pipeline.extract.forms.labels import find_labels, labels_of
from pipeline.extract.head.header import Header, read_header
from pipeline.extract.head.place_and_date import find_place_and_date
from pipeline.extract.head.title import NUMBERED, find_title, unlisted_title
from pipeline.extract.rows import Row, Sheet, is_capitals, sheets
from pipeline.extract.spans import Span
from pipeline.model import PageReading
from pipeline.normalize.channel import reads
from pipeline.normalize.document_numbers import find_document_number
from pipeline.separators import SEPARATOR, is_separator
from schemas.documents import CITIZEN_QR, MRZ, Document, Layout, document_types
from schemas.identifiers.citizen_qr import parse_citizen_qr
from schemas.identifiers.mrz import parse_second_line
from schemas.records import UNKNOWN
from schemas.vietnamese import key

_ENOUGH = 0.5
"""Below this score a paper is ``unknown``."""

_TITLED = 0.7
"""Likeness from which on a line may be the title of a form."""

_CLEAR = 0.9
"""Confidence of each word of a title from which on it is that title and no other."""


def classify(pages: Sequence[PageReading]) -> tuple[str, float]:
    """The type of the paper on these pages and how sure that is (0–1); raises ValueError without pages."""
    if not pages:
        raise ValueError("a paper has at least one page")
    marks = set(map(_mark_of, pages))
    if SEPARATOR in marks:
        return SEPARATOR, 1.0
    if CITIZEN_QR in marks:
        return _with_code(CITIZEN_QR), 0.99
    if MRZ in marks:
        return _with_code(MRZ), 0.98
    read = sheets(pages)
    if not read:
        return UNKNOWN, 1.0
    scores = sorted(_scores(read), reverse=True)
    if not scores or scores[0][0] < _ENOUGH:
        return UNKNOWN, round(1.0 - (scores[0][0] if scores else 0.0), 3)
    best, second = scores[0], scores[1][0] if len(scores) > 1 else 0.0
    return best[1], round(min(0.99, best[0], 0.5 + best[0] - 0.5 * second), 3)


def _mark_of(page: PageReading) -> str | None:
    """What alone tells the type of a paper, where the page bears it; the surest first."""
    if is_separator(page):
        return SEPARATOR
    if any(parse_citizen_qr(code.text) for code in page.codes):
        return CITIZEN_QR
    return MRZ if any(_zone_of_card(line.text) for line in page.text.lines()) else None


@cache
def _with_code(code: str) -> str:
    """The type that declares the code; ``unknown`` where none does."""
    return next((name for name, model in document_types().items() if code in model.form.codes), UNKNOWN)


def _zone_of_card(line: str) -> bool:
    """A line of the machine-readable zone, its check digits right or its beginning legible."""
    return ("<<" in line and "IDVNM" in line) or parse_second_line(line) is not None


def _scores(read: Sequence[Sheet]) -> Iterable[tuple[float, str]]:
    """Scores of the types that are possible at all."""
    first, header = read[0], read_header(read[0])
    titles = {name: title_score(model, first) for name, model in document_types().items()}
    unlisted = None if max(titles.values()) >= _TITLED else unlisted_title(first, header)
    clearly_other = unlisted is not None and min(token.confidence for token in unlisted[1].tokens) > _CLEAR
    administrative = max(administrative_score(first, header, unlisted), foot_score(read[-1]))
    words = "".join(token.key for sheet in read for row in sheet.rows for token in row.tokens)
    for name, model in document_types().items():
        if model.form.layout is Layout.ADMINISTRATIVE:
            yield administrative, name
            continue
        title, cues = titles[name], _cues(model, words)
        if title < _TITLED and (cues < 0.5 or clearly_other):
            continue  # forms share labels: *GIẤY BÁO TỬ* has those of a *GIẤY CHỨNG TỬ*
        labels = _labels(model, read) if title < 0.93 or cues < 0.5 else 1.0
        if title >= _TITLED:
            score = 0.62 * title + 0.16 * cues + 0.24 * labels
        else:  # that most lines of the paper begin with a label of this form counts as well
            score = 0.45 * cues + 0.45 * (0.8 * labels + 0.2 * _explained(model, first))
        if model.form.open_titles:
            score = min(score, 0.97 - 0.4 * administrative)
        yield min(score, 0.99), name


def title_score(model: type[Document], sheet: Sheet) -> float:
    """How like one of the type's titles a line (or two) of capitals in the upper half is, 0–1."""
    best = 0.0
    rows = [row for row in sheet.rows[:24] if row.box.top < 0.6 * sheet.height]
    for at, row in enumerate(rows):
        if not is_capitals(row.text):
            continue
        one = key(row.text)
        two = one + key(rows[at + 1].text) if at + 1 < len(rows) else one
        for printed in model.form.titles:
            title = key(printed)
            begins = model.form.open_titles and _begins(one, printed, row)
            beginning = key(" ".join(row.text.split()[: len(printed.split())]))
            likeness = max(Levenshtein.normalized_similarity(title, text) for text in (one, two, beginning))
            if len(one) > 1.4 * len(title) and not begins:
                likeness = min(likeness, Levenshtein.normalized_similarity(title, one) + 0.1)
            if len(title) < 7 and not begins:
                continue
            best = max(best, 0.97 if begins else likeness)
    return best


def _begins(text: str, title: str, row: Row) -> bool:
    """An application's title begins with its kind: ``ĐƠN …``, ``TỜ KHAI …``."""
    if key(title) == "don":
        return (
            key(row.tokens[0].text) == "don"
            and 2 <= len(row.tokens) <= 14
            and key(row.tokens[1].text) != "vi"
        )
    return text.startswith(key(title)) or reads(" ".join(row.text.split()[: len(title.split())]), title)


def _cues(model: type[Document], words: str) -> float:
    """The share of the type's cues that occur in the text, each found in spite of a fault or two."""
    cues = [key(cue) for cue in model.form.cues]
    if not cues:
        return 0.0
    return sum(fuzz.partial_ratio(cue, words) >= 86 for cue in cues) / len(cues)


def _labels(model: type[Document], read: Sequence[Sheet]) -> float:
    """The share of the type's fields whose label was found; half of them is as good as all."""
    rows = [row for sheet in read[:2] for row in sheet.rows]
    found = {name for hit in find_labels(model, rows) for name in hit.label.fields}
    named = {name for label in labels_of(model) for name in label.fields}
    return min(1.0, len(found) / max(0.5 * len(named), 1))


def _explained(model: type[Document], sheet: Sheet) -> float:
    """The share of the lines that begin with a label of this form."""
    begun = {hit.row for hit in find_labels(model, sheet.rows) if hit.start <= 1}
    return len(begun) / max(len(sheet.rows), 1)


def administrative_score(sheet: Sheet, header: Header, unlisted: tuple[int, Span] | None) -> float:
    """How like the first page of an administrative document it is, 0–1; ``unlisted``: a title of no kind or form that we know."""
    title = find_title(sheet, header)
    number = find_document_number(header.number.text) if header.number else None
    letter = header.subject is not None or _addressed(sheet, header)
    score = 0.0
    score += 0.3 if header.edge and header.end else 0.0
    score += 0.25 if number else 0.0
    score += 0.15 if header.date else 0.0
    score += 0.12 if header.agency else 0.0
    if title:
        score += 0.32 * title[1].likeness
    elif letter and number:
        score += 0.27
    elif not letter and unlisted and (header.agency or _is_signed(sheet)):
        score += 0.0 if header.agency else 0.12
        score += 0.32 * unlisted[1].likeness  # *GIẤY RA VIỆN*, without number and date in its head
    elif letter and header.agency and header.date:
        score += 0.05  # its number was not read
    elif header.number is None or not letter:
        score -= 0.3
    if title and header.agency is None and _is_between_persons(sheet, title):
        score -= 0.3
    return max(0.0, min(score, 0.99))


def _is_signed(sheet: Sheet) -> bool:
    """An officer signs on a day: certificates and diplomas name no agency in their head."""
    signer = find_signer([sheet])
    return (
        signer.title is not None and signer.name is not None and find_place_and_date([sheet])[1] is not None
    )


def _is_between_persons(sheet: Sheet, title: tuple[int, Span]) -> bool:
    """A contract whose number (*05/2020/HĐ*) names nobody that issues papers."""
    if not reads(" ".join(title[1].text.split()[:2]), _CONTRACT):
        return False
    below = (row.text for row in sheet.rows[title[0] + 1 : title[0] + 4] if NUMBERED.match(row.text))
    return not any(found.issuer for text in below if (found := find_document_number(text)))


_CONTRACT = "HỢP ĐỒNG"


def foot_score(sheet: Sheet) -> float:
    """How like the last page of an administrative document it is, 0–1: recipients at the left, a signer at the right.

    Titles and names alone stand under many papers (*ĐẠI DIỆN BÊN A / GIÁM ĐỐC*); only those of agencies list recipients
    or say by whose authority somebody signs.
    """
    recipients = find_recipients([sheet])
    signer = find_signer([sheet])
    kept = recipients is not None and any(
        row.tokens[-1].key and "luu" in key(row.text) for row in recipients.rows
    )
    titled = signer.title is not None and is_officer(signer.title.text)
    score = 0.4 * (recipients is not None) + 0.15 * kept + 0.2 * titled
    score += 0.2 * (signer.authority is not None and titled) + 0.1 * (signer.name is not None)
    return min(score, 0.9)


def _addressed(sheet: Sheet, header: Header) -> bool:
    rows = sheet.rows[header.end : header.end + 6]
    return any(re.match(r"^\W*K.nh\s*g.i", row.text) for row in rows)
