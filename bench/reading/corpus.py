"""The pages to read: generated from a fresh seed, and real scans with typed truth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fixtures.generator import Scan, make_scan, write_scan

REAL = "real"


@dataclass(frozen=True, slots=True)
class Sample:
    """One scan: its file, the lines of its pages in reading order, and the field values that must be found in it."""

    path: Path
    level: str
    form: str
    pages: tuple[tuple[str, ...], ...]
    values: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines of all pages."""
        return tuple(line for page in self.pages for line in page)


def generated(
    folder: Path, seed: int, count: int, levels: Sequence[str], types: Sequence[str]
) -> Iterator[Sample]:
    """Write ``count`` scans for each level and type into ``folder``."""
    for level in levels:
        for type in types:
            for number in range(count):
                scan = make_scan(type, seed + number, level)  # type: ignore[arg-type]
                path = folder / f"{type}-{level}-{seed + number}{_suffix(scan)}"
                write_scan(scan, path)
                yield _sample(path, level)


def _suffix(scan: Scan) -> str:
    """The format that such a scan arrives in."""
    jpeg = scan.pages[0].jpeg is not None
    if len(scan.pages) > 1:
        return ".pdf" if jpeg else ".tif"
    return ".jpg" if jpeg else ".png"


def _sample(path: Path, level: str) -> Sample:
    truth = json.loads(path.with_suffix(".json").read_text("utf-8"))
    pages = tuple(tuple(line["text"] for line in page["lines"]) for page in truth["pages"])
    page = truth["pages"][0]
    form = f"{page['mode']} {round(page['dpi'])}"
    printed = [
        value
        for document in truth["documents"]
        for name, value in document["fields"].items()
        if isinstance(value, str) and name not in document.get("handwritten", ())
    ]
    whole = " ".join(" ".join(lines) for lines in pages)
    signers = [d["fields"]["signer_name"] for d in truth["documents"] if d["fields"].get("signer_name")]
    return Sample(path, level, form, pages, tuple(v for v in printed if v in whole), tuple(signers))


def real(folder: Path) -> Iterator[Sample]:
    """Scans in a folder with ``NAME.txt`` beside ``NAME.jpg`` or ``NAME.png``."""
    for truth in sorted(folder.glob("*.txt")):
        picture = next(
            (
                p
                for p in sorted(folder.glob(f"{truth.stem}.*"))
                if p.suffix in {".jpg", ".png", ".pdf", ".tif"}
            ),
            None,
        )
        if picture is None:
            continue
        lines = tuple(truth.read_text("utf-8").splitlines())
        meta = truth.with_suffix(".json")
        dpi = json.loads(meta.read_text("utf-8")).get("dpi", "?") if meta.exists() else "?"
        yield Sample(picture, REAL, f"{dpi} dpi", (lines,))
