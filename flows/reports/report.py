"""The figures of digitization and reuse, by agency, procedure and month, each opened down to its dossiers.

A dossier is counted in the month of its first paper. Everything comes from the uses in the index, which come from the archive:
what the archive does not hold is not in a figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from flows.caller import Act, Caller
from flows.door import log, permit
from flows.services import Services
from flows.tables import lines_of_table
from schemas.errors import UsageError
from schemas.indicators import FIGURES, IndicatorSet, indicator_set
from schemas.procedures import UnknownProcedure, procedure
from storage.index.database import reading
from storage.index.tables import documents, uses

_CODES = ("dossier", "code", "ma_ho_so", "mã hồ sơ", "so_ho_so", "số hồ sơ")
_PROCEDURES = ("procedure", "ma_thu_tuc", "mã thủ tục", "mã tthc")
_RESOLVED = ("resolved", "da_giai_quyet", "đã giải quyết", "ngay_tra", "ngày trả kết quả")


@dataclass(slots=True)
class Served:
    """One dossier as the uses of its papers tell of it."""

    code: str
    first: str
    agency: str = ""
    procedure: str = ""
    components: int = 0
    results: int = 0
    signed: int = 0
    in_store: int = 0
    reused: int = 0
    refused: int = 0
    resolved: bool | None = None

    def figures(self) -> Iterator[str]:
        """Names of the figures in which the dossier is counted."""
        done = self.results > 0 if self.resolved is None else self.resolved
        yield "received"
        yield "components_digitized" if self.components else "components_not_digitized"
        if self.reused:
            yield "reused"
        if self.refused:
            yield "refused"
        if done:
            yield "resolved"
            yield "results_digitized" if self.results else "results_not_digitized"
        if self.signed:
            yield "results_signed"
        if self.in_store:
            yield "results_in_store"
        if self.components and self.results:
            yield "both_digitized"


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one agency, procedure and month; ``dossiers``: figure → codes of the dossiers in it."""

    agency: str
    procedure: str
    month: str
    dossiers: Mapping[str, tuple[str, ...]]

    @property
    def figures(self) -> dict[str, int]:
        """Figure → number of dossiers."""
        return {name: len(self.dossiers.get(name, ())) for name in FIGURES}

    def as_json(self, *, opened: bool = False) -> dict[str, Any]:
        """With the codes of the dossiers where it is ``opened``."""
        told: dict[str, Any] = {"agency": self.agency, "procedure": self.procedure, "month": self.month}
        told |= self.figures
        if opened:
            told["dossiers"] = {name: list(codes) for name, codes in self.dossiers.items()}
        return told


@dataclass(frozen=True, slots=True)
class Difference:
    """Where our archive and the one-stop system tell different things of a dossier."""

    dossier: str
    kind: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Report:
    """All rows, the set of indicators by which they are judged, and differences with the one-stop system."""

    start: date
    end: date
    indicators: IndicatorSet
    rows: tuple[Row, ...]
    differences: tuple[Difference, ...] = field(default=())

    @property
    def figures(self) -> dict[str, int]:
        """The sums over all rows."""
        return {name: sum(row.figures[name] for row in self.rows) for name in FIGURES}

    def as_json(self, *, opened: bool = False) -> dict[str, Any]:
        """What ``sohoa report`` prints and the API answers."""
        figures = self.figures
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "indicators": self.indicators.id,
            "law": self.indicators.law,
            "figures": figures,
            "scores": [
                {
                    "id": one.id,
                    "name": one.name,
                    "share": one.share(figures),
                    "points": one.scored(figures),
                    "of": one.points,
                    "counted": one.numerator is not None,
                    "needs": one.needs or None,
                }
                for one in self.indicators.indicators
            ],
            "rows": [row.as_json(opened=opened) for row in self.rows],
            "differences": [
                {"dossier": one.dossier, "kind": one.kind, "ours": one.ours, "theirs": one.theirs}
                for one in self.differences
            ],
        }


def make_report(
    services: Services,
    caller: Caller,
    start: date,
    end: date,
    *,
    indicators: str | None = None,
    against: Path | None = None,
) -> Report:
    """The figures of the dossiers received from ``start`` to ``end``, both days included.

    ``against`` is a CSV of the one-stop system with the codes of its dossiers: what differs is listed, and whether a dossier
    is resolved is taken from it. Raises UsageError for a file without such a column, NotAllowed.
    """
    permit(services, caller, Act.FIND, "report")
    if end < start:
        raise UsageError("the report ends before it begins")
    chosen = indicator_set(indicators, end)
    served = _served(services, start, end)
    theirs = _one_stop(against) if against else {}
    for code, line in theirs.items():
        if code in served and line.get("resolved") is not None:
            served[code].resolved = bool(line["resolved"].strip())
    log(services, caller, Act.FIND, "report")
    differences = _differences(served, theirs) if against else ()
    return Report(start, end, chosen, tuple(_rows(served.values())), tuple(differences))


def _served(services: Services, start: date, end: date) -> dict[str, Served]:
    """Dossier → what its papers tell, for dossiers whose first paper came in these days."""
    found: dict[str, Served] = {}
    owners: dict[int, str] = {}
    asked = (
        select(
            uses.c.position,
            uses.c.kind,
            uses.c.dossier,
            uses.c.procedure,
            uses.c.agency,
            uses.c.at,
            documents.c.type,
            documents.c.signed,
            documents.c.subject_id,
        )
        .join(documents, documents.c.position == uses.c.position)
        .order_by(uses.c.at, uses.c.position, uses.c.number)
    )
    with reading(services.index.engine) as connection:
        for row in connection.execute(asked):
            one = found.setdefault(row.dossier, Served(row.dossier, row.at[:10]))
            one.agency = one.agency or row.agency or ""
            one.procedure = one.procedure or row.procedure or ""
            if row.kind == "refused":
                one.refused += 1
                continue
            again = owners.setdefault(row.position, row.dossier) != row.dossier
            one.reused += row.kind == "reused" or again
            if row.type in _results(one.procedure):
                one.results += 1
                one.signed += row.signed
                one.in_store += row.subject_id is not None
            else:
                one.components += 1
    low, high = start.isoformat(), end.isoformat()
    return {code: one for code, one in found.items() if low <= one.first <= high}


def _results(code: str) -> frozenset[str]:
    """Types of paper that the procedure ends with."""
    try:
        return frozenset(one.type for one in procedure(code).results if one.type) if code else frozenset()
    except UnknownProcedure:
        return frozenset()


def _rows(served: Iterable[Served]) -> Iterator[Row]:
    groups: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for one in served:
        group = groups.setdefault((one.agency, one.procedure, one.first[:7]), {})
        for name in one.figures():
            group.setdefault(name, []).append(one.code)
    for (agency, code, month), figures in sorted(groups.items()):
        yield Row(agency, code, month, {name: tuple(sorted(codes)) for name, codes in figures.items()})


def _one_stop(path: Path) -> dict[str, dict[str, str]]:
    """Code → what the one-stop system says; raises UsageError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name}: no CSV in UTF-8") from error
    lines = lines_of_table(text, path.name)
    named = {(head or "").strip().lower(): head for head in (lines[0] if lines else {})}

    def column(names: Iterable[str]) -> str | None:
        return next((named[name] for name in names if name in named), None)

    code, kind, resolved = column(_CODES), column(_PROCEDURES), column(_RESOLVED)
    if code is None:
        raise UsageError(f"{path.name}: no column with codes of dossiers ({', '.join(_CODES)})")
    found = {}
    for line in lines:
        told = {"procedure": (line.get(kind) or "") if kind else ""}
        if resolved:
            told["resolved"] = line.get(resolved) or ""
        found[(line[code] or "").strip()] = told
    return found


def _differences(
    served: Mapping[str, Served], theirs: Mapping[str, Mapping[str, str]]
) -> Iterator[Difference]:
    for code in sorted({*served, *theirs}):
        ours, other = served.get(code), theirs.get(code)
        if ours is None:
            yield Difference(code, "not_in_archive", "", (other or {}).get("procedure", ""))
        elif other is None:
            yield Difference(code, "not_in_one_stop", ours.procedure, "")
        elif other["procedure"] and _bare(other["procedure"]) != _bare(ours.procedure):
            yield Difference(code, "procedure", ours.procedure, other["procedure"])


def _bare(code: str) -> str:
    return ".".join(code.strip().split(".")[:2])
