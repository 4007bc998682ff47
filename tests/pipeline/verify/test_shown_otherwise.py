"""What a reader of docs/threat-model.md found: marks in any ink, values that the form draws, numbers left out, nobody's signature."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.stamp import StaticStampStyle

from pipeline.sign import Trust
from pipeline.verify import Reason, Verdict, verify_pdf
from pipeline.verify.structure import first_change, signature_fields
from tests.pipeline.verify.demands import demand_forged
from tests.pipeline.verify.forgeries.parts import Parts
from tests.pipeline.verify.forgeries.writing import (
    COVER,
    Change,
    Writer,
    dictionary,
    drawn,
    field_of,
    updated,
)
from tests.pipeline.verify.papers import BLANK, PRINT, form, see_through, signed_by
from tests.pki.harness import Pki

BARS = {
    "black": b"0 0 0 rg 0 0 300 40 re f",
    "red": b"0.7 0 0 rg 0 0 300 40 re f",
    "grey": b"0.3 0.3 0.3 rg 0 0 300 40 re f",
    "hatched": b"0 0 0 RG 2.2 w " + b" ".join(b"%d 0 m %d 40 l S" % (x, x) for x in range(0, 300, 3)),
}


def _stamped(source: Path, pki: Pki, target: Path, change: Change = lambda _: None) -> Path:
    """Whoever asks a trusted authority gets a time-stamp, without a key."""
    writer = Writer(io.BytesIO(source.read_bytes()), strict=False)
    change(writer)
    stamper = PdfTimeStamper(HTTPTimeStamper(pki.tsa()), field_name="Stamp")
    target.write_bytes(stamper.timestamp_pdf(writer, "sha256").getvalue())
    return target


@pytest.mark.parametrize("bar", BARS)
def test_a_later_mark_that_blackens_print(
    bar: str, signed: Path, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    """Print is not lost to light ink only."""
    drawing = RawContent(BARS[bar], box=BoxConstraints(300, 40))
    style = StaticStampStyle(background=drawing, background_opacity=1, border_width=0)
    path = signed_by(signed, tmp_path / "b.pdf", pki, "seal", field="B", box=PRINT, style=style)
    result = verify_pdf(path, trust)
    demand_forged(result)
    assert [one.reason for one in result.signatures] == [Reason.CHANGED_AFTER, Reason.OK]
    assert "hides what was there" in result.signatures[0].detail


def test_a_mark_with_many_words_across_print_hides_nothing(
    signed: Path, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    style = see_through("UBND xa Thu Nghiem, ky so ngay 12/12/2026, tai tru so")
    path = signed_by(signed, tmp_path / "b.pdf", pki, "seal", field="B", box=PRINT, style=style)
    assert verify_pdf(path, trust).verdict is Verdict.VALID


def _with_a_value_on_page_2(path: Path, *, look: bool) -> Path:
    """A value that no look shows; or one whose look says otherwise, while viewers are told to draw values anew."""
    with pikepdf.open(form(path), allow_overwriting_input=True) as pdf:
        page, answer = pdf.pages[1].obj, pdf.Root.AcroForm
        field = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("sum"),
            V=String("100 dong"),
            F=4,
            P=page,
        )
        field.Rect = Array([72, 560, 372, 600])
        if look:
            shape = Stream(pdf, b"BT /F 24 Tf 0 g 2 10 Td (900 000 dong) Tj ET")
            shape.Type, shape.Subtype, shape.BBox = Name.XObject, Name.Form, Array([0, 0, 300, 40])
            shape.Resources = Dictionary(Font=Dictionary(F=page.Resources.Font.F))
            field.AP, field.DA = Dictionary(N=pdf.make_indirect(shape)), String("/F 24 Tf 0 g")
            answer.NeedAppearances = True
        else:
            del answer["/DA"], answer["/DR"]
        field = pdf.make_indirect(field)
        page.Annots = pdf.make_indirect(Array([field]))
        answer.Fields.append(field)
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return path


@pytest.fixture
def _keeps_what_signers_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other programs than pyHanko leave /NeedAppearances when they sign."""
    clear = generic.DictionaryObject.__delitem__

    def keep(self: generic.DictionaryObject, key: str) -> None:
        if key != "/NeedAppearances":
            clear(self, key)

    monkeypatch.setattr(generic.DictionaryObject, "__delitem__", keep)


def _drawn_by_the_form(w: Writer) -> None:
    answer = w.root["/AcroForm"]
    answer["/DA"] = pdf_string("/F 60 Tf 1 0 0 rg")
    w.update_container(answer)


def _not_drawn_anew(w: Writer) -> None:
    answer = w.root["/AcroForm"]
    answer["/NeedAppearances"] = generic.BooleanObject(False)
    w.update_container(answer)


@pytest.mark.usefixtures("_keeps_what_signers_clear")
@pytest.mark.parametrize("look", [False, True])
def test_a_time_stamp_that_changes_how_values_are_drawn(
    look: bool, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    """On a page that leads to nothing new: the form alone says how its values look."""
    first = signed_by(
        _with_a_value_on_page_2(tmp_path / "f.pdf", look=look), tmp_path / "a.pdf", pki, "officer"
    )
    assert ("/NeedAppearances" in _form(first)) is look
    change = _not_drawn_anew if look else _drawn_by_the_form
    result = verify_pdf(_stamped(first, pki, tmp_path / "s.pdf", change), trust)
    demand_forged(result)
    assert result.signatures[0].reason is Reason.CHANGED_AFTER
    if look:
        first.write_bytes(updated(first, change))
        demand_forged(verify_pdf(first, trust))


def _form(path: Path) -> set[str]:
    with pikepdf.open(path) as pdf:
        return set(pdf.Root.AcroForm.keys())


def test_a_hidden_place_with_a_look(signed: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    """An action of the signed document may show it later."""

    def change(w: Writer) -> None:
        append_signature_field(w, SigFieldSpec("Stamp", on_page=0, box=BLANK))
        field = field_of(w, "Stamp")
        field["/F"], field["/AP"] = generic.NumberObject(2), dictionary(N=drawn(w, COVER))

    result = verify_pdf(_stamped(signed, pki, tmp_path / "s.pdf", change), trust)
    demand_forged(result)


def test_numbers_left_out_by_the_last_trailer(signed: Path, trust: Trust, tmp_path: Path) -> None:
    """ISO 32000-2, 7.5.5: an object whose number is not below /Size is missing, for readers that keep to it."""
    p = Parts(signed)
    path = tmp_path / "forged.pdf"
    path.write_bytes(p.closed(p.data + b"\n", b"0 0\n", 8))
    demand_forged(verify_pdf(path, trust))


def test_a_time_stamp_alone_is_nobodys_signature(paper: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    result = verify_pdf(_stamped(paper, pki, tmp_path / "s.pdf"), trust)
    assert (result.verdict, result.ok, result.provable_until) == (Verdict.UNSIGNED, False, None)
    assert "không có chữ ký số" in result.message_vi
    assert "Dấu thời gian" in result.message_vi, "and that there is one is told"


def test_a_signed_file_attached_as_it_is(signed: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    """Its signature is content of another document, not one that somebody hid there."""
    paper = form(tmp_path / "f.pdf")
    with pikepdf.open(paper, allow_overwriting_input=True) as pdf:
        file = pdf.make_indirect(Stream(pdf, signed.read_bytes()))
        file.Type = Name.EmbeddedFile
        spec = pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String("a.pdf"), EF=Dictionary(F=file)))
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a.pdf"), spec])))
        pdf.save(paper, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    path = signed_by(paper, tmp_path / "a.pdf", pki, "officer")
    result = verify_pdf(path, trust)
    assert (result.verdict, result.problem) == (Verdict.VALID, None)

    def drop(w: Writer) -> None:
        del w.root["/AcroForm"]
        w.update_root()

    path.write_bytes(updated(path, drop))
    demand_forged(verify_pdf(path, trust))


def test_a_seal_in_red_lines_across_print_hides_nothing(
    signed: Path, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    rings = b"0.8 0 0 RG 3 w 40 5 m 260 5 l 260 35 l 40 35 l s 60 20 m 240 20 l S"
    drawing = RawContent(rings, box=BoxConstraints(300, 40))
    style = StaticStampStyle(background=drawing, background_opacity=1, border_width=0)
    path = signed_by(signed, tmp_path / "b.pdf", pki, "seal", field="B", box=PRINT, style=style)
    assert verify_pdf(path, trust).verdict is Verdict.VALID


def test_a_field_of_a_time_stamp_that_is_a_leaf_of_another_tree(
    pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    """Trees of names and of pages have kids, too: only the form's fields may get more. Found by the comparison of objects alone."""
    paper = form(tmp_path / "f.pdf")
    with pikepdf.open(paper, allow_overwriting_input=True) as pdf:
        leaf = pdf.make_indirect(Dictionary(Names=Array([]), Limits=Array([String("a"), String("a")])))
        pdf.Root.Names = Dictionary(JavaScript=pdf.make_indirect(Dictionary(Kids=Array([leaf]))))
        pdf.save(paper)
    first = signed_by(paper, tmp_path / "a.pdf", pki, "officer")

    def change(w: Writer) -> None:
        append_signature_field(w, SigFieldSpec("Stamp", on_page=0))
        field_of(w, "Stamp")["/Names"] = generic.ArrayObject(
            [pdf_string("b"), dictionary(JS=pdf_string("x"))]
        )
        tree = w.root["/Names"]["/JavaScript"]
        tree["/Kids"].append(w.root["/AcroForm"]["/Fields"].raw_get(-1))
        w.update_container(tree)

    path = _stamped(first, pki, tmp_path / "s.pdf", change)
    demand_forged(verify_pdf(path, trust))
    with pikepdf.open(first) as before, pikepdf.open(path) as now:
        later = [key for key, field in signature_fields(now) if field["/T"] == "Stamp"]
        assert len(later) == 1
        assert "/Kids" in str(first_change(before, now, later, later))
