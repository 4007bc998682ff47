"""A corpus of forgeries over the classes of the literature, and of genuine files beside it: no verdict is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pikepdf
import pytest
from _pytest.mark import ParameterSet
from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import MDPPerm
from pyhanko.stamp import BaseStampStyle

from pipeline.sign import Level, Pkcs12Signer, SignOptions, Trust, renew_pdf, sign_pdf
from pipeline.verify import Changes, Kind, Reason, Verdict, verify_pdf
from pipeline.verify.metadata import same_metadata
from pipeline.verify.reach import pages_within_reach
from pipeline.verify.rendering import Difference, first_difference
from pipeline.verify.structure import first_change
from tests.pipeline.verify.demands import demand_forged
from tests.pipeline.verify.forgeries import BYTES, FURTHER, UPDATES, updated
from tests.pipeline.verify.forgeries.tables import hidden_in_an_object_stream
from tests.pipeline.verify.forgeries.writing import EVIL, Change, Writer, dictionary
from tests.pipeline.verify.papers import BLANK, PRINT, form, opaque, see_through, signed_by
from tests.pki.harness import PASSWORD, Pki

HIDING = {"form_removed", "fields_removed"}
"""Forgeries after which no signature is listed any more."""


QUICK = {
    "page_in_an_object_stream", "hybrid_table", "listed_twice", "old_root_by_another_trailer", "layers_all_on",
    "value_in_another_encoding",
}  # fmt: skip
"""Of the further ones; the others take too long for each run."""


def _cases(names: Iterable[str]) -> list[ParameterSet]:
    return [pytest.param(name, marks=pytest.mark.slow if name in FURTHER - QUICK else ()) for name in names]


@pytest.mark.parametrize("name", _cases(UPDATES))
def test_an_update_that_is_no_signature(name: str, signed: Path, offline: Trust, tmp_path: Path) -> None:
    path = tmp_path / "forged.pdf"
    path.write_bytes(updated(signed, UPDATES[name]))
    result = verify_pdf(path, offline)
    demand_forged(result)
    if result.problem is None:
        (signature,) = result.signatures
        assert (signature.reason, signature.changes) == (Reason.CHANGED_AFTER, Changes.NOT_PERMITTED)
        assert signature.intact, "the signed bytes themselves are untouched"


def _nothing_leads_to_it(w: Writer) -> None:
    w.add_object(dictionary(Waits=generic.BooleanObject(True)))


def _written_again(w: Writer) -> None:
    w.update_container(w.root["/Pages"]["/Kids"][0])


@pytest.mark.parametrize("change", [_nothing_leads_to_it, _written_again])
def test_what_shows_nothing_is_no_validation_data_either(
    change: Change, signed: Path, offline: Trust, tmp_path: Path
) -> None:
    path = tmp_path / "forged.pdf"
    path.write_bytes(updated(signed, change))
    (signature,) = verify_pdf(path, offline).signatures
    assert (signature.reason, signature.changes) == (Reason.CHANGED_AFTER, Changes.NOT_PERMITTED)


@pytest.mark.parametrize("name", _cases(sorted(set(UPDATES) - HIDING)))
def test_the_comparison_of_objects_alone_finds_it(name: str, signed: Path, tmp_path: Path) -> None:
    """Whatever another library's rules let pass."""
    path = tmp_path / "forged.pdf"
    path.write_bytes(updated(signed, UPDATES[name]))
    with pikepdf.open(signed) as before, pikepdf.open(path) as after:
        assert first_change(before, after, ()) is not None


@pytest.mark.parametrize("name", _cases(BYTES))
def test_other_bytes(name: str, signed: Path, offline: Trust, tmp_path: Path) -> None:
    path = tmp_path / "forged.pdf"
    path.write_bytes(BYTES[name](signed))
    demand_forged(verify_pdf(path, offline))


def test_an_object_stream_that_holds_more_than_the_table_says(
    signed: Path, offline: Trust, tmp_path: Path
) -> None:
    """Nothing shows to readers by the book; those that mend files take what the stream holds."""
    path = tmp_path / "forged.pdf"
    path.write_bytes(hidden_in_an_object_stream(signed, EVIL))
    result = verify_pdf(path, offline)
    demand_forged(result)
    assert "object stream" in result.signatures[0].detail


@pytest.mark.parametrize("permitted", list(MDPPerm))
@pytest.mark.parametrize(
    "name", ["annotation_freetext", "replace_a_value_and_its_look", "unsigned_field_covers", "turn_a_page"]
)
def test_certified_and_then_changed(
    permitted: MDPPerm, name: str, paper: Path, pki: Pki, offline: Trust, tmp_path: Path
) -> None:
    """Evil annotation and its like: also what a certification permits is a change that the clerk must know of."""
    certified = signed_by(paper, tmp_path / "certified.pdf", pki, "officer", certify=permitted)
    path = tmp_path / "forged.pdf"
    path.write_bytes(updated(certified, UPDATES[name]))
    result = verify_pdf(path, offline)
    demand_forged(result)
    assert result.signatures[0].reason is Reason.CHANGED_AFTER


@pytest.mark.parametrize("ink", [b"1 1 1 rg", b"1 1 0.6 rg", b"0.7 0.7 0.7 rg"])
@pytest.mark.parametrize("certify", [None, MDPPerm.FILL_FORMS])
def test_a_later_mark_that_hides_what_was_signed(
    ink: bytes, certify: MDPPerm | None, paper: Path, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    """Sneaky signature: genuine, and its own mark lies over the print."""
    first = signed_by(paper, tmp_path / "a.pdf", pki, "officer", certify=certify)
    path = signed_by(first, tmp_path / "b.pdf", pki, "seal", field="B", box=PRINT, style=opaque(300, 40, ink))
    result = verify_pdf(path, trust)
    demand_forged(result)
    assert [one.reason for one in result.signatures] == [Reason.CHANGED_AFTER, Reason.OK]
    if certify is None:
        assert "hides what was there" in result.signatures[0].detail


@pytest.mark.parametrize("style", [see_through(), opaque(200, 60)])
def test_a_new_mark_on_what_was_certified(
    style: BaseStampStyle, paper: Path, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    """Also in a free place: who certifies says where others may sign."""
    first = signed_by(paper, tmp_path / "a.pdf", pki, "officer", certify=MDPPerm.FILL_FORMS)
    demand_forged(
        verify_pdf(
            signed_by(first, tmp_path / "b.pdf", pki, "seal", field="B", box=BLANK, style=style), trust
        )
    )


@pytest.mark.parametrize("name", ["replace_a_value", "add_text", "unsigned_field_covers", "annotation_stamp"])
def test_changed_in_the_revision_of_a_later_signature(
    name: str, signed: Path, pki: Pki, trust: Trust, tmp_path: Path
) -> None:
    """Who signs later answers for what she changed; the one who signed before did not sign that."""
    path = signed_by(signed, tmp_path / "b.pdf", pki, "seal", field="B", update=UPDATES[name])
    result = verify_pdf(path, trust)
    demand_forged(result)
    assert [one.reason for one in result.signatures] == [Reason.CHANGED_AFTER, Reason.OK]


def test_a_signature_taken_away(signed: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    """An update drops the second signature's field, so that the first looks like the only one."""
    path = signed_by(signed, tmp_path / "b.pdf", pki, "seal", field="B")

    def drop(w):  # type: ignore[no-untyped-def]
        fields = w.root["/AcroForm"]
        fields["/Fields"] = type(fields["/Fields"])(list(fields["/Fields"])[:-1])
        w.update_container(fields)

    path.write_bytes(updated(path, drop))
    demand_forged(verify_pdf(path, trust))


def test_a_stranger_who_marks_the_page(signed: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    """Nobody may take it for the document as it was signed, nor the stranger for somebody."""
    path = signed_by(signed, tmp_path / "b.pdf", pki, "stranger", field="B", box=BLANK, style=see_through())
    result = verify_pdf(path, trust)
    assert result.verdict is Verdict.UNPROVEN
    assert [one.reason for one in result.signatures] == [Reason.OK, Reason.UNTRUSTED]
    assert "nguyên vẹn" not in result.message_vi
    assert "dấu hiển thị chữ ký của Người Lạ" in result.message_vi


Genuine = Callable[[Path, Pki, Trust, Path], Path]


def _sealed(**more: object) -> Genuine:
    def make(signed: Path, pki: Pki, trust: Trust, folder: Path) -> Path:
        return signed_by(signed, folder / "g.pdf", pki, "seal", **more)  # type: ignore[arg-type]

    return make


def _three_and_renewed(signed: Path, pki: Pki, trust: Trust, folder: Path) -> Path:
    path = signed_by(
        signed, folder / "g.pdf", pki, "seal", field="Second", existing=True, style=see_through()
    )
    path = signed_by(path, path, pki, "officer-rsa", field="C", box=BLANK, style=see_through("C"), page=1)
    signer = Pkcs12Signer(pki.pkcs12("officer"), PASSWORD)
    sign_pdf(path, path, signer, SignOptions(Level.B_LTA, pki.tsa(), trust))
    renew_pdf(path, path, pki.tsa(), trust)
    return path


def _certified_then_sealed(signed: Path, pki: Pki, trust: Trust, folder: Path) -> Path:
    paper = signed.with_name("form.pdf")
    first = signed_by(paper, folder / "a.pdf", pki, "officer", certify=MDPPerm.FILL_FORMS)
    return signed_by(first, folder / "g.pdf", pki, "seal", field="Second", existing=True, style=see_through())


def _turned(degrees: int) -> Genuine:
    def make(signed: Path, pki: Pki, trust: Trust, folder: Path) -> Path:
        paper = form(folder / "form.pdf", rotate=degrees, crop=True)
        first = signed_by(paper, folder / "a.pdf", pki, "officer")
        return signed_by(first, folder / "g.pdf", pki, "seal", field="B", box=BLANK, style=see_through())

    return make


def _locked_then_sealed(signed: Path, pki: Pki, trust: Trust, folder: Path) -> Path:
    """The first signer locks a field that is filled in (FieldMDP)."""
    first = signed_by(signed.with_name("form.pdf"), folder / "a.pdf", pki, "officer", locks="amount")
    return signed_by(first, folder / "g.pdf", pki, "seal", field="B")


def _written(**how: object) -> Genuine:
    """By another program: object streams, linearized, an older version; signed twice, visibly, by other settings."""

    def make(signed: Path, pki: Pki, trust: Trust, folder: Path) -> Path:
        with pikepdf.open(signed.with_name("form.pdf")) as pdf:
            pdf.save(folder / "form.pdf", **how)  # type: ignore[arg-type]
        first = signed_by(folder / "form.pdf", folder / "a.pdf", pki, "officer")
        return signed_by(first, folder / "g.pdf", pki, "seal", field="B", box=BLANK, style=see_through())

    return make


GENUINE: dict[str, tuple[Genuine, set[int]]] = {
    "unseen seal": (_sealed(), set()),
    "seal in a free place": (_sealed(box=BLANK, style=see_through()), {1}),
    "seal with a ground of its own in a free place": (
        _sealed(box=BLANK, style=opaque(200, 60, b"1 0.9 0.9 rg")),
        {1},
    ),
    "seal across the print, as seals are": (_sealed(box=PRINT, style=see_through()), {1}),
    "seal on page 2": (_sealed(box=BLANK, style=see_through(), page=1), {2}),
    "in the field that waits for it": (_sealed(field="Second", existing=True, style=see_through()), {1}),
    "three, archived, renewed": (_three_and_renewed, {1, 2}),
    "certified, then sealed in its field": (_certified_then_sealed, {1}),
    "a field locked, then sealed": (_locked_then_sealed, set()),
    "object streams": (_written(object_stream_mode=pikepdf.ObjectStreamMode.generate), {1}),
    "linearized": (_written(linearize=True), {1}),
    "both": (_written(linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate), {1}),
    "one object after the other": (_written(qdf=True), {1}),
    **{f"page turned by {degrees}": (_turned(degrees), {1}) for degrees in (90, 180, 270)},
}


@pytest.mark.parametrize("name", GENUINE)
def test_genuine(name: str, signed: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    """Further signatures are no change, and who put a mark on which page is told."""
    make, pages = GENUINE[name]
    result = verify_pdf(make(signed, pki, trust, tmp_path), trust)
    assert result.verdict is Verdict.VALID, result.message_en
    first = result.signatures[0]
    assert first.changes is Changes.SIGNATURES
    assert {one.page for one in first.later if one.page} == pages
    assert "UBND xã Thử Nghiệm" in {one.signer for one in first.later if one.kind is Kind.SIGNATURE}
    assert ("không bị thay đổi" in result.message_vi) is not bool(pages), (
        "said only where every page looks as before"
    )
    assert ("dấu hiển thị chữ ký của UBND xã Thử Nghiệm" in result.message_vi) is bool(pages)


@pytest.mark.parametrize("name", ["replace_a_value", "replace_a_value_and_its_look", "replace_a_look_only"])
def test_a_locked_field_that_changes(name: str, paper: Path, pki: Pki, trust: Trust, tmp_path: Path) -> None:
    """Alone, and in the revision of who signs after."""
    first = signed_by(paper, tmp_path / "a.pdf", pki, "officer", locks="amount")
    alone = tmp_path / "b.pdf"
    alone.write_bytes(updated(first, UPDATES[name]))
    later = signed_by(first, tmp_path / "c.pdf", pki, "seal", field="B", update=UPDATES[name])
    for path in (alone, later):
        result = verify_pdf(path, trust)
        demand_forged(result)
        assert result.signatures[0].reason is Reason.CHANGED_AFTER


def test_nothing_but_validation_data(signed: Path, offline: Trust) -> None:
    result = verify_pdf(signed, offline)
    assert (result.verdict, result.signatures[0].changes) == (Verdict.VALID, Changes.MAINTENANCE)
    assert "không bị thay đổi" in result.message_vi


def test_what_cannot_be_drawn_is_not_called_unchanged(
    signed: Path, offline: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    result = verify_pdf(signed, offline)
    assert (result.verdict, result.signatures[0].reason) == (Verdict.UNPROVEN, Reason.NOT_COMPARED)
    assert "nguyên vẹn" not in result.message_vi
    assert "chưa so sánh được" in result.message_vi


def test_the_corpus_is_large() -> None:
    assert len(UPDATES) + len(BYTES) >= 100


@pytest.mark.parametrize(
    ("new", "same"),
    [
        (b"<r:RDF xmlns:r='%s'><r:Description r:about='' xmlns:p='http://ns.adobe.com/pdf/1.3/' p:Producer='other'>"
         b"<d:title xmlns:d='http://purl.org/dc/elements/1.1/'>Decision</d:title></r:Description></r:RDF>", True),
        (b"<r:RDF xmlns:r='%s'><r:Description r:about=''>"
         b"<d:title xmlns:d='http://purl.org/dc/elements/1.1/'>Refusal</d:title></r:Description></r:RDF>", False),
        (b"<!DOCTYPE a [<!ENTITY e 'Decision'>]><r:RDF xmlns:r='%s'><r:Description r:about=''>"
         b"<d:title xmlns:d='http://purl.org/dc/elements/1.1/'>&e;</d:title></r:Description></r:RDF>", False),
        (b"no XML", False),
    ],
)  # fmt: skip
def test_metadata_that_tells_the_same(new: bytes, same: bool) -> None:
    """Programs that sign write the whole packet anew."""
    rdf = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    old = b"<x xmlns:rdf='%s'><rdf:RDF><rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/' dc:title='Decision'/></rdf:RDF></x>"
    assert same_metadata(old % rdf, new.replace(b"%s", rdf)) is same


VISIBLE = [
    *("hide_by_emptying_a_form", "hide_a_picture", "replace_a_font", "replace_a_picture", "replace_a_look_only"),
    *("add_text", "turn_a_page", "cut_a_page", "annotation_stamp", "unsigned_field_covers", "layer_switched"),
    *("replace_the_page_tree", "swap_pages", "store_that_brings_content", "look_of_the_signature"),
]  # fmt: skip


@pytest.mark.parametrize("name", VISIBLE)
def test_the_comparison_by_sight_alone_finds_what_shows(name: str, signed: Path, tmp_path: Path) -> None:
    path = tmp_path / "forged.pdf"
    path.write_bytes(updated(signed, UPDATES[name]))
    with path.open("rb") as file:
        assert first_difference(file, signed.stat().st_size, [1], {}) == Difference(1)


def test_only_pages_within_reach_are_drawn(signed: Path) -> None:
    """Page 2 leads to nothing that has a second definition, so no reader can see it otherwise."""
    with pikepdf.open(signed) as pdf:
        second, shared = pdf.pages[1].obj.objgen[0], pdf.pages[1].obj["/Resources"]["/Font"]["/F"].objgen[0]
        tree = pdf.Root["/Pages"].objgen[0]
        assert pages_within_reach(pdf, frozenset()) == [1]
        assert pages_within_reach(pdf, frozenset({pdf.Root.objgen[0], pdf.pages[0].obj.objgen[0]})) == [1]
        for number in (second, shared, tree):
            assert pages_within_reach(pdf, frozenset({number})) == [1, 2]
