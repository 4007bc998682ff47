"""The three readers, each as the command that a person would run, timed by the operating system's own accounts."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

import cv2

from bench.reading.corpus import Sample
from pipeline.intake import take_in
from pipeline.pages import load_page
from pipeline.read import read_scan_page

_SOHOA = str(Path(sys.executable).parent / "sohoa")

_PR_SET_CHILD_SUBREAPER = 36
"""``prctl(2)``."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a reader gave and what it cost: cpu and wall in seconds."""

    text: str
    cpu: float
    wall: float


Reader = Callable[[Sample], Run]


def ours(sample: Sample) -> Run:
    """``sohoa read --json``."""
    output, run = timed([_SOHOA, "read", "--json", str(sample.path)])
    result = json.loads(output)
    return Run("\n".join(d["text"] for d in result["documents"]), run.cpu, run.wall)


def ours_here(sample: Sample) -> str:
    """The text of all pages of a scan, read in this process."""
    scan = take_in(sample.path)
    return "\n".join(read_scan_page(scan, number).text.text for number in range(1, scan.page_count + 1))


def ours_together(samples: Sequence[Sample]) -> Run:
    """All scans in one ``sohoa read --json``, as a batch is read; what was read is not looked at."""
    return timed([_SOHOA, "read", "--json", *(str(sample.path) for sample in samples)])[1]


def bare_tesseract(sample: Sample) -> Run:
    """``tesseract SCAN - -l vie`` on one thread; pages of a PDF are handed over as pictures, which is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        source = sample.path if sample.path.suffix != ".pdf" else _listed([sample], Path(folder))
        output, run = timed(["tesseract", str(source), "-", "-l", "vie"])
    return Run(output, run.cpu, run.wall)


def tesseract_together(samples: Sequence[Sample]) -> Run:
    """All scans in one ``tesseract``, which takes a list of pictures."""
    with tempfile.TemporaryDirectory() as folder:
        return timed(["tesseract", str(_listed(samples, Path(folder))), "-", "-l", "vie"])[1]


def without_ghostscript() -> str:
    """Why OCRmyPDF cannot run here: it would fail on each scan, and seem cheap; "" where it can."""
    return "" if shutil.which("gs") else "OCRmyPDF needs Ghostscript (apt-get install ghostscript)"


def ocrmypdf(sample: Sample) -> Run:
    """``ocrmypdf --deskew --rotate-pages --output-type pdfa``, text from its sidecar."""
    with tempfile.TemporaryDirectory() as folder:
        sidecar = Path(folder) / "text.txt"
        dpi = [] if sample.path.suffix == ".pdf" else ["--image-dpi", str(round(_dpi(sample.path)))]
        options = [
            "--deskew",
            "--rotate-pages",
            "--output-type",
            "pdfa",
            "-l",
            "vie",
            "--jobs",
            "2",
            "-q",
            *dpi,
        ]
        command = [str(Path(sys.executable).parent / "ocrmypdf"), *options, "--sidecar", str(sidecar)]
        _, run = timed([*command, str(sample.path), str(Path(folder) / "out.pdf")])
        text = sidecar.read_text("utf-8") if sidecar.exists() else ""
    return Run(text, run.cpu, run.wall)


READERS: Mapping[str, Reader] = {"sohoa": ours, "tesseract": bare_tesseract, "ocrmypdf": ocrmypdf}


def _listed(samples: Sequence[Sample], folder: Path) -> Path:
    """A file that names pictures of all pages, as Tesseract takes many at a time; those of a PDF are written first."""
    names = []
    for place, sample in enumerate(samples):
        if sample.path.suffix != ".pdf":
            names.append(str(sample.path))
            continue
        scan = take_in(sample.path)
        for number in range(1, scan.page_count + 1):
            page = load_page(scan, number)
            picture = page.picture if page.picture.ndim == 2 else page.picture[:, :, ::-1]
            name = folder / f"{place:04d}-{number:04d}.png"
            cv2.imwrite(str(name), picture)
            names.append(str(name))
    listing = folder / "pages.txt"
    listing.write_text("\n".join(names), "utf-8")
    return listing


def _dpi(path: Path) -> float:
    return load_page(take_in(path), 1).dpi


def timed(command: list[str]) -> tuple[str, Run]:
    """Run a command; its output, and the cpu of it and of all its descendants, whoever waited for them."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, start = getrusage(RUSAGE_CHILDREN), perf_counter()
    output = subprocess.run(  # a reader that fails has read nothing
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ).stdout
    wall = perf_counter() - start
    with suppress(
        ChildProcessError
    ):  # orphans become our children: workers that outlive their parent by a moment
        while True:
            os.waitpid(-1, 0)
    after = getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return output.decode("utf-8"), Run("", cpu, wall)
