"""Hostile files, one after the other, from intake to copy: each must end as a reading or as a reason.

``python -m bench.hostile [--minutes N] [--seed N] [--keep DIR] [--more DIR]``: generated PDFs and mutated files of every format;
``--more`` adds files to mutate. Prints answers/files, peak memory of the process that works on one, the slowest, the faults.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.hostile.mutate import mutated
from bench.hostile.papers import picture, random_pdf
from pipeline.apart import apart
from pipeline.intake import Limits, take_in
from pipeline.pdfa import PdfMetadata, write_pdfa
from pipeline.read import read_scan_page
from schemas.errors import ExitStatus, SohoaError

LIMITS = Limits(seconds=10)


def answer(path: Path) -> str:
    """What becomes of a file: *copied*, the code of its refusal, or the fault; worked out apart, as in the product."""
    try:
        return apart(LIMITS.memory, _work, path)
    except SohoaError as error:
        return error.code if error.status is ExitStatus.REJECTED else f"FAULT {error}"
    except Exception as error:
        return f"FAULT {type(error).__name__}: {error}"


def _work(path: Path) -> str:
    scan = take_in(path, LIMITS)
    pages = [read_scan_page(scan, number, LIMITS) for number in range(1, min(scan.page_count, 3) + 1)]
    if all(page.refused for page in pages):
        return pages[0].warnings[0].code
    write_pdfa(scan, pages, path.with_suffix(".copy"), PdfMetadata(), limits=LIMITS)
    return "copied"


def seeds(chance: random.Random, more: Path | None) -> list[bytes]:
    """Small files of every format."""
    files = [random_pdf(chance.randrange(10**9)) for _ in range(30)]
    for kind, options in (
        ("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {}), ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "jpeg"}), ("TIFF", {}),
    ):  # fmt: skip
        out = io.BytesIO()
        picture(chance).save(out, kind, **options)
        files.append(out.getvalue())
    for mode, kind, options in (
        ("1", "TIFF", {"compression": "group4"}),
        ("L", "PNG", {}),
        ("CMYK", "JPEG", {}),
        ("P", "PNG", {}),
    ):
        out = io.BytesIO()
        picture(chance).convert(mode).save(out, kind, **options)
        files.append(out.getvalue())
    import pillow_heif

    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    picture(chance).save(out, "HEIF")
    files.append(out.getvalue())
    out = io.BytesIO()
    picture(chance).save(
        out, "TIFF", save_all=True, append_images=[picture(chance, "1")], compression="tiff_deflate"
    )
    files.append(out.getvalue())
    if more:
        files += [
            path.read_bytes()
            for path in sorted(more.rglob("*"))
            if path.is_file() and path.stat().st_size < 2_000_000
        ]
    return files


def files(seed: int, more: Path | None) -> Iterator[bytes]:
    """One hostile file after the other; every fifth is only generated."""
    chance = random.Random(seed)
    ground = seeds(chance, more)
    while True:
        if chance.random() < 0.2:
            yield random_pdf(chance.randrange(10**9))
        else:
            yield mutated(chance.choice(ground), chance, chance.choice(ground))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--keep", type=Path, help="folder for the files that ended in a fault")
    parser.add_argument("--more", type=Path, help="folder of further files to mutate")
    given = parser.parse_args()
    end = time.monotonic() + 60 * given.minutes
    found: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm"
        warm.write_bytes(random_pdf(0))
        _work(warm)  # what it imports is there for all
        for number, data in enumerate(files(given.seed, given.more)):
            if time.monotonic() > end:
                break
            path = Path(folder) / "scan"
            path.write_bytes(data)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            told = answer(path)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            slowest = max(slowest, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            found[told] += 1
            if told.startswith("FAULT"):
                sys.stderr.write(f"{number}: {told}\n")
                if given.keep:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    (given.keep / f"{given.seed}-{number}").write_bytes(data)
    faults = sum(count for told, count in found.items() if told.startswith("FAULT"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    total = sum(found.values())
    lines = [
        f"Seed {given.seed}. {total} files, answers/files {(total - faults) / max(total, 1):.4f}, {faults} faults,",
        f"peak memory of a process {peak:.0f} MB, slowest {slowest:.1f} s of cpu.",
        *(f"  {count:6d} {told}" for told, count in found.most_common()),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
