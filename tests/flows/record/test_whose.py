"""Papers of one person, and of two."""

from __future__ import annotations

import pytest

from flows.record.whose import are_of_others
from schemas.records import Record, Subject


def about(*subjects: Subject) -> Record:
    return Record(
        type="birth_certificate", fields={}, subject=subjects[0], subjects=subjects[1:] and subjects
    )


ANH, OTHER = "056217001234", "001099001234"


@pytest.mark.parametrize(
    ("one", "other", "others"),
    [
        (about(Subject(id=ANH)), about(Subject(id=ANH, name="x")), False),
        (about(Subject(id=ANH, name="NGUYỄN THỊ ÁNH")), about(Subject(id=OTHER, name="NGUYỄN THỊ ÁNH")), True),
        (about(Subject(id="162345678", name="Nguyễn Thị Ánh")), about(Subject(id=ANH, name="NGUYEN THI ANH")), False),
        (about(Subject(id="162345678", name="Nguyễn Thị Ánh")), about(Subject(id=ANH, name="Lê Văn Mẫu")), True),
        (about(Subject()), about(Subject(id=ANH, name="Lê Văn Mẫu")), False),
        (about(Subject(id=OTHER), Subject(id=ANH)), about(Subject(id=ANH)), False),
    ],
)  # fmt: skip
def test_numbers_tell_and_names_where_numbers_cannot(one: Record, other: Record, others: bool) -> None:
    assert are_of_others(one, other) is others
    assert are_of_others(other, one) is others
