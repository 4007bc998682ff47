"""Intake takes scans by their content and refuses everything else with the right reason."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import resource
import socket
import struct
import time
import zlib
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Dictionary, Name
from PIL import Image

from pipeline.apart import apart
from pipeline.intake import Limits, keep_own, take_in
from pipeline.model import MediaType
from pipeline.pages import load_page
from schemas.errors import (
    ActiveContent,
    Damaged,
    EmptyFile,
    Encrypted,
    NotAFile,
    NotFound,
    Refused,
    StoreFull,
    TooLarge,
    UnknownFormat,
    Unreadable,
)
from tests.pipeline.papers import add_page, encoded, one_picture_pdf, picture


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("kind", "media_type"), [("JPEG", "JPEG"), ("PNG", "PNG"), ("TIFF", "TIFF"), ("MPO", "JPEG")]
)
def test_format_is_seen_in_the_content_not_in_the_name(tmp_path: Path, kind: str, media_type: str) -> None:
    data = encoded(picture(), kind)
    scan = take_in(_write(tmp_path / "ảnh chụp.pdf", data))
    assert scan.media_type is MediaType[media_type]
    assert (scan.sha256, scan.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (scan.page_count, scan.signed) == (1, False)


def test_pages_of_a_tiff_are_counted(tmp_path: Path) -> None:
    data = encoded(
        picture("1"), "TIFF", save_all=True, append_images=[picture("1")] * 4, compression="group4"
    )
    assert take_in(_write(tmp_path / "fax.tif", data)).page_count == 5


def test_a_pdf_with_bytes_before_its_header_is_a_pdf(tmp_path: Path) -> None:
    one_picture_pdf(tmp_path / "a.pdf")
    scan = take_in(_write(tmp_path / "b.pdf", b"\n\nscanner v1\n" + (tmp_path / "a.pdf").read_bytes()))
    assert (scan.media_type, scan.page_count) == (MediaType.PDF, 1)


@pytest.mark.parametrize(
    "text", [b"plain text in a file named .pdf", b"PK\x03\x04 zip", b"\x00" * 5000, b"BM bitmap"]
)
def test_other_content_is_an_unknown_format(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(UnknownFormat):
        take_in(_write(tmp_path / "scan.pdf", text))


def test_empty_missing_and_unreadable(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        take_in(_write(tmp_path / "empty.pdf", b""))
    with pytest.raises(NotFound):
        take_in(tmp_path / "nowhere.pdf")
    with pytest.raises(Unreadable):
        take_in(tmp_path)
    with pytest.raises(Unreadable):
        take_in(tmp_path / ("x" * 300))
    with pytest.raises(Unreadable):
        take_in(Path("a\0b.pdf"))


def test_pipes_sockets_and_devices_do_not_hold_us_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them is opened, since a device may act on it."""
    os.mkfifo(tmp_path / "pipe.pdf")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket.pdf"))
        monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened"))
        for path in (tmp_path / "pipe.pdf", tmp_path / "socket.pdf", Path("/dev/zero"), tmp_path):
            with pytest.raises(NotAFile):
                take_in(path)


def test_a_link_to_a_file_is_taken(tmp_path: Path) -> None:
    link = tmp_path / "link.png"
    link.symlink_to(_write(tmp_path / "a.png", encoded(picture(), "PNG")))
    assert take_in(link).media_type is MediaType.PNG


def test_refusals_name_no_folder(tmp_path: Path) -> None:
    folder = tmp_path / "Nguyễn Văn A"
    folder.mkdir()
    with pytest.raises(Refused) as refusal:
        take_in(_write(folder / "x.tif", b"II*\0\xff\xff\xff\xff"))
    assert "Nguyễn" not in refusal.value.message


_OURS = re.compile(r"The file is damaged or was not written to its end\. \([A-Za-z ]+\)")


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff" + b"\0" * 50,
        b"II*\0\x08\0\0\0garbage",
        b"\x89PNG\r\n\x1a\n" + b"x" * 40,
        b"RIFF\x20\0\0\0WEBPVP8 " + b"\0" * 40,
        b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"x" * 40,
        b"%PDF-1.4\ngarbage",
    ],
)
def test_a_refusal_is_told_in_our_words(tmp_path: Path, data: bytes) -> None:
    """What libraries say names their parts and addresses in memory."""
    with pytest.raises(Damaged) as refusal:
        take_in(_write(tmp_path / "a", data))
    assert _OURS.fullmatch(refusal.value.message)


def test_what_the_library_said_is_in_the_debug_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", "sohoa"), pytest.raises(Damaged):
        take_in(_write(tmp_path / "a", b"\xff\xd8\xff" + b"\0" * 50))
    assert "cannot identify image file" in caplog.text


def _png_header(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"\0" * 1000)
    chunks = [
        struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (head, body, b"IEND")
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_too_many_pixels_bytes_or_pages(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        take_in(_write(tmp_path / "wide.png", _png_header(100_000, 100_000)))
    jpeg = _write(tmp_path / "a.jpg", encoded(picture(), "JPEG"))
    with pytest.raises(TooLarge):
        take_in(jpeg, Limits(size=100))
    with pytest.raises(TooLarge):
        take_in(jpeg, Limits(pixels=1000))
    tiff = encoded(picture("1"), "TIFF", save_all=True, append_images=[picture("1")] * 4)
    with pytest.raises(TooLarge):
        take_in(_write(tmp_path / "a.tif", tiff), Limits(pages=4))


def _shape(path: Path) -> tuple[int, ...]:
    return load_page(take_in(path), 1).picture.shape


@pytest.mark.parametrize("kind", ["webp", "lossless webp", "jpeg", "progressive jpeg", "png"])
def test_a_picture_for_which_memory_is_short_is_too_large_and_not_damaged(tmp_path: Path, kind: str) -> None:
    """Some decoders say of a lack of memory only that they failed."""
    wide = Image.new("RGB", (8000, 6000), "white")
    options = {"lossless webp": {"lossless": True, "quality": 0}, "progressive jpeg": {"progressive": True}}
    data = encoded(wide, kind.rsplit(maxsplit=1)[-1].upper(), **options.get(kind, {}))
    path = _write(tmp_path / "a", data)
    for memory in (150_000_000, 300_000_000, 600_000_000):
        with contextlib.suppress(TooLarge):
            apart(memory, _shape, path)
    with pytest.raises(TooLarge):
        apart(150_000_000, _shape, path)
    assert apart(6_000_000_000, _shape, path) == (6000, 8000, 3)


@pytest.mark.parametrize("lossless", [False, True])
def test_the_size_of_a_webp_is_known_before_it_is_opened(tmp_path: Path, lossless: bool) -> None:
    for mode in ("RGB", "RGBA"):
        path = _write(tmp_path / "a.webp", encoded(picture(mode, (301, 202)), "WEBP", lossless=lossless))
        assert take_in(path, Limits(pixels=301 * 202)).page_count == 1
        with pytest.raises(TooLarge):
            take_in(path, Limits(pixels=301 * 202 - 1))


def test_a_tiff_whose_directories_run_in_a_circle_ends(tmp_path: Path) -> None:
    data = bytearray(encoded(picture("L"), "TIFF"))
    (first,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, first)
    struct.pack_into("<I", data, first + 2 + entries * 12, first)
    assert take_in(_write(tmp_path / "circle.tif", bytes(data))).page_count == 1


def test_a_big_page_hidden_in_a_tiff_is_found(tmp_path: Path) -> None:
    data = encoded(picture("1"), "TIFF", save_all=True, append_images=[picture("1", (3000, 3000))])
    with pytest.raises(TooLarge):
        take_in(_write(tmp_path / "a.tif", data), Limits(pixels=1_000_000))


# PDF


def _save(path: Path, pdf: pikepdf.Pdf, **options: object) -> Path:
    pdf.save(path, **options)
    return path


def test_passwords(tmp_path: Path) -> None:
    pdf = pikepdf.open(one_picture_pdf(tmp_path / "a.pdf"))
    closed = _save(tmp_path / "b.pdf", pdf, encryption=pikepdf.Encryption(user="mật khẩu", owner="x"))
    with pytest.raises(Encrypted):
        take_in(closed)
    forbidden = pikepdf.Encryption(user="", owner="x", allow=pikepdf.Permissions(extract=False))
    with pytest.raises(Encrypted):
        take_in(_save(tmp_path / "c.pdf", pdf, encryption=forbidden))
    changes_only = pikepdf.Encryption(user="", owner="x", allow=pikepdf.Permissions(modify_other=False))
    assert take_in(_save(tmp_path / "d.pdf", pdf, encryption=changes_only)).page_count == 1


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_pdf_cut_off_is_damaged(tmp_path: Path, share: float) -> None:
    data = one_picture_pdf(tmp_path / "a.pdf").read_bytes()
    with pytest.raises(Damaged):
        take_in(_write(tmp_path / "b.pdf", data[: int(len(data) * share)]))


def test_a_pdf_with_a_wrong_table_of_objects_is_still_taken(tmp_path: Path) -> None:
    data = one_picture_pdf(tmp_path / "a.pdf").read_bytes()
    start = data.rindex(b"startxref")
    wrong = data[:start] + b"startxref\n7\n%%EOF\n"
    assert take_in(_write(tmp_path / "b.pdf", wrong)).page_count == 1


def _javascript(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def _launch(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.Launch, F="cmd.exe")
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].Annots = pdf.make_indirect([note])


def _page_script(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS="x"))


def _attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["virus.exe"] = b"MZ"


@pytest.mark.parametrize("poison", [_javascript, _launch, _page_script, _attachment])
@pytest.mark.parametrize("hidden", [False, True])
def test_active_content_is_refused(tmp_path: Path, poison: object, hidden: bool) -> None:
    pdf = pikepdf.open(one_picture_pdf(tmp_path / "a.pdf"))
    poison(pdf)  # type: ignore[operator]
    mode = pikepdf.ObjectStreamMode.generate if hidden else pikepdf.ObjectStreamMode.disable
    with pytest.raises(ActiveContent):
        take_in(_save(tmp_path / "b.pdf", pdf, object_stream_mode=mode))


def test_plain_opening_view_and_links_are_fine(tmp_path: Path) -> None:
    pdf = pikepdf.open(one_picture_pdf(tmp_path / "a.pdf"))
    pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, Name.Fit])
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="https://example.vn"))
    pdf.pages[0].Annots = pikepdf.Array([link])
    assert take_in(_save(tmp_path / "b.pdf", pdf)).page_count == 1


def test_a_signature_is_noted(tmp_path: Path) -> None:
    pdf = pikepdf.open(one_picture_pdf(tmp_path / "a.pdf"))
    value = Dictionary(Type=Name.Sig, ByteRange=[0, 1, 2, 3], Contents=b"x")
    field = Dictionary(
        FT=Name.Sig, T="Sig1", V=value, Type=Name.Annot, Subtype=Name.Widget, Rect=[0, 0, 0, 0]
    )
    pdf.Root.AcroForm = Dictionary(SigFlags=3, Fields=[pdf.make_indirect(field)])
    assert take_in(_save(tmp_path / "b.pdf", pdf)).signed


def _bomb(layers: int, size: int) -> bytes:
    engine = zlib.compressobj(9)
    data = b"".join(engine.compress(bytes(1 << 20)) for _ in range(size >> 20)) + engine.flush()
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    return data


@pytest.mark.parametrize("layers", [1, 2])
def test_a_page_description_that_explodes_is_refused_unexpanded(tmp_path: Path, layers: int) -> None:
    pdf = pikepdf.new()
    page = add_page(pdf, None, "")
    bomb = pikepdf.Stream(pdf, b"")
    bomb.write(_bomb(layers, 400 << 20), filter=[Name.FlateDecode] * layers)
    page.obj.Contents = bomb
    path = _save(
        tmp_path / "bomb.pdf", pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False
    )
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(TooLarge):
        take_in(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000  # kilobytes
    assert time.process_time() - started < 2


def test_an_object_stream_that_explodes_is_refused(tmp_path: Path) -> None:
    body = zlib.compress(b"1 0 << /Type /Catalog /Pages 2 0 R >> " + b" " * (300 << 20), 9)
    data = b"%PDF-1.5\n"
    stream_at = len(data)
    data += b"4 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >> stream\n" % len(body)
    data += body + b"\nendstream endobj\n"
    pages_at = len(data)
    data += b"2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj\n"
    xref_at = len(data)
    rows = [(0, 0, 255), (2, 4, 0), (1, pages_at, 0), (0, 0, 0), (1, stream_at, 0), (1, xref_at, 0)]
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    data += b"5 0 obj << /Type /XRef /Size 6 /W [1 4 1] /Root 1 0 R /Length %d >> stream\n" % len(table)
    data += table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % xref_at
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises((TooLarge, Damaged)):
        take_in(_write(tmp_path / "bomb.pdf", data))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000


def test_a_picture_of_too_many_pixels_in_a_pdf(tmp_path: Path) -> None:
    pdf = pikepdf.open(one_picture_pdf(tmp_path / "a.pdf"))
    image = pdf.pages[0].Resources.XObject.Im0
    image.Width = image.Height = 100_000
    with pytest.raises(TooLarge):
        take_in(_save(tmp_path / "b.pdf", pdf))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_done_to_the_bytes_there_is_a_scan_or_a_refusal(
    tmp_path: Path, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(["pdf", "TIFF", "JPEG", "PNG"]))
    if kind == "pdf":
        original = bytearray(one_picture_pdf(tmp_path / "a.pdf").read_bytes())
    else:
        original = bytearray(encoded(picture("L"), kind))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, min(len(original) - 1, 3000)))
        original[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(original)))
    with contextlib.suppress(Refused):
        take_in(_write(tmp_path / "b", bytes(original[:cut])))


@pytest.mark.parametrize("size", [5_000, 3 << 20])
def test_no_room_for_our_copy_is_told_of_large_and_small_files(tmp_path: Path, size: int) -> None:
    """A small one fails only when its copy is closed."""
    path = _write(tmp_path / "scan", bytes(size))
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, usual[1]))
    try:
        with pytest.raises(StoreFull):
            keep_own(path, Limits(), tmp_path / "own")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
