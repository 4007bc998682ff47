"""What to digitize next: the papers whose records would most often spare citizens from handing them in again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flows.reports.report import Report
from schemas.documents import document_types
from schemas.procedures import Mode, procedures, types_of

MOST = 20


@dataclass(frozen=True, slots=True)
class Saving:
    """A type of paper, how many askings its record would save in the period, and the procedures that ask for it."""

    type: str
    name: str
    askings: int
    procedures: tuple[str, ...]


def outlook(report: Report) -> tuple[Saving, ...]:
    """The types that would save the most, at most 20.

    Each dossier received counts once for every paper that its procedure has submitted and that no database answers; of
    procedures of which none was received one dossier is assumed, so that an agency that begins sees something too.
    """
    received: Counter[str] = Counter()
    for row in report.rows:
        received[row.procedure] += row.figures["received"] - row.figures["reused"]
    known = sum(received[code] for code in procedures())
    asked: Counter[str] = Counter()
    by: dict[str, list[str]] = {}
    for code, one in procedures().items():
        for component in one.components:
            if component.mode is not Mode.SUBMIT or component.form or component.look_up:
                continue
            for type in types_of(component):
                asked[type] += received[code] if known else 1
                by.setdefault(type, []).append(code)
    names: Mapping[str, str] = {name: model.form.name for name, model in document_types().items()}
    return tuple(
        Saving(type, names[type], count, tuple(dict.fromkeys(by[type])))
        for type, count in asked.most_common(MOST)
        if count
    )
