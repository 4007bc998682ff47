"""What the station asks of a paper while an officer works on it: answers, words of a page, a region read again."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows import records
from flows.caller import Act, Caller
from flows.desk import queues
from flows.door import log, permit, refuse_claimed, require_known
from flows.services import Services
from pipeline.normalize.tidying import Plain
from pipeline.typed import read_typed
from schemas.documents import document_types, field_specs
from schemas.errors import NotFoundInArchive, SecondEntryMissing, UsageError
from schemas.expected import EXPECTED
from schemas.records import State
from schemas.values import Kind
from schemas.vietnamese import nfc
from storage.desk import Claim, Draft
from storage.model import Receipt

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the page."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The value that a typed text is, in its normal form; None where it is none, and how it is to be typed."""

    value: Plain
    expected_vi: str = ""
    expected_en: str = ""


_ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"
_LEAST, _MARGIN = 8, 24
"""Pixels: the smallest side of a region, and the paper around it that reading sees as well."""


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word and its box in pixels of the page."""

    text: str
    box: Box


def answer_of(value: str | None, absent: str | None) -> dict[str, str] | None:
    """The answer for a field as it is kept: NFC; None forgets it."""
    if absent is not None:
        return {"answer": absent}
    return None if value is None else {"value": nfc(value)}


def write_answer(
    services: Services,
    caller: Caller,
    document_id: str,
    version: int,
    field: str,
    answer: dict[str, str] | None,
    revision: int,
) -> Draft:
    """Keep an answer; the draft that is told back is looked at, too, where another officer began it.

    Raises UsageError for a field that no type has, Conflict for a stale revision.
    """
    row = services.index.get(document_id)
    if row is None:
        raise NotFoundInArchive(document_id)
    model = document_types().get(row.type)
    if model is None or field not in {spec.name for spec in field_specs(model)}:
        raise UsageError(f"{row.type} has no field {field}")
    begun = services.desk.draft(document_id)
    if begun is not None and begun.user != caller.actor:
        draft(services, caller, document_id)
    return services.desk.write(document_id, caller.actor, version, field, answer, revision)


def claim(services: Services, caller: Caller, document_id: str) -> Claim:
    """Take a paper for some minutes, or renew. Raises NotAllowed, NotFoundInArchive, Claimed while somebody else has it."""
    permit(services, caller, Act.CONFIRM, document_id)
    require_known(services, document_id)
    return services.desk.claim(document_id, caller.actor)


def draft(services: Services, caller: Caller, document_id: str) -> Draft | None:
    """What was typed and is not confirmed yet; it says what the paper does, so that who sees it stands in the log.

    Raises NotAllowed, NotFoundInArchive.
    """
    permit(services, caller, Act.CONFIRM, document_id)
    require_known(services, document_id)
    kept = services.desk.draft(document_id)
    if kept is not None and kept.answers:
        log(services, caller, Act.PART, f"{document_id}/draft")
    return kept


def understood(services: Services, document_id: str, draft: Draft | None) -> dict[str, Understood]:
    """What each typed answer of a draft means, as confirming it would keep it: nothing is stored that its officer did not see."""
    row = services.index.get(document_id) if draft else None
    model = document_types().get(row.type) if row else None
    if draft is None or model is None:
        return {}
    kinds = {spec.name: spec.kind for spec in field_specs(model)}
    typed = {field: answer["value"] for field, answer in draft.answers.items() if "value" in answer}
    return {
        field: _understood(kinds[field], text)
        for field, text in typed.items()
        if field in kinds and text.strip()
    }


def _understood(kind: Kind, text: str) -> Understood:
    value = read_typed(kind, text)
    return Understood(None, *EXPECTED[kind]) if value is None else Understood(value.value)


def second_entry(services: Services, document_id: str) -> tuple[str, ...]:
    """Fields of an unconfirmed paper that are typed without seeing what was read, as the settings ask for a share."""
    share = services.settings.station.second_entry
    row = services.index.get(document_id)
    if share <= 0 or row is None or row.state != State.UNCONFIRMED:
        return ()
    return queues.second_entry(share, document_id, services.archive.record(document_id).record)


def confirm(
    services: Services,
    caller: Caller,
    document_id: str,
    values: Mapping[str, str],
    *,
    absent: Mapping[str, str],
    reason: str,
    expected: int,
) -> Receipt:
    """As ``flows.records.confirm``, for an officer at the desk: the draft has served, and is forgotten; the paper is free for others.

    Raises besides Claimed while another officer has the paper open, whose answers stand in the draft, and SecondEntryMissing where a
    field of the second entry has no answer in it.
    """
    permit(services, caller, Act.CONFIRM, document_id)
    refuse_claimed(services, caller, Act.CONFIRM, document_id)
    asked = second_entry(services, document_id)
    draft = services.desk.draft(document_id) if asked else None
    missing = set(asked) - set(draft.answers if draft else ())
    if missing:
        raise SecondEntryMissing(", ".join(sorted(missing)))
    receipt = records.confirm(
        services,
        caller,
        document_id,
        values,
        absent=absent,
        reason=reason,
        typed_blind=asked,
        expected=expected,
    )
    services.desk.forget(document_id)
    services.desk.release(document_id, caller.actor)
    return receipt


def words(services: Services, caller: Caller, document_id: str, number: int) -> list[PlacedWord]:
    """The words of page ``number`` of the scan, in reading order."""
    from lxml import etree

    alto = records.part(services, caller, document_id, "alto")
    root = etree.fromstring(alto, etree.XMLParser(resolve_entities=False, no_network=True))
    found = []
    for page in root.iter(f"{_ALTO}Page"):
        if page.get("PHYSICAL_IMG_NR") == str(number):
            found = [_word(one) for one in page.iter(f"{_ALTO}String")]
    return found


def _word(string: object) -> PlacedWord:
    get = string.get  # type: ignore[attr-defined]
    left, top = round(float(get("HPOS"))), round(float(get("VPOS")))
    return PlacedWord(
        get("CONTENT"), (left, top, left + round(float(get("WIDTH"))), top + round(float(get("HEIGHT"))))
    )


def read_region(services: Services, caller: Caller, document_id: str, number: int, box: Box) -> str:
    """What stands in a part of page ``number``; lines are separated by spaces.

    Raises UsageError for a box that is too small or lies outside of the page.
    """
    from dataclasses import replace

    import numpy as np

    from pipeline.clean import clean_page
    from pipeline.intake import take_in
    from pipeline.ocr import read_page
    from pipeline.pages import load_page

    _, scan = records.page(services, caller, document_id, number)
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        copy = Path(folder) / "scan"
        copy.write_bytes(scan())
        page = load_page(take_in(copy), number)
    height, width = page.picture.shape[:2]
    left, top = max(box[0] - _MARGIN, 0), max(box[1] - _MARGIN, 0)
    right, bottom = min(box[2] + _MARGIN, width), min(box[3] + _MARGIN, height)
    if min(box[2] - box[0], box[3] - box[1]) < _LEAST or left >= width or top >= height:
        raise UsageError("the region is too small, or lies outside of the page")
    # The rest of the page is made white: size, skew and lines are then those of the region.
    picture = np.full_like(page.picture, 255)
    picture[top:bottom, left:right] = page.picture[top:bottom, left:right]
    text = read_page(clean_page(replace(page, picture=picture)))
    return " ".join(" ".join(word.text for word in line.words) for line in text.lines())
