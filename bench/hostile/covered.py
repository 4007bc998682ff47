"""Fuzzing by coverage (Atheris): files that lead intake, the walk through a page and verification where no file led before.

``python -m bench.hostile.covered intake|verify FOLDER [-max_total_time=SECONDS …]``: FOLDER holds the files to begin with (and
``root.pem`` for *verify*) and takes those that reach new code; what follows goes to libFuzzer. Anything raised but a reason of ours is
a finding, and so is *valid* for a file of which a signed byte was changed. Atheris is no dependency (it lacks wheels for some
Pythons): ``uv pip install atheris``.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.hostile.mutate import mutated
from schemas.errors import SohoaError


def _intake(path: Path) -> None:
    from pipeline.intake import take_in
    from pipeline.intake.pdf import open_pdf
    from pipeline.model import MediaType
    from pipeline.pages.box import page_box
    from pipeline.pages.fingerprint import fingerprint
    from pipeline.pages.placement import find_placement

    scan = take_in(path)
    if scan.media_type is not MediaType.PDF:
        return
    with open_pdf(path, 400_000_000) as pdf:
        for number, page in enumerate(list(pdf.pages)[:3], start=1):
            found = find_placement(page, page_box(page, number))
            if found:
                fingerprint(found.image)


class _Verifying:
    """Verifies, and knows what was signed."""

    def __init__(self, folder: Path) -> None:
        from pipeline.pki.trust import Trust

        self._trust = Trust(roots=tuple(folder.glob("*.pem")))
        self._signed = {_signed_bytes(path.read_bytes()) for path in folder.glob("*.pdf")}

    def __call__(self, path: Path) -> None:
        from pipeline.verify import Verdict, verify_pdf

        found = verify_pdf(path, self._trust)
        if found.verdict is Verdict.VALID and _signed_bytes(path.read_bytes()) not in self._signed:
            raise AssertionError("valid, and none of the files that were signed")


def _signed_bytes(data: bytes) -> bytes:
    """A digest of all but the last signature, which holds itself and padding, and blanks at the end."""
    before, _, rest = data.rpartition(b"/Contents <")
    _, _, behind = rest.partition(b">")
    return hashlib.sha256(before + behind.rstrip(b"\0\t\n\f\r ")).digest()


def main() -> None:
    """Fuzz until libFuzzer ends it; a finding ends it at once, its file is kept as ``crash-…``."""
    atheris: Any = importlib.import_module("atheris")
    target, folder, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["pipeline"]):
        for room in ("pipeline.verify", "pipeline.pages"):
            for module in pkgutil.iter_modules(importlib.import_module(room).__path__, f"{room}."):
                importlib.import_module(module.name)
    work: Callable[[Path], None] = _Verifying(Path(folder)) if target == "verify" else _intake
    seeds = [path.read_bytes() for path in sorted(Path(folder).iterdir()) if path.suffix != ".pem"]
    place = Path(tempfile.mkdtemp(prefix="sohoa-")) / "scan"

    def once(data: bytes) -> None:
        place.write_bytes(data)
        with suppress(SohoaError):
            work(place)

    def change(data: bytes, size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        return mutated(data, chance, chance.choice(seeds))[:size]

    atheris.Setup([sys.argv[0], folder, *options], once, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
