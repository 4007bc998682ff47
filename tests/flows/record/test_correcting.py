"""An officer's corrections are sure, checked, and a new version of the same document."""

from __future__ import annotations

import pickle
from pathlib import Path
from time import process_time

import pytest

from flows import records
from flows.caller import local_caller
from flows.digitize import Request, digitize
from flows.record.correcting import corrected
from flows.services import Services
from schemas.errors import Conflict, InvalidValue, NotFoundInArchive, UsageError
from schemas.records import Method, State
from storage.index.find import Query
from tests.homes import once
from tests.scans import write_scan


@pytest.fixture
def document_id(tmp_path: Path, services: Services) -> str:
    path = write_scan(tmp_path / "a.png", ["GIẤY KHAI SINH"])
    request = Request(type="birth_certificate")
    return once("one certificate", services.home, lambda: digitize(path, services, request).documents[0].id)


def test_confirming_writes_the_next_version(services: Services, document_id: str) -> None:
    values = {"full_name": "Nguyễn Thị Ánh", "birth_date": "05/03/2020"}
    receipt = records.confirm(services, local_caller(actor="canbo1"), document_id, values)
    assert (receipt.version, receipt.record.state) == (2, State.CONFIRMED)
    field = receipt.record.record.fields["birth_date"]
    assert (field.value, field.confidence, field.method) == ("2020-03-05", 1.0, Method.REVIEWER)
    assert receipt.record.record.subject.name == "Nguyễn Thị Ánh"
    assert services.index.find(Query(state="confirmed")).rows[0].subject_name == "Nguyễn Thị Ánh"
    assert services.archive.record(document_id, 1).state is State.UNCONFIRMED
    actors = [(line["actor"], line["action"]) for line in services.audit.lines()]
    assert actors[-1][1] == "confirm"
    assert services.archive.provenance(document_id)[-1].agent == "canbo1"


def test_an_empty_value_removes_a_field(services: Services, document_id: str) -> None:
    records.confirm(services, local_caller(actor="a"), document_id, {"full_name": "Trần Văn B"})
    receipt = records.confirm(services, local_caller(actor="a"), document_id, {"full_name": " "})
    assert "full_name" not in receipt.record.record.fields


def test_unknown_fields_values_and_ids_are_refused(services: Services, document_id: str) -> None:
    record = services.archive.record(document_id).record
    with pytest.raises(UsageError, match="shoe_size"):
        corrected(record, {"shoe_size": "41"})
    with pytest.raises(UsageError, match="birth_date"):
        corrected(record, {"birth_date": "hôm qua"})
    for harmful in ("Ánh\0", "Ánh\u202e", "\ud800"):
        with pytest.raises(InvalidValue, match="full_name"):
            corrected(record, {"full_name": harmful})
        with pytest.raises(UsageError):
            records.confirm(services, local_caller(actor="a"), document_id, reason=harmful)
    with pytest.raises(NotFoundInArchive):
        records.confirm(services, local_caller(actor="a"), "00000000-0000-0000-0000-000000000000", {})


def test_two_officers_at_once(services: Services, document_id: str) -> None:
    records.confirm(services, local_caller(actor="a"), document_id, {"full_name": "Trần Văn B"}, expected=1)
    with pytest.raises(Conflict):
        records.confirm(
            services, local_caller(actor="b"), document_id, {"full_name": "Trần Văn C"}, expected=1
        )


def test_what_an_officer_types_is_kept_or_refused_and_never_altered(
    services: Services, document_id: str
) -> None:
    record = services.archive.record(document_id).record
    kept = corrected(record, {"full_name": "Nguyen Van An", "number": "01 - 2020/KS"}).record.fields
    assert (kept["full_name"].value, kept["number"].value) == ("Nguyen Van An", "01-2020/KS")
    with pytest.raises(InvalidValue) as refused:
        corrected(record, {"number": "12 34/QĐ", "birth_date": "1/2/2020 3/4/2021", "sex": "Nam"})
    assert refused.value.fields == ("number", "birth_date")
    told = pickle.loads(pickle.dumps(refused.value))
    assert "ngày/tháng/năm" in told.hint_vi
    assert "không cách giữa các chữ số" in told.hint_vi


def test_a_long_value_is_refused_at_once(services: Services, document_id: str) -> None:
    record = services.archive.record(document_id).record
    began = process_time()
    for text in ("Nguyễn Văn ", "mùng một tháng hai ", "ngày 1 tháng 2 năm 2020 "):
        with pytest.raises(InvalidValue):
            corrected(record, {"birth_date_words": (text * 900)[:10_000]})
    assert process_time() - began < 2
