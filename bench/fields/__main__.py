"""``python -m bench.fields [--seed N] [--count N] [--stacks N]``: prints tables; ``--write`` keeps them in docs/benchmarks-fields.md.

``--composed N`` prints papers that rules are made on beside such as are held out, chosen by hash, and the gap between them.
``--fit`` fits the confidence of fields on the papers of these seeds instead, with ``--arranged`` on those of
``fixtures.arrangements`` as well (``pipeline/extract/trust/data/confidence.json``).
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.document import write_section
from bench.fields.confusions import TARGET as CONFUSIONS
from bench.fields.confusions import costs, count
from bench.fields.confusions import write as write_confusions
from bench.fields.fit import TARGET, fit, judged, write
from bench.fields.measure import (
    Case,
    Result,
    arranged_cases,
    cases,
    composed_cases,
    layered_cases,
    read_case,
    run,
)
from bench.fields.report import by, errors, sides, summary
from fixtures.generator import LEVELS, TYPES
from pipeline.model import PageReading

PAGE = Path(__file__).parent.parent.parent / "docs" / "benchmarks-fields.md"


def main() -> int:
    """Generate, read, compare; exit status 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="python -m bench.fields", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(10**6), help="default: a fresh one"
    )
    parser.add_argument("--count", type=int, default=1, help="scans for each type and level")
    parser.add_argument("--stacks", type=int, default=12, help="stacks of several papers for each level")
    parser.add_argument("--levels", nargs="+", default=list(LEVELS), choices=LEVELS)
    parser.add_argument("--types", nargs="+", default=list(TYPES), choices=TYPES)
    parser.add_argument("--jobs", type=int, default=1, help="scans read at a time")
    parser.add_argument(
        "--out", type=Path, help="folder for scans, crops and list of errors (default: a new one)"
    )
    parser.add_argument("--write", action="store_true", help="keep the tables in docs/benchmarks-fields.md")
    parser.add_argument(
        "--arranged",
        type=int,
        metavar="EVERY",
        help="measure every EVERY-th paper of fixtures.arrangements instead: heads and feet of agencies of all kinds",
    )
    parser.add_argument(
        "--composed",
        type=int,
        metavar="N",
        help="measure N papers put together from pools and N from pools that no rule is made on, side by side",
    )
    parser.add_argument(
        "--layered",
        type=int,
        metavar="N",
        help="measure N papers for each kind of stamp, edge, tight lines, last pages and photographs",
    )
    parser.add_argument(
        "--confusions", action="store_true", help="count what letters are read as, measure nothing"
    )
    parser.add_argument("--fit", action="store_true", help="fit the confidence of fields, measure nothing")
    arguments = parser.parse_args()
    if arguments.fit:
        forms = cases(arguments.types, arguments.levels, arguments.seed, arguments.count, 0)
        heads = (
            arranged_cases(arguments.levels, arguments.seed, arguments.arranged) if arguments.arranged else ()
        )
        write(fit(list(judged((*forms, *heads), arguments.jobs))))
        sys.stdout.write(f"{TARGET} written; measure it on other seeds\n")
        return 0
    if arguments.confusions:
        forms = cases(arguments.types, arguments.levels, arguments.seed, arguments.count, 0)
        write_confusions(costs(count(_pages(forms))))
        sys.stdout.write(f"{CONFUSIONS} written\n")
        return 0
    out = arguments.out or Path(tempfile.mkdtemp(prefix="sohoa-fields-"))
    out.mkdir(parents=True, exist_ok=True)
    if arguments.composed:
        todo = composed_cases(arguments.levels, arguments.seed, arguments.composed)
    elif arguments.layered:
        todo = layered_cases(arguments.levels, arguments.seed, arguments.layered)
    elif arguments.arranged:
        todo = arranged_cases(arguments.levels, arguments.seed, arguments.arranged)
    else:
        todo = cases(arguments.types, arguments.levels, arguments.seed, arguments.count, arguments.stacks)
    results: list[Result] = []
    for result in run(todo, arguments.jobs, out):
        results.append(result)
        wrong = sum(not field.exact for field in result.fields)
        sys.stderr.write(f"{result.case.name} {result.case.seed} {result.case.level}: {wrong} wrong\n")
    report = "\n\n".join(
        (
            f"Seed {arguments.seed}, {len(results)} scans; handwritten parts are not counted.",
            summary(results),
            *((sides(results),) if arguments.composed or arguments.layered else ()),
            *(
                (by(results, "layer", lambda field: " + ".join(field.case.layers)),)
                if arguments.layered
                else ()
            ),
            by(results, "type", lambda field: field.type),
            by(results, "field", lambda field: f"{field.type}.{field.name}"),
        )
    )
    sys.stdout.write(report + "\n")
    (out / "errors.txt").write_text(errors(results, out) + "\n", "utf-8")
    sys.stdout.write(f"\nErrors with their crops: {out}\n")
    if arguments.write:
        write_section(_section(arguments), report, PAGE)
    return 0


def _section(arguments: argparse.Namespace) -> str:
    named = {"Held out": arguments.composed, "Layers": arguments.layered, "Arrangements": arguments.arranged}
    return next((name for name, wanted in named.items() if wanted), "Fields")


def _pages(todo: Iterable[Case]) -> Iterator[tuple[dict[str, Any], PageReading]]:
    for case in todo:
        truth, pages = read_case(case)
        of = {page["number"]: page for page in truth["pages"]}
        yield from ((of[page.number], page) for page in pages if not of[page.number]["blank"])


if __name__ == "__main__":
    raise SystemExit(main())
