"""What a person should look at: doubtful fields, and those that should be there and were not found."""

from __future__ import annotations

from schemas.quality import to_look_at
from schemas.records import Field, Method, Record


def record(**confidence: float) -> Record:
    fields = {
        name: Field(value="x", text="x", confidence=sure, page=1, box=(0, 0, 9, 9), method=Method.LABEL)
        for name, sure in confidence.items()
    }
    return Record(type="administrative_document", fields=fields)


WHOLE = dict.fromkeys(("issuing_agency", "number", "issue_date", "kind", "excerpt"), 0.99)


def test_what_is_sure_and_whole_needs_no_look() -> None:
    assert to_look_at(record(**WHOLE)) == ()


def test_a_doubtful_and_a_missing_field_do() -> None:
    without = {name: sure for name, sure in WHOLE.items() if name != "number"}
    assert to_look_at(record(**{**without, "kind": 0.5})) == ("kind", "number")


def test_who_signs_without_a_title_or_the_other_way_round_does() -> None:
    assert to_look_at(record(**WHOLE, signer_name=0.99)) == ("signer_title",)
    assert to_look_at(record(**WHOLE, signer_title=0.99)) == ("signer_name",)
    assert to_look_at(record(**WHOLE, signer_title=0.99, signer_name=0.99)) == ()
