"""``python -m bench.calibration [--real DIR]``: are the stated confidences true? ``--fit`` fits them anew.

Pages are generated and read once, and kept in ``--cache``; ``--write`` puts the tables into docs/confidence.md and draws
docs/images/confidence.svg.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.calibration.diagram import Series, diagram
from bench.calibration.fit import Model, fit
from bench.calibration.judged import Judged, judged, samples, stated
from bench.calibration.readings import FIT, HELD_OUT, generated, real_pages
from bench.calibration.report import bands_table, groups_table
from bench.document import write_section
from pipeline.ocr.confidence import calibration
from pipeline.ocr.evidence import FEATURES, WordClass

ROOT = Path(__file__).parent.parent.parent
COEFFICIENTS = ROOT / "pipeline" / "ocr" / "data" / "confidence.json"
DOCUMENT = ROOT / "docs" / "confidence.md"
PICTURE = ROOT / "docs" / "images" / "confidence.svg"


def main() -> int:
    """Fit when asked to, then measure on held-out seeds and real scans."""
    parser = argparse.ArgumentParser(prog="python -m bench.calibration", description=__doc__)
    parser.add_argument(
        "--fit", action="store_true", help="fit anew, write pipeline/ocr/data/confidence.json"
    )
    parser.add_argument("--real", type=Path, help="folder of real scans, each with NAME.txt beside it")
    parser.add_argument("--seeds", type=int, nargs="+", default=HELD_OUT, help="seeds of held-out pages")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "sohoa-calibration")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/confidence.md")
    arguments = parser.parse_args()
    if arguments.fit:
        if clash := set(FIT) & set(arguments.seeds):
            parser.error(f"fitted on these seeds, so not held out: {sorted(clash)}")
        words = judged(generated(FIT, arguments.cache))
        COEFFICIENTS.write_text(_as_json(fit(samples(words)), words), "utf-8")
    groups = {"generated": judged(generated(arguments.seeds, arguments.cache))}
    if arguments.real:
        groups["real"] = judged(real_pages(arguments.real, arguments.cache))
    body = _body(groups, arguments.seeds)
    sys.stdout.write(body + "\n")
    if arguments.write:
        write_section("Calibration", body, DOCUMENT)
        PICTURE.write_text(_picture(groups), "utf-8")
    return 0


def _as_json(model: Model, words: Sequence[Judged]) -> str:
    """The coefficients, with what they were fitted on, one class a line."""
    made: dict[str, Any] = {
        "by": "python -m bench.calibration --fit",
        "date": datetime.now(UTC).date().isoformat(),
        "seeds": list(FIT),
        "pages": len({word.page for word in words}),
        "words": len(words),
        "wrong": sum(not word.right for word in words),
    }
    classes = []
    for name, weights in model.weights.items():
        rounded = [round(float(weight), 4) for weight in weights]
        own = [word.right for word in words if word.kind == name]
        entry = {"words": len(own), "wrong": own.count(False), "bias": rounded[0], "weights": rounded[1:]}
        classes.append(f"    {json.dumps(name)}: {json.dumps(entry)}")
    missing = set(map(str, WordClass)) - set(model.weights)
    if missing:
        raise ValueError(f"no words of these classes were read: {sorted(missing)}")
    lines = [
        f'  "made": {json.dumps(made)}',
        f'  "features": {json.dumps(FEATURES)}',
        '  "classes": {\n' + ",\n".join(classes) + "\n  }",
        f'  "curve": {json.dumps(model.curve)}',
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _body(groups: dict[str, list[Judged]], seeds: Sequence[int]) -> str:
    known = calibration()
    parts = []
    for name, words in groups.items():
        said = stated(words, known)
        seeded = f", seeds {', '.join(map(str, seeds))}" if name == "generated" else ""
        pages = len({word.page for word in words})
        parts += [f"### Held-out {name} pages ({pages} pages{seeded})", bands_table(words, said)]
        parts.append(groups_table(words, said, lambda word: str(word.kind), "class"))
        parts.append(groups_table(words, said, lambda word: word.level, "level"))
    return "\n\n".join(parts)


def _picture(groups: dict[str, list[Judged]]) -> str:
    panels = [(f"{name}: all words".capitalize(), words) for name, words in groups.items()]
    words = groups["generated"]
    panels += [(f"Generated: {kind}", [word for word in words if word.kind == kind]) for kind in WordClass]
    return diagram([(title, _series(words)) for title, words in panels])


def _series(words: Sequence[Judged]) -> dict[str, Series]:
    right = [word.right for word in words]
    return {
        "recogniser's own": ([word.raw for word in words], right),
        "calibrated": (stated(words, calibration()), right),
    }


if __name__ == "__main__":
    raise SystemExit(main())
