"""Memory does not grow with the number of pages."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

PROBE = """
import sys
from pathlib import Path
from pipeline.intake import take_in
from pipeline.model import PageReading
from pipeline.pdfa import PdfMetadata, write_pdfa
from schemas.text import PageText
scan, count = take_in(Path(sys.argv[1])), int(sys.argv[2])
pages = [PageReading(n, 827, 1169, 100.0, 0, PageText(n, 827, 1169, 100.0, ())) for n in range(1, count + 1)]
write_pdfa(scan, pages, Path(sys.argv[1] + ".copy"), PdfMetadata())
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def _noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 255, (1169, 827, 3), np.uint8))


def _pdf(path: Path, count: int) -> None:
    out = io.BytesIO()
    _noise().save(out, "JPEG", quality=75)
    with pikepdf.new() as pdf:
        for number in range(count):
            page = pdf.add_blank_page(page_size=(595, 842))
            image = pikepdf.Stream(pdf, out.getvalue() + bytes([number % 256]))
            for key, value in {
                "/Type": pikepdf.Name.XObject,
                "/Subtype": pikepdf.Name.Image,
                "/Width": 827,
                "/Height": 1169,
                "/ColorSpace": pikepdf.Name.DeviceRGB,
                "/BitsPerComponent": 8,
                "/Filter": pikepdf.Name.DCTDecode,
            }.items():
                image[key] = value
            page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
            page.obj["/Contents"] = pikepdf.Stream(pdf, b"q 595 0 0 842 0 0 cm /Im0 Do Q")
        pdf.save(path)


def _tiff(path: Path, count: int) -> None:
    _noise().save(
        path,
        "TIFF",
        save_all=True,
        append_images=[_noise()] * (count - 1),
        compression="jpeg",
        dpi=(100, 100),
    )


@pytest.mark.slow
@pytest.mark.parametrize(("make", "few", "many"), [(_pdf, 2, 200), (_tiff, 2, 40)])
def test_memory_is_flat(make: object, few: int, many: int, tmp_path: Path) -> None:
    peaks = []
    for count in (few, many):
        path = tmp_path / f"{count}.scan"
        make(path, count)  # type: ignore[operator]
        done = subprocess.run(
            [sys.executable, "-c", PROBE, str(path), str(count)], capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout) / 1024)
    grown = (tmp_path / f"{many}.scan.copy").stat().st_size / 2**20
    assert grown > 20, "enough to see"
    assert peaks[1] - peaks[0] < grown / 3
