"""How fast we sign and verify: ``python -m bench.signing [--documents N] [--processes N] [--large MB] [--markdown FILE]``.

Servers (TSA, OCSP, CRL) run in a process of their own on the loopback, so that their work is told apart from ours as well as two
cores allow. Each row is measured in ``--processes`` processes at once, after one document each to warm up.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.pdfa import PdfMetadata, write_pdfa
from pipeline.sign import Level, Pkcs11Signer, Pkcs12Signer, Signer, SignOptions, Trust, renew_pdf, sign_pdf
from pipeline.verify import verify_pdf

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the throw-away PKI is."""

    folder: Path
    root: Path
    tsa: str
    pkcs12: Path
    seal: Path
    password: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``cpu`` is milliseconds of ours per document, ``target`` the promised rate (0: none)."""

    name: str
    per_second: float
    cpu: float
    target: float


def _serve(folder: str, answer: Queue[Setting]) -> None:
    """The PKI, and a token with its keys."""
    from tests.pki import harness, softhsm

    pki = harness.start(Path(folder) / "pki")
    hsm = softhsm.SoftHsm.start(Path(folder) / "hsm")
    hsm.add_token("bench")
    hsm.add_key("bench", pki, "officer", b"\x01")
    answer.put(
        Setting(
            Path(folder), pki.root, pki.tsa(), pki.pkcs12("officer-rsa"), pki.pkcs12("seal"), harness.PASSWORD
        )
    )
    while True:
        time.sleep(3600)


def _signer(kind: str, setting: Setting) -> Signer:
    if kind == "pkcs11":
        from tests.pki import softhsm

        os.environ["SOFTHSM2_CONF"] = str(setting.folder / "hsm" / "softhsm2.conf")
        return Pkcs11Signer(softhsm.MODULE, softhsm.PIN, token="bench")
    return Pkcs12Signer(setting.pkcs12, setting.password)


def _work(kind: str, level: str, setting: Setting, source: Path, folder: Path) -> Callable[[int], object]:
    trust = Trust((setting.root,), fetch=True, private=True)
    if kind == "verify":
        offline = Trust((setting.root,))
        return lambda _: verify_pdf(source, offline)
    if kind == "renew":
        return lambda number: renew_pdf(
            source, folder / f"{os.getpid()}-{number % 8}.pdf", setting.tsa, trust
        )
    signer = _signer(kind, setting)
    options = SignOptions(Level(level), setting.tsa, trust)
    return lambda number: sign_pdf(source, folder / f"{os.getpid()}-{number % 8}.pdf", signer, options)


def _measure(
    job: tuple[str, str, Setting, Path, Path],
    count: int,
    barrier: Any,
    answer: Queue[tuple[float, float, float]],
) -> None:
    try:
        work = _work(*job)
        work(0)
    except BaseException:
        barrier.abort()
        raise
    barrier.wait()
    start, cpu = time.perf_counter(), _cpu()
    for number in range(count):
        work(number)
    answer.put((start, time.perf_counter(), _cpu() - cpu))


def _cpu() -> float:
    """Seconds of this process and of those that it started and that ended: the viewer that compares pages."""
    return sum(os.times()[:4])


def _rate(job: tuple[str, str, Setting, Path, Path], documents: int, processes: int) -> tuple[float, float]:
    """Documents per second of all processes, and cpu milliseconds per document (of ours, not the servers')."""
    barrier, answer = SPAWN.Barrier(processes), SPAWN.Queue()
    share = max(documents // processes, 1)
    workers = [SPAWN.Process(target=_measure, args=(job, share, barrier, answer)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    times: list[tuple[float, float, float]] = [answer.get(timeout=600) for _ in workers]
    for worker in workers:
        worker.join()
    seconds = max(end for _, end, _ in times) - min(start for start, _, _ in times)
    count = share * processes
    return count / seconds, sum(cpu for _, _, cpu in times) * 1000 / count


def _page(folder: Path) -> Path:
    """A copy of an A4 page in colour, 300 dpi, with text."""
    from tests.pipeline.pdfa.drawn import paper, reading, scan_of

    image, text = paper(300)
    image.save(folder / "scan.jpg", quality=75, dpi=(300, 300))
    scan = scan_of(folder / "scan.jpg")
    write_pdfa(scan, [reading(scan, text)], folder / "copy.pdf", PdfMetadata("Bản sao"))
    return folder / "copy.pdf"


def _large(folder: Path, megabytes: int) -> Path:
    """A file of this size, as a long scan in colour has it."""
    import pikepdf

    path = folder / "large.pdf"
    with pikepdf.new() as pdf:
        for _ in range(megabytes // 2):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.Contents = pikepdf.Stream(pdf, os.urandom(2 << 20))
        pdf.save(path, compress_streams=False)
    return path


def _peak(job: tuple[str, str, Setting, Path, Path], answer: Queue[tuple[int, float]]) -> None:
    work = _work(*job)
    start = time.perf_counter()
    work(0)
    seconds = time.perf_counter() - start
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(
        line for line in status.splitlines() if line.startswith("VmHWM")
    )  # getrusage counts the parent's
    answer.put((int(peak.split()[1]), seconds))


def _memory(job: tuple[str, str, Setting, Path, Path]) -> tuple[int, float]:
    """Peak memory (KB) and seconds of one piece of work in a process of its own."""
    answer = SPAWN.Queue()
    worker = SPAWN.Process(target=_peak, args=(job, answer))
    worker.start()
    found: tuple[int, float] = answer.get(timeout=600)
    worker.join()
    return found


def _table(rows: list[Row], memory: list[tuple[str, int, float]], processes: int) -> str:
    lines = [
        f"| {processes} processes | documents/s | promised | cpu ms per document |",
        "|---|---:|---:|---:|",
    ]
    lines += [
        f"| {r.name} | {r.per_second:.1f} | {f'≥ {r.target:g}' if r.target else ''} | {r.cpu:.0f} |"
        for r in rows
    ]
    lines += ["", "| one document | peak memory, MB | seconds |", "|---|---:|---:|"]
    lines += [f"| {name} | {kilobytes / 1024:.0f} | {seconds:.2f} |" for name, kilobytes, seconds in memory]
    return "\n".join(lines)


def main() -> int:
    """Measure, print the table; exit 1 when a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=60, help="per row")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--large", type=int, default=300, help="size of the large file, MB")
    parser.add_argument("--markdown", type=Path, help="write the table to this file, too")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answer = SPAWN.Queue()
        server: BaseProcess = SPAWN.Process(target=_serve, args=(name, answer), daemon=True)
        server.start()
        setting: Setting = answer.get(timeout=120)
        try:
            text, kept = _run(setting, folder, wanted)
        finally:
            server.terminate()
    print(text)
    if wanted.markdown:
        wanted.markdown.write_text(text + "\n", encoding="utf-8")
    return 0 if kept else 1


def _run(setting: Setting, folder: Path, wanted: argparse.Namespace) -> tuple[str, bool]:
    source, lta = _page(folder), folder / "lta.pdf"
    sign_pdf(
        source,
        lta,
        Pkcs12Signer(setting.pkcs12, setting.password),
        SignOptions(Level.B_LTA, setting.tsa, Trust((setting.root,), fetch=True, private=True)),
    )
    plan = [
        ("B-B, PKCS#12 (RSA 2048)", "pkcs12", Level.B_B, source, 15.0),
        ("B-B, SoftHSM (P-256)", "pkcs11", Level.B_B, source, 15.0),
        ("B-T, PKCS#12", "pkcs12", Level.B_T, source, 0.0),
        ("B-LT, PKCS#12", "pkcs12", Level.B_LT, source, 0.0),
        ("B-LTA, PKCS#12", "pkcs12", Level.B_LTA, source, 5.0),
        ("B-LTA, SoftHSM", "pkcs11", Level.B_LTA, source, 5.0),
        ("renewal of B-LTA", "renew", Level.B_LTA, lta, 0.0),
        ("verification of B-LTA, offline", "verify", Level.B_LTA, lta, 8.0),
    ]
    rows = [
        Row(name, *_rate((kind, level, setting, path, folder), wanted.documents, wanted.processes), target)
        for name, kind, level, path, target in plan
    ]
    large = _large(folder, wanted.large)
    signed = folder / "large-signed.pdf"
    sign_pdf(large, signed, Pkcs12Signer(setting.pkcs12, setting.password))
    size = f"{wanted.large} MB"
    memory = [
        ("sign B-B, 1 page", *_memory(("pkcs12", Level.B_B, setting, source, folder))),
        (f"sign B-B, {size}", *_memory(("pkcs12", Level.B_B, setting, large, folder))),
        (f"sign B-LTA, {size}", *_memory(("pkcs12", Level.B_LTA, setting, large, folder))),
        ("verify, 1 page", *_memory(("verify", Level.B_B, setting, lta, folder))),
        (f"verify, {size}", *_memory(("verify", Level.B_B, setting, signed, folder))),
    ]
    kept = all(row.per_second >= row.target for row in rows)
    kept &= max(kilobytes for _, kilobytes, _ in memory) < 400 * 1024
    return _table(rows, memory, wanted.processes), kept


if __name__ == "__main__":
    sys.exit(main())
