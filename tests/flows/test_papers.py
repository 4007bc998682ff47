"""Separator sheets say where papers end and which dossier begins; they are no papers themselves."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from flows.digitize import Request, digitize
from flows.outcome import Status
from flows.services import Services
from flows.settings.retention import retention
from pipeline.separators import draw_separator
from schemas.documents import document_types
from storage.index.find import Query
from tests.scans import page


def _stack(path: Path, *sheets: Image.Image | str | None) -> Path:
    """A stack: lines of text are a paper, a picture is a sheet."""
    pages = [page(sheet) if isinstance(sheet, str) else sheet for sheet in sheets if sheet is not None]
    images = [one.convert("L") for one in pages]
    images[0].save(path, save_all=True, append_images=images[1:], dpi=(200, 200))
    return path


def _sheet(code: str | None = None) -> Image.Image:
    return draw_separator(code).convert("L").resize((827, 1169))


def test_sheets_name_the_dossiers_and_are_not_archived(tmp_path: Path, services: Services) -> None:
    path = _stack(
        tmp_path / "stack.tif",
        "Đơn thứ nhất",
        _sheet("H48-0001"),
        "Giấy khai sinh",
        _sheet(),
        "Sổ hộ khẩu",
        _sheet("H48-0002"),
        "Hợp đồng",
    )
    outcome = digitize(path, services, Request(dossier="H48-0000"))
    assert (outcome.status, outcome.error) == (Status.ARCHIVED, None)
    assert [document.pages for document in outcome.documents] == [(1,), (3,), (5,), (7,)]
    ids = [document.id for document in outcome.documents]
    assert services.archive.dossier("H48-0000").documents == (ids[0],)
    assert services.archive.dossier("H48-0001").documents == (ids[1], ids[2])
    assert services.archive.dossier("H48-0002").documents == (ids[3],)
    assert [row.id for row in services.index.find(Query(dossier="H48-0001")).rows] == [ids[2], ids[1]]
    assert services.index.count() == 4
    assert services.archive.get(ids[3], "scan") == path.read_bytes()
    again = digitize(path, services)
    assert again.status is Status.DUPLICATE
    assert [document.id for document in again.documents] == ids
    assert "ocr" not in again.seconds, "what is archived is not read again"


def test_a_sheet_before_one_paper(tmp_path: Path, services: Services) -> None:
    path = _stack(tmp_path / "one.tif", _sheet("H48-0009"), "Giấy khai sinh")
    outcome = digitize(path, services)
    (document,) = outcome.documents
    assert document.pages == (2,)
    assert services.archive.dossier("H48-0009").documents == (document.id,)
    assert services.archive.record(document.id).scan.object is None, "one paper keeps its scan itself"
    assert digitize(path, services).status is Status.DUPLICATE


def test_nothing_but_sheets_is_refused(tmp_path: Path, services: Services) -> None:
    outcome = digitize(_stack(tmp_path / "sheets.tif", _sheet(), _sheet("H48-1")), services)
    assert outcome.status is Status.REJECTED
    assert outcome.error is not None
    assert outcome.error.code == "no_paper"
    assert services.index.count() == 0


def test_retention() -> None:
    from datetime import UTC, datetime

    leap = datetime(2028, 2, 29, 8, tzinfo=UTC)
    slip, forever = retention("receipt_slip", leap), retention("birth_certificate", leap)
    assert (slip.until, slip.legal_hold) == (datetime(2038, 3, 1, 8, tzinfo=UTC), False)
    assert forever.legal_hold
    for anything in ("scan", "dossier", "unknown"):
        kept = retention(anything, leap)
        assert kept.until == min(retention(name, leap).until or leap for name in document_types())
        assert kept.legal_hold, "nobody deletes it before somebody knows what it is"
    longest = max(retention(name, leap).until or leap for name in document_types())
    assert forever.until == longest
