"""Fields of head and foot of real scans, as other scanners, fax machines and telephones would have given them.

``python -m bench.fields.degraded FOLDER [--kinds NAME …]``: the folder holds scans with their truth, NAME.json, beside them; of a
scan of several pages the first and the last are taken. Printed for each kind of fault (``bench.reading.degraded``): fields that the
paper has, those read exactly (case and the place of a tone do not count), those offered as sure, and what of these is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench.reading.degraded import KINDS, Pixels
from pipeline.intake import take_in
from pipeline.papers.assemble import assemble
from pipeline.read import read_scan_page
from schemas.quality import is_sure
from schemas.records import Field
from schemas.vietnamese import spelling_key

FIELDS = {
    "agency": "issuing_agency", "number": "number", "date": "issue_date", "place": "issue_place",
    "doc_type": "kind", "subject": "excerpt", "signer_name": "signer_name", "signer_position": "signer_title",
}  # fmt: skip
"""What the truth calls a field, and what we call it."""

_SUFFIXES = {".jpg", ".png", ".tif"}


def main() -> int:
    """Degrade, read, compare; exit status 1 where anything sure is wrong."""
    options = argparse.ArgumentParser(prog="python -m bench.fields.degraded", description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS), metavar="NAME")
    given = options.parse_args()
    sys.stdout.write("| kind | fields | exact | sure | sure and wrong |\n|---|---|---|---|---|\n")
    wrong = 0
    scans = sorted(path for path in given.folder.iterdir() if path.suffix in _SUFFIXES)
    for kind in given.kinds:
        rows = [row for scan in scans for row in _compared(scan, kind)]
        told = [f"{name} *{text}*" for name, exact, sure, text in rows if sure and not exact]
        wrong += len(told)
        exact, sure = sum(row[1] for row in rows), sum(row[2] for row in rows)
        sys.stdout.write(f"| {kind} | {len(rows)} | {exact} | {sure} | {'; '.join(told) or '–'} |\n")
        sys.stdout.flush()
    return int(wrong > 0)


def _compared(scan: Path, kind: str) -> Iterator[tuple[str, bool, bool, str]]:
    """Of each field that a scan has: its name, whether it was read exactly, whether it is sure, and what was read."""
    truth = json.loads(scan.with_suffix(".json").read_text(encoding="utf-8"))
    fields = _read(scan, kind, float(truth.get("dpi") or truth["source"]["dpi"]))
    for called, name in FIELDS.items():
        if not truth.get(called):
            continue
        field = fields.get(name)
        right = {_key(one) for one in (truth[called], *truth.get("accept", {}).get(called, ()))}
        text = "" if field is None else str(field.value)
        yield name, _key(text) in right, field is not None and is_sure(field), text


def _key(text: Any) -> str:
    return spelling_key(str(text))


def _read(scan: Path, kind: str, dpi: float) -> Mapping[str, Field]:
    """The fields of the first paper that has each."""
    changed, resolutions = zip(*(KINDS[kind](page, dpi) for page in _pages(scan)), strict=True)
    first, *others = map(Image.fromarray, changed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.tif"
        first.save(path, save_all=True, append_images=others, dpi=resolutions[0], compression="tiff_deflate")
        taken = take_in(path)
        pages = [read_scan_page(taken, number) for number in range(1, taken.page_count + 1)]
    found: dict[str, Field] = {}
    for document in assemble(taken, pages).documents:
        found = {**document.record.fields, **found}
    return found


def _pages(scan: Path) -> Iterator[Pixels]:
    with Image.open(scan) as picture:
        for number in sorted({0, getattr(picture, "n_frames", 1) - 1}):
            picture.seek(number)
            yield np.asarray(picture.convert("RGB"))


if __name__ == "__main__":
    raise SystemExit(main())
