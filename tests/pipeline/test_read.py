"""A page that fails does not stop its document; memory stays flat however many pages there are."""

from __future__ import annotations

import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from fixtures.generator import make_scan
from fixtures.generator.writers import with_density
from pipeline import read
from pipeline.apart import apart
from pipeline.intake import take_in
from pipeline.model import PageReading, Scan
from pipeline.ocr import page as ocr_page
from pipeline.papers.assemble import refuse_unreadable
from pipeline.read import read_scan_page
from schemas.errors import Damaged, PageTimeout, RecogniserMissing
from tests.pipeline.clean.sheets import blank_back, clear
from tests.pipeline.doubles import late_reader
from tests.scans import write_scan

LINES = ("Cộng hòa xã hội chủ nghĩa Việt Nam", "Độc lập - Tự do - Hạnh phúc", "Giấy xác nhận cư trú số 12")


def codes(reading: PageReading) -> list[str]:
    return [warning.code for warning in reading.warnings]


@pytest.fixture
def jpegs(tmp_path):
    """A PDF of three JPEG pages."""
    target = tmp_path / "scan.pdf"
    write_scan(target, LINES, LINES, LINES)
    return target


def damage(path: Path, numbers: list[int]) -> Path:
    """Leave only the beginning of the pictures of these pages."""
    target = path.with_name("damaged.pdf")
    with pikepdf.open(path) as pdf:
        for number in numbers:
            for image in pdf.pages[number - 1].get_images().values():
                data = image.read_raw_bytes()
                image.write(data[: len(data) // 3], filter=image.Filter)
        pdf.save(target)
    return target


def test_a_page_is_read_with_its_seconds(tmp_path):
    scan = take_in(write_scan(tmp_path / "scan.png", LINES))
    reading = read_scan_page(scan, 1)
    assert reading.text.text == "\n".join(LINES)
    assert reading.warnings == ()
    assert {"pages", "clean", "ocr"} <= set(reading.seconds)


def test_a_damaged_page_among_others(jpegs):
    scan = take_in(damage(jpegs, [2]))
    readings = [read_scan_page(scan, number) for number in (1, 2, 3)]
    assert [codes(reading) for reading in readings] == [[], ["damaged"], []]
    assert readings[1].text.text == ""
    assert not readings[1].blank
    assert "quét lại" in readings[1].warnings[0].message_vi
    assert readings[0].text.text == readings[2].text.text == "\n".join(LINES)
    refuse_unreadable(readings)


def test_a_scan_without_one_good_page_is_refused(jpegs):
    scan = take_in(damage(jpegs, [1, 2, 3]))
    with pytest.raises(Damaged):
        refuse_unreadable([read_scan_page(scan, number) for number in (1, 2, 3)])


def test_a_damaged_single_page_is_refused(tmp_path):
    Image.fromarray(np.full((900, 700), 255, np.uint8)).save(tmp_path / "scan.jpg", dpi=(200, 200))
    data = (tmp_path / "scan.jpg").read_bytes()
    (tmp_path / "scan.jpg").write_bytes(data[: len(data) // 2])
    with pytest.raises(Damaged):
        read_scan_page(take_in(tmp_path / "scan.jpg"), 1)


def test_a_page_that_takes_too_long(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "read_page", lambda page, scan: ocr_page.read_page(page, scan, late_reader))
    reading = read_scan_page(take_in(write_scan(tmp_path / "scan.png", LINES)), 1)
    assert codes(reading) == [PageTimeout.code]
    assert reading.text.text == ""
    assert reading.text.width > 0
    assert (reading.width, reading.height) == (827, 1165)


def test_a_page_that_does_not_fit_into_memory(tmp_path):
    """Noise that a small file holds: what is found in it takes more memory than the process may have."""
    noise = np.random.default_rng(7).integers(0, 2, (5000, 4000)).astype(bool)
    target = tmp_path / "scan.tiff"
    text = Image.open(write_scan(tmp_path / "text.png", LINES)).convert("1")
    Image.fromarray(noise).save(
        target, save_all=True, append_images=[text], compression="group4", dpi=(200, 200)
    )
    scan = take_in(target)
    # In this process, what it let go of before would be room beyond the limit.
    with get_context("spawn").Pool(1) as fresh:
        first, second = fresh.apply(apart, (300_000_000, _both, scan))
    assert first.refused
    assert codes(first) == ["too_large"]
    assert "memory" in first.warnings[0].message_en
    assert second.text.text == "\n".join(LINES)


def _both(scan: Scan) -> list[PageReading]:
    return [read_scan_page(scan, number) for number in (1, 2)]


def test_without_the_recogniser_nothing_goes_on(jpegs, monkeypatch, tmp_path):
    scan = take_in(jpegs)
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(RecogniserMissing):
        read_scan_page(scan, 1)


def test_blank_and_picture_only(tmp_path):
    back = blank_back(6700, "light", dpi=150, mode="grey")
    Image.fromarray(back.image).save(tmp_path / "blank.png", dpi=(150, 150))
    reading = read_scan_page(take_in(tmp_path / "blank.png"), 1)
    assert reading.blank
    assert codes(reading) == ["blank"]
    assert reading.text.text == ""
    photo = np.full((1600, 1200), 255, np.uint8)
    y, x = np.indices((700, 700))
    photo[400:1100, 250:950] = (110 + 90 * np.sin(x / 60) * np.cos(y / 45)).astype(np.uint8)
    Image.fromarray(photo).save(tmp_path / "photo.png", dpi=(200, 200))
    reading = read_scan_page(take_in(tmp_path / "photo.png"), 1)
    assert not reading.blank
    assert "picture_only" in codes(reading)


def test_a_mirrored_page_is_not_offered_as_read(tmp_path):
    page = make_scan("receipt_slip", 6702, capture=clear(dpi=200, mode="grey")).pages[0]
    Image.fromarray(page.image[:700, ::-1]).save(tmp_path / "mirrored.png", dpi=(200, 200))
    assert "illegible" in codes(read_scan_page(take_in(tmp_path / "mirrored.png"), 1))


def many_pages(target: Path, count: int) -> Path:
    """A PDF whose pages share one colour JPEG of A4 at 300 dpi."""
    page = make_scan("receipt_slip", 6701, capture=clear(dpi=300, mode="colour", jpeg=80)).pages[0]
    picture = target.with_suffix(".jpg")
    picture.write_bytes(with_density(page.jpeg, 300))
    Image.open(picture).save(target, resolution=300)
    with pikepdf.open(target, allow_overwriting_input=True) as pdf:
        for _ in range(count - 1):
            pdf.pages.append(pdf.pages[0])
        pdf.save(target)
    return target


WORKER = """
import sys
from pathlib import Path
from pipeline import read
from pipeline.intake import take_in
from pipeline.ocr import page as ocr_page
from tests.pipeline.doubles import ink_reader
read.read_page = lambda page, scan: ocr_page.read_page(page, scan, ink_reader)
scan = take_in(Path(sys.argv[1]))
words = 0
for number in range(1, scan.page_count + 1):
    words += sum(1 for _ in read.read_scan_page(scan, number).text.words())
# Not ru_maxrss: a process inherits that from the one that started it.
peak = next(row for row in open("/proc/self/status") if row.startswith("VmHWM"))
print(scan.page_count, words, int(peak.split()[1]) // 1024)
"""


@pytest.mark.parametrize(
    ("count", "most"),
    [
        (12, 260),  # some 170 are usual: 8 more for each page, a grey copy of it, would be too much
        pytest.param(60, 400, marks=pytest.mark.slow),
        pytest.param(500, 400, marks=pytest.mark.slow),
    ],
)
def test_memory_is_flat(tmp_path, count, most):
    path = many_pages(tmp_path / "long.pdf", count)
    out = subprocess.run(
        [sys.executable, "-c", WORKER, str(path)], check=True, capture_output=True, text=True
    )
    pages, words, megabytes = map(int, out.stdout.split())
    assert pages == count
    assert words > 20 * count
    assert megabytes <= most
