"""The tables of the benchmark, and the crops of what was read wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from pathlib import Path

from bench.fields.measure import Found, Result

LEVELS = ("light", "medium", "heavy")


def summary(results: Sequence[Result]) -> str:
    """One row a level: fields, required fields, type, split, what is offered as sure, cost."""
    rows = [
        "| level | fields | exact | required exact | type right | stacks split right | offered as sure | of those exact | cost of understanding |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for level in (*LEVELS, "all"):
        chosen = [result for result in results if level in (result.case.level, "all")]
        if chosen:
            rows.append(_row(level, chosen))
    return "\n".join(rows)


def _row(level: str, results: Sequence[Result]) -> str:
    fields = [field for result in results for field in result.fields]
    required = [field for field in fields if field.required]
    sure = [field for field in fields if field.sure]
    stacks = [result for result in results if len(result.case.types) > 1]
    papers, right = sum(r.papers for r in results), sum(r.type_right for r in results)
    cost = sum(r.understanding for r in results) / max(sum(r.reading for r in results), 1e-9)
    cells = (
        level,
        str(len(fields)),
        _share(field.exact for field in fields),
        _share(field.exact for field in required),
        f"{right} of {papers}",
        f"{sum(r.split_right for r in stacks)} of {len(stacks)}",
        _share(field.sure for field in fields),
        f"{_share((field.exact for field in sure), 2)} ({sum(not f.exact for f in sure)} wrong)",
        f"{100 * cost:.1f} % of reading",
    )
    return f"| {' | '.join(cells)} |"


def sides(results: Sequence[Result]) -> str:
    """The part that rules are made on beside the one that is held out, and the gap between them in points, with its standard error."""
    rows = [
        "| part | papers | fields | exact | offered as sure | wrong and sure |",
        "|---|---|---|---|---|---|",
    ]
    exact, spread = [], 0.0
    for name, held_out in (("seen", False), ("held out", True)):
        chosen = [result for result in results if result.case.held_out is held_out]
        fields = [field for result in chosen for field in result.fields]
        exact.append(sum(field.exact for field in fields) / max(len(fields), 1))
        spread += sum(
            sum(field.exact - exact[-1] for field in result.fields) ** 2 for result in chosen
        ) / max(len(fields) ** 2, 1)
        wrong = sum(field.sure and not field.exact for field in fields)
        shares = _share(field.exact for field in fields), _share(field.sure for field in fields)
        rows.append(f"| {name} | {len(chosen)} | {len(fields)} | {shares[0]} | {shares[1]} | {wrong} |")
    return "\n".join(
        (
            *rows,
            "",
            f"Gap: {100 * (exact[0] - exact[1]):.1f} points, standard error {100 * sqrt(spread):.1f} (fields of one paper fail together).",
        )
    )


def _share(values: Iterable[bool], digits: int = 1) -> str:
    seen = list(values)
    return f"{100 * sum(seen) / len(seen):.{digits}f} %" if seen else "–"


def by(results: Sequence[Result], name: str, of: Callable[[Found], str]) -> str:
    """Exact matches of a grouping (type, or type and field) at each level."""
    total: Counter[tuple[str, str]] = Counter()
    exact: Counter[tuple[str, str]] = Counter()
    for result in results:
        for field in result.fields:
            group = of(field), result.case.level
            total[group] += 1
            exact[group] += field.exact
    rows = [f"| {name} | {' | '.join(LEVELS)} |", "|---" * (len(LEVELS) + 1) + "|"]
    for group_name in sorted({group for group, _ in total}):
        cells = [
            f"{exact[group_name, level]}/{total[group_name, level]}" if total[group_name, level] else "–"
            for level in LEVELS
        ]
        rows.append(f"| {group_name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def errors(results: Sequence[Result], folder: Path) -> str:
    """One line for each wrong field; with a box, its crop lies in ``folder``, wrong ones offered as sure first.

    Stacks that were split otherwise come last.
    """
    lines = []
    for result in results:
        if not result.split_right:
            lines.append(f"split wrong: {result.scan.name if result.scan else '-'} {result.case.name}")
        for field in result.fields:
            if field.exact:
                continue
            mark = "SURE " if field.sure else ""
            scan = result.scan.name if result.scan else "-"
            crop = _crop(result.scan, field, folder) if result.scan else None
            lines.append(
                f"{mark}{scan} {field.type}.{field.name}: {field.truth!r} read as {field.value!r}"
                f"{f' [{crop.name}]' if crop else ''}"
            )
    return "\n".join(sorted(lines, key=lambda line: not line.startswith("SURE")))


def _crop(scan: Path, field: Found, folder: Path) -> Path | None:
    """The place that was read, with a margin, as a PNG."""
    if field.page is None or field.box is None:
        return None
    from PIL import Image

    from pipeline.intake import take_in
    from pipeline.pages import load_page

    picture = load_page(take_in(scan), field.page).picture
    left, top, right, bottom = field.box
    edge = 30
    part = picture[max(top - edge, 0) : bottom + edge, max(left - edge, 0) : right + edge]
    if part.size == 0:
        return None
    target = folder / f"{scan.stem}-{field.name}.png"
    Image.fromarray(part).save(target)
    return target
