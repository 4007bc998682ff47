"""The three readers, each as the command that a person would run, timed by the operating system's own accounts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import cv2

from bench.reading.corpus import Sample
from pipeline.intake import take_in
from pipeline.pages import load_page


@dataclass(frozen=True, slots=True)
class Run:
    """What a reader gave and what it cost: cpu and wall in seconds."""

    text: str
    cpu: float
    wall: float


Reader = Callable[[Sample], Run]


def ours(sample: Sample) -> Run:
    """``sohoa read --json``."""
    output, run = _timed([str(Path(sys.executable).parent / "sohoa"), "read", "--json", str(sample.path)])
    result = json.loads(output)
    return Run("\n".join(d["text"] for d in result["documents"]), run.cpu, run.wall)


def bare_tesseract(sample: Sample) -> Run:
    """``tesseract SCAN - -l vie`` on one thread; pages of a PDF are handed over as pictures, which is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        source = sample.path if sample.path.suffix != ".pdf" else _pictures(sample.path, Path(folder))
        output, run = _timed(["tesseract", str(source), "-", "-l", "vie"])
    return Run(output, run.cpu, run.wall)


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
        _, run = _timed([*command, str(sample.path), str(Path(folder) / "out.pdf")])
        text = sidecar.read_text("utf-8") if sidecar.exists() else ""
    return Run(text, run.cpu, run.wall)


READERS: Mapping[str, Reader] = {"sohoa": ours, "tesseract": bare_tesseract, "ocrmypdf": ocrmypdf}


def _pictures(pdf: Path, folder: Path) -> Path:
    scan = take_in(pdf)
    names = []
    for number in range(1, scan.page_count + 1):
        page = load_page(scan, number)
        picture = page.picture if page.picture.ndim == 2 else page.picture[:, :, ::-1]
        name = folder / f"{number:04d}.png"
        cv2.imwrite(str(name), picture)
        names.append(str(name))
    listing = folder / "pages.txt"
    listing.write_text("\n".join(names), "utf-8")
    return listing


def _dpi(path: Path) -> float:
    return load_page(take_in(path), 1).dpi


def _timed(command: list[str]) -> tuple[str, Run]:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    start = perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = perf_counter() - start
    return output.decode("utf-8"), Run("", usage.ru_utime + usage.ru_stime, wall)
