"""The catalogue is imported: what a person wrote stays, what changed is flagged, prose is only a draft."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from flows.procedures.catalogue import import_catalogue, name_of, published, written
from flows.procedures.prose import TO_CHECK
from flows.reuse import own_procedures, question
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import UsageError
from schemas.procedures import Mode
from tests.stories.people import ANH

HEAD = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
PROSE = (
    f"* Giấy tờ phải nộp:{HEAD}- Tờ khai theo mẫu;1 bản chính- Giấy khám sức khỏe cấp chưa quá 06 tháng1 bản chính"
    f"Bản gốc Giấy chứng nhận đã cấp trước đó phải nộp lại1 bản chính* Giấy tờ phải xuất trình:{HEAD}"
    "Trường hợp đã tra cứu được thì thôi0 bản chính- Giấy khai sinh0 bản chính,1 bản sao"
)


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.chdir(tmp_path)
    return Services(load_settings())


def catalogue(path: Path, **changes: str) -> Path:
    line = {
        "ma_thu_tuc": "9.000001.000.00.00.H48",
        "ten_thu_tuc": "Thủ tục thử",
        "so_quyet_dinh": "1/QĐ-BTP",
        "ket_qua_xu_ly": "Giấy thửMã: KQ.G15.000031",
        "thanh_phan_ho_so": PROSE,
    }
    path.write_text(json.dumps({"x": line | changes}), encoding="utf-8")
    return path


def test_prose_becomes_a_draft_that_says_so(services: Services, tmp_path: Path) -> None:
    done = import_catalogue(services, catalogue(tmp_path / "c.json"))
    assert done.new == done.drafts == ["9.000001"]
    draft = written(services)[0]["9.000001"]
    assert draft.checked is None
    assert all(one.to_check == TO_CHECK for one in draft.components)
    assert [(one.mode, one.months, one.types, one.copies) for one in draft.components] == [
        (Mode.SUBMIT, None, (), 0),
        (Mode.SUBMIT, 6, (), 0),
        (Mode.SURRENDER, None, (), 0),
        (Mode.SHOW, None, ("birth_certificate",), 1),
    ]
    assert question(services, "9.000001", ANH).procedure == draft


def test_what_a_person_wrote_stays_and_what_changed_is_flagged(services: Services, tmp_path: Path) -> None:
    import_catalogue(services, catalogue(tmp_path / "c.json"), date(2026, 7, 20))
    assert import_catalogue(services, catalogue(tmp_path / "c.json")).unchanged == 1
    path = own_procedures(services) / "9.000001.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("checked: null", "checked: 2026-11-28"), encoding="utf-8"
    )
    edited = path.read_text(encoding="utf-8")
    done = import_catalogue(
        services, catalogue(tmp_path / "c.json", so_quyet_dinh="2/QĐ-BTP"), date(2026, 12, 1)
    )
    assert (done.changed, done.kept, done.drafts) == (["9.000001"], ["9.000001"], [])
    assert path.read_text(encoding="utf-8") == edited
    assert published(services)["9.000001"]["changes"] == [
        {"field": "decision", "from": "1/QĐ-BTP", "to": "2/QĐ-BTP", "on": "2026-12-01"}
    ]


def test_the_same_told_in_other_words_is_no_change(services: Services, tmp_path: Path) -> None:
    """One catalogue lists codes of results, another tells of them in prose and brings the text of components."""
    table = tmp_path / "catalogue.tsv"
    table.write_text("code\tname\tdecision\tresults\n9.000001\tThủ tục thử\t1/QĐ-BTP\tKQ.G15.000031\n")
    prose = catalogue(tmp_path / "details.json")
    assert import_catalogue(services, table).new == ["9.000001"]
    more = import_catalogue(services, prose)
    assert (more.changed, more.drafts) == ([], ["9.000001"])
    assert import_catalogue(services, table).changed == []
    told = published(services)["9.000001"]["published"]
    assert told["results"].startswith("Giấy thử"), "the fuller words stay"
    other = catalogue(tmp_path / "c.json", ket_qua_xu_ly="Giấy khácMã: KQ.G15.000032")
    assert import_catalogue(services, other).changed == ["9.000001"]


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_tables(services: Services, tmp_path: Path, mark: str) -> None:
    lines = [["code", "name", "results"], ["1.000894", "Kết hôn", "KQ.G15.000032"], ["no code", "x", ""]]
    (tmp_path / "c.txt").write_text("\n".join(mark.join(line) for line in lines), encoding="utf-8")
    done = import_catalogue(services, tmp_path / "c.txt")
    assert (done.new, done.skipped, done.drafts) == (["1.000894"], ["no code"], [])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"a,b\n1,2\n",
        b"\xff\xfe",
        b"[1]",
        b"[]",
        b'[{"code": "1.000894"}, 1]',
        b"[" * 100_000,
        b"code\n" + b"1" * 200_000,
    ],
)
def test_what_is_no_catalogue_is_refused(services: Services, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c").write_bytes(content)
    with pytest.raises(UsageError):
        import_catalogue(services, tmp_path / "c")
    assert published(services) == {}


def test_one_file_that_cannot_be_read_hides_no_other(services: Services) -> None:
    folder = own_procedures(services)
    folder.mkdir(parents=True)
    for name in ("9.000001.yaml", "1.000894.yaml", "notes.yaml"):
        (folder / name).write_text("lines of prose")
    known, wrong = written(services)
    assert "1.004873" in known
    assert "1.000894" not in known, "what the agency wrote comes before ours, and cannot be read"
    assert len(wrong) == 3
    assert name_of(services, "9.000001") is None
    assert name_of(services, "1.004873.000.00.00.H48") == known["1.004873"].name
