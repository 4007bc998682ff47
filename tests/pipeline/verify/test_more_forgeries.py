"""Forgeries tried anew by a reader of docs/threat-model.md; and time-stamps, which anybody can get without a name."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper

from pipeline.sign import Level, Pkcs12Signer, SignOptions, Trust, sign_pdf
from pipeline.verify import Changes, Kind, Reason, Verdict, Verification, verify_pdf
from tests.pipeline.verify.forgeries import Writer, _dict, _numbers, _stream, updated
from tests.pipeline.verify.forgeries_more import BYTES, EVIL, UPDATES, hidden_in_an_object_stream
from tests.pipeline.verify.papers import BLANK, form, see_through, signed_by
from tests.pki.harness import PASSWORD, Pki

QUICK = {
    "page_in_an_object_stream", "hybrid_table", "listed_twice", "old_root_by_another_trailer", "layers_all_on",
    "value_in_another_encoding", "xfa",
}  # fmt: skip


@pytest.fixture(scope="session")
def signed(_running: Pki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """By an officer, with validation data."""
    paper = form(tmp_path_factory.mktemp("more") / "form.pdf")
    target = paper.with_name("signed.pdf")
    trust = Trust((_running.root,), fetch=True, private=True)
    officer = Pkcs12Signer(_running.pkcs12("officer"), PASSWORD)
    sign_pdf(paper, target, officer, SignOptions(Level.B_LT, _running.tsa(), trust))
    return target


def _demand_forged(result: Verification) -> None:
    assert result.verdict is Verdict.INVALID
    assert "không bị thay đổi" not in result.message_vi
    assert "nguyên vẹn" not in result.message_vi


def _cases(names: object) -> list[object]:
    return [
        pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)
        for name in names  # type: ignore[attr-defined]
    ]


@pytest.mark.parametrize("name", _cases(UPDATES))
def test_an_update_that_is_no_signature(name: str, signed: Path, offline: Trust, tmp_path: Path) -> None:
    path = tmp_path / "forged.pdf"
    path.write_bytes(updated(signed, UPDATES[name]))
    _demand_forged(verify_pdf(path, offline))


@pytest.mark.parametrize("name", _cases(BYTES))
def test_other_bytes(name: str, signed: Path, offline: Trust, tmp_path: Path) -> None:
    path = tmp_path / "forged.pdf"
    path.write_bytes(BYTES[name](signed))
    _demand_forged(verify_pdf(path, offline))


def test_an_object_stream_that_holds_more_than_the_table_says(
    signed: Path, offline: Trust, tmp_path: Path
) -> None:
    """Nothing shows to readers by the book; those that mend files take what the stream holds."""
    path = tmp_path / "forged.pdf"
    path.write_bytes(hidden_in_an_object_stream(signed, EVIL))
    result = verify_pdf(path, offline)
    _demand_forged(result)
    assert "object stream" in result.signatures[0].detail


# Time-stamps: whoever asks a trusted authority gets one, without a key and without a name


def _stamped(signed: Path, pki: Pki, target: Path, change: Callable[[Writer], object], field: str) -> Path:
    writer = Writer(io.BytesIO(signed.read_bytes()), strict=False)
    change(writer)
    stamper = PdfTimeStamper(HTTPTimeStamper(pki.tsa()), field_name=field)
    target.write_bytes(stamper.timestamp_pdf(writer, "sha256").getvalue())
    return target


def _look(w: Writer) -> generic.DictionaryObject:
    form = _stream(
        b"0 g 0 0 120 40 re f", Type=n("/XObject"), Subtype=n("/Form"), BBox=_numbers(0, 0, 200, 60)
    )
    return _dict(N=w.add_object(form))


def _field_of(w: Writer, name: str) -> generic.DictionaryObject:
    fields = [field.get_object() for field in w.root["/AcroForm"]["/Fields"]]
    found: generic.DictionaryObject = next(field for field in fields if field["/T"] == name)
    w.update_container(found)
    return found


def _new_place(w: Writer, flags: int | None = None) -> None:
    append_signature_field(w, SigFieldSpec("Stamp", on_page=0, box=BLANK))
    field = _field_of(w, "Stamp")
    field["/AP"] = _look(w)
    if flags is not None:
        field["/F"] = generic.NumberObject(flags)


def _waiting_place(w: Writer) -> None:
    _field_of(w, "Second")["/AP"] = _look(w)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (_new_place, "Stamp"),
        (lambda w: _new_place(w, 4 | 32), "Stamp"),
        (_waiting_place, "Second"),
        (UPDATES["content_behind_its_number"], "Stamp"),
    ],
    ids=["ink in a free place", "ink on paper only", "ink where somebody was to sign", "content"],
)
def test_a_time_stamp_brings_no_ink(
    change: Callable[[Writer], object], field: str, signed: Path, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    result = verify_pdf(_stamped(signed, pki, tmp_path / "s.pdf", change, field), trust)
    _demand_forged(result)
    assert result.signatures[0].reason is Reason.CHANGED_AFTER


def test_a_time_stamp_that_nobody_sees_is_no_change(
    signed: Path, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    result = verify_pdf(_stamped(signed, pki, tmp_path / "s.pdf", lambda _: None, "Stamp"), trust)
    assert (result.verdict, result.signatures[0].changes) == (Verdict.VALID, Changes.MAINTENANCE)
    assert [one.kind for one in result.signatures] == [Kind.SIGNATURE, Kind.TIMESTAMP]


def test_a_later_mark_for_paper_only(signed: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    """A genuine signature whose mark no screen shows and every printer prints."""

    def unseen(w: Writer) -> None:
        append_signature_field(w, SigFieldSpec("B", on_page=0, box=BLANK))
        _field_of(w, "B")["/F"] = generic.NumberObject(4 | 32)

    path = signed_by(
        signed, tmp_path / "b.pdf", pki, "seal", field="B", existing=True, style=see_through(), update=unseen
    )
    result = verify_pdf(path, trust)
    _demand_forged(result)
    assert [one.reason for one in result.signatures] == [Reason.CHANGED_AFTER, Reason.OK]


@pytest.mark.parametrize("how", ["another text", "another tree"])
def test_a_later_signer_who_changes_what_is_read_aloud(
    how: str, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    """The structure of a document says to a blind reader what stands there."""
    paper = form(tmp_path / "form.pdf")
    with pikepdf.open(paper, allow_overwriting_input=True) as pdf:
        element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, ActualText=String("Granted")))
        root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([element])))
        element.P = root
        pdf.Root.StructTreeRoot, pdf.Root.MarkInfo = root, Dictionary(Marked=True)
        pdf.save(paper)
    first = signed_by(paper, tmp_path / "a.pdf", pki, "officer")

    def change(w: Writer) -> None:
        root = w.root["/StructTreeRoot"]
        if how == "another text":
            element = root["/K"][0]
            element["/ActualText"] = pdf_string("Refused")
            w.update_container(element)
        else:
            root["/K"] = generic.ArrayObject()
            w.update_container(root)

    result = verify_pdf(signed_by(first, tmp_path / "b.pdf", pki, "seal", field="B", update=change), trust)
    _demand_forged(result)
