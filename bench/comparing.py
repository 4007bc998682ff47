"""What it costs to compare each copy with its source as a viewer shows both: its share of the cpu of ``digitize``.

``python -m bench.comparing FOLDER…``: the scans there as they are, and each picture among them once more as a PDF of a scanner.
All in one process without threads, so that cpu can be told apart; ``--write`` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any
from unittest import mock

import pikepdf

from bench.document import write_section
from flows.digitize import digitize
from flows.services import Services
from flows.settings.load import load_settings
from pipeline.intake import take_in
from pipeline.limits import make_expendable
from pipeline.pages import pdf, viewer
from pipeline.pdfa import images, source, write
from pipeline.pdfa.carrier import Carrier
from pipeline.pdfa.images import encode_page

_SUFFIXES = {".jpg", ".png", ".tif", ".pdf"}
_MEMORY = 8_000_000_000


class Meter:
    """Adds up the cpu of some functions, that of processes which they started and waited for included."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._inside = False

    def counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its cpu added; what it calls counts once. It must be no generator."""

        def call(*args: Any, **kwargs: Any) -> Any:
            if self._inside:
                return function(*args, **kwargs)
            self._inside, start = True, cpu()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += cpu() - start
                self._inside = False

        return call


def cpu() -> float:
    """Seconds of this process and of those that it waited for."""
    used = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def metered() -> tuple[Meter, ExitStack]:
    """A meter of all that is compared, and what ends its measuring."""
    meter, patches = Meter(), ExitStack()
    looks = viewer.Viewing.looks

    def drawn(viewing: viewer.Viewing) -> Iterable[Any]:
        return list(looks(viewing))

    patches.enter_context(mock.patch.object(viewer.Viewing, "looks", meter.counted(drawn)))
    for module, name in (
        (pdf, "_drawn"), (pdf, "fills"), (pdf, "alike"), (pdf, "pack"), (write, "_unlike"), (images, "shows"),
        (source, "covers_something"), (source, "own_words"), (source, "agree"),
    ):  # fmt: skip
        patches.enter_context(mock.patch.object(module, name, meter.counted(getattr(module, name))))
    return meter, patches


@dataclass(frozen=True, slots=True)
class Cost:
    """Pages of some scans, and seconds of cpu: of all, and of comparing."""

    pages: int = 0
    whole: float = 0.0
    compared: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.pages + other.pages, self.whole + other.whole, self.compared + other.compared)


def measure(paths: Iterable[Path], services: Services) -> Cost:
    """Digitize scans one after the other; those that are refused do not count."""
    cost = Cost()
    for path in paths:
        meter, patches = metered()
        with patches:
            before = cpu()
            outcome = digitize(path, services)
            used = cpu() - before
        if outcome.error is None:
            pages = sum(len(document.pages) for document in outcome.documents)
            cost += Cost(pages, used, meter.seconds)
            sys.stderr.write(f"{path.name} {meter.seconds / used:.1%} of {used:.2f} s\n")
    return cost


def as_pdf(path: Path, folder: Path) -> Path:
    """A picture file as a PDF of one picture a page, of A4's width or as its resolution says."""
    scan, target = take_in(path), folder / f"{path.stem}.pdf"
    with target.with_suffix(".carrier").open("w+b") as file:
        carrier = Carrier(file)
        kept = [encode_page(scan, number) for number in range(1, scan.page_count + 1)]
        places = [carrier.add(image) for image in kept]
        carrier.finish()
        with pikepdf.open(file) as made:
            for place, image in zip(places, kept, strict=True):
                width, height = 595.0, 595.0 * image.height / image.width
                page = made.add_blank_page(page_size=(width, height))
                page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=made.get_object((place, 0))))
                page.Contents = made.make_stream(b"%f 0 0 %f 0 0 cm /I Do" % (width, height))
            made.save(target)
    return target


def groups(folders: Iterable[Path], made: Path) -> Iterator[tuple[str, list[Path]]]:
    """The rows of the table: their names and scans."""
    for folder in folders:
        scans = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES)
        pictures = [path for path in scans if path.suffix != ".pdf"]
        yield f"{folder.name}, PDF", [path for path in scans if path.suffix == ".pdf"]
        yield f"{folder.name}, pictures", pictures
        yield f"{folder.name}, the same pictures as PDF", [as_pdf(path, made) for path in pictures]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.comparing", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", help="folders of scans")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    make_expendable(_MEMORY)  # what else works apart works here, where it can be measured
    lines = ["| scans | pages | cpu s/page | of it comparing | share |", "|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        services = Services(load_settings(home=Path(folder) / "home"))
        for name, paths in groups(given.folders, Path(folder)):
            if not paths:
                continue
            measure(paths[:1], services)  # what it loads is there for all
            cost = measure(paths[1:], services)
            cells = (cost.whole / cost.pages, cost.compared / cost.pages)
            lines.append(
                f"| {name} | {cost.pages} | {cells[0]:.2f} | {cells[1]:.3f} | {cost.compared / cost.whole:.1%} |"
            )
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write:
        write_section("Comparing", "\n".join(lines))


if __name__ == "__main__":
    main()
