"""The national catalogue of procedures, imported: what it says is kept, what people wrote stays, what changed is flagged.

In the home's folder ``procedures/``: ``catalogue.json`` is ours alone (what was published, when it was seen, what changed);
``CODE.yaml`` is a procedure as people write it. Where the catalogue brings the text of components and nobody has written the
procedure yet, a draft is read from the prose, every line of it marked as to be checked by a person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flows.procedures.prose import draft_of
from flows.reuse import own_procedures
from flows.services import Services
from flows.tables import lines_of_table
from flows.whole_file import write_whole
from schemas import days
from schemas.errors import UsageError
from schemas.identifiers.dossier import RESULT_CODE
from schemas.plain import harmless
from schemas.procedures import Procedure, UnknownProcedure, bare_code, procedure, procedures
from schemas.vietnamese import nfc

_NAMES: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "ma_thu_tuc", "mã thủ tục", "ma"),
    "name": ("name", "ten_thu_tuc", "tên thủ tục", "ten"),
    "level": ("level", "cap_thuc_hien", "cấp thực hiện"),
    "field": ("field", "linh_vuc", "lĩnh vực"),
    "body": ("body", "co_quan", "cơ quan công bố"),
    "decision": ("decision", "so_quyet_dinh", "số quyết định"),
    "results": ("results", "ket_qua", "ket_qua_xu_ly", "kết quả"),
    "components": ("components", "thanh_phan_ho_so", "thành phần hồ sơ"),
}
"""Our words, and those that catalogues use for their columns."""

LARGEST = 200 * 2**20


@dataclass(slots=True)
class Imported:
    """What an import did: counts, and codes of those to look at."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    drafts: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What ``sohoa procedures import --json`` prints."""
        return {
            "new": len(self.new),
            "changed": self.changed,
            "unchanged": self.unchanged,
            "drafts": self.drafts,
            "kept": self.kept,
            "skipped": self.skipped,
        }


def import_catalogue(services: Services, path: Path, today: date | None = None) -> Imported:
    """Take a catalogue in: JSON (a list, or code → procedure), CSV or TSV. May be repeated.

    ``changed``: published otherwise than before (what was not known before is no change); ``kept``: of these, procedures that a person wrote or checked, which now
    need another look. Raises UsageError for what is no catalogue.
    """
    day = (today or days.today()).isoformat()
    folder = own_procedures(services)
    folder.mkdir(parents=True, exist_ok=True)
    known = published(services)
    done = Imported()
    for line in _lines(path):
        told = _told(line)
        try:
            code = bare_code(told["code"])
        except UnknownProcedure:
            done.skipped.append(told["code"][:20])
            continue
        before = known.get(code)
        changes = list(before.get("changes", ())) if before else []
        known_as = before["published"] if before else {}
        new = [
            {"field": name, "from": known_as[name], "to": value, "on": day}
            for name, value in told.items()
            if value and known_as.get(name) and _meaning(name, known_as[name]) != _meaning(name, value)
        ]
        if before is None:
            done.new.append(code)
        elif new:
            done.changed.append(code)
        else:
            done.unchanged += 1
        merged = {**known_as, **{k: v for k, v in told.items() if _tells_more(k, v, known_as.get(k, ""))}}
        entry = {"published": merged, "seen": day, "changes": [*changes, *new]}
        if before and "draft" in before:
            entry["draft"] = before["draft"]
        known[code] = entry
        _draft(folder, code, entry, done, changed=bool(new))
    content = json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(folder / "catalogue.json", content.encode())
    return done


def published(services: Services) -> dict[str, dict[str, Any]]:
    """Code → what the catalogue said (``published``), when it was ``seen``, and the ``changes`` since it was first seen."""
    path = own_procedures(services) / "catalogue.json"
    if not path.is_file():
        return {}
    found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def written(services: Services) -> tuple[dict[str, Procedure], list[UsageError]]:
    """All procedures that can be asked for: those that come with the software, and the agency's own before them.

    Beside them, what is wrong with files of the agency that cannot be read: one of them hides no other.
    """
    found, wrong = dict(procedures()), []
    folder = own_procedures(services)
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        try:
            found[path.stem] = procedure(path.stem, folder)
        except UsageError as error:
            found.pop(path.stem, None)
            wrong.append(error)
    return found, wrong


def name_of(services: Services, code: str) -> str | None:
    """What a procedure is called; None where nothing that can be read describes it."""
    try:
        return procedure(code, own_procedures(services)).name
    except UsageError:
        return None


def _draft(folder: Path, code: str, entry: dict[str, Any], done: Imported, *, changed: bool) -> None:
    """Write, or write anew, the draft of a procedure that nobody has edited; else say that a person should look."""
    path = folder / f"{code}.yaml"
    mine = path.is_file() and entry.get("draft") == _digest(path.read_text(encoding="utf-8"))
    if code in procedures() or (path.is_file() and not mine):
        if changed:
            done.kept.append(code)
        return
    text = draft_of(code, entry["published"], date.fromisoformat(entry["seen"]))
    if text is None or (mine and entry["draft"] == _digest(text)):
        return
    write_whole(path, text.encode())
    entry["draft"] = _digest(text)
    done.drafts.append(code)


def _lines(path: Path) -> Iterable[Mapping[str, Any]]:
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path.name}: larger than {LARGEST >> 20} MB")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name}: no text in UTF-8") from error
    if text.lstrip()[:1] in ("[", "{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path.name}: no JSON ({error})") from error
        lines = list(found.values()) if isinstance(found, dict) else found
    else:
        lines = lines_of_table(text, path.name)
    if not lines or not all(isinstance(line, dict) for line in lines) or not _told(lines[0])["code"]:
        raise UsageError(f"{path.name}: no catalogue: no column of codes ({', '.join(_NAMES['code'])})")
    return lines


def _told(line: Mapping[str, Any]) -> dict[str, str]:
    lower = {str(key).strip().lower(): value for key, value in line.items()}

    def value(names: Iterable[str]) -> str:
        found = next((lower[name] for name in names if lower.get(name)), "")
        return harmless(nfc(" ".join(map(str, found)) if isinstance(found, list) else str(found))).strip()

    return {ours: value(names) for ours, names in _NAMES.items()}


def _meaning(name: str, value: str) -> object:
    """What must differ for a change: of results their codes, since one catalogue lists codes and another tells of them in prose.

    A code is the same with and without the province behind it.
    """
    if name == "code" and value:
        return bare_code(value)
    codes = frozenset(RESULT_CODE.findall(value)) if name == "results" else frozenset()
    return codes or " ".join(value.split())


def _tells_more(name: str, value: str, before: str) -> bool:
    """Whether a value takes the place of what was known; the same in fewer words does not."""
    return bool(value) and (_meaning(name, value) != _meaning(name, before) or len(value) >= len(before))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
