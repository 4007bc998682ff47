"""Changes under a later signature or time-stamp. Whoever asks a trusted authority gets a stamp, without a key and without a name."""

from __future__ import annotations

import io
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

from pipeline.sign import Trust
from pipeline.verify import Changes, Kind, Reason, Verdict, verify_pdf
from tests.pipeline.verify.demands import demand_forged
from tests.pipeline.verify.forgeries import UPDATES
from tests.pipeline.verify.forgeries.writing import Change, Writer, dictionary, field_of, numbers, stream
from tests.pipeline.verify.papers import BLANK, form, see_through, signed_by
from tests.pki.harness import Pki


def _stamped(signed: Path, pki: Pki, target: Path, change: Change, field: str) -> Path:
    writer = Writer(io.BytesIO(signed.read_bytes()), strict=False)
    change(writer)
    stamper = PdfTimeStamper(HTTPTimeStamper(pki.tsa()), field_name=field)
    target.write_bytes(stamper.timestamp_pdf(writer, "sha256").getvalue())
    return target


def _look(w: Writer) -> generic.DictionaryObject:
    form = stream(b"0 g 0 0 120 40 re f", Type=n("/XObject"), Subtype=n("/Form"), BBox=numbers(0, 0, 200, 60))
    return dictionary(N=w.add_object(form))


def _new_place(w: Writer, flags: int | None = None) -> None:
    append_signature_field(w, SigFieldSpec("Stamp", on_page=0, box=BLANK))
    field = field_of(w, "Stamp")
    field["/AP"] = _look(w)
    if flags is not None:
        field["/F"] = generic.NumberObject(flags)


def _waiting_place(w: Writer) -> None:
    field_of(w, "Second")["/AP"] = _look(w)


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
    change: Change, field: str, signed: Path, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    result = verify_pdf(_stamped(signed, pki, tmp_path / "s.pdf", change, field), trust)
    demand_forged(result)
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
        field_of(w, "B")["/F"] = generic.NumberObject(4 | 32)

    path = signed_by(
        signed, tmp_path / "b.pdf", pki, "seal", field="B", existing=True, style=see_through(), update=unseen
    )
    result = verify_pdf(path, trust)
    demand_forged(result)
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
    demand_forged(result)
