"""A draft of a procedure from the prose of the catalogue: what a computer can read of it, all of it to be checked.

The published tables have lost their line breaks: each row ends with how many originals (*bản chính*) and copies (*bản sao*)
it asks for. Rows that ask for none are notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from schemas.documents import document_types
from schemas.identifiers.dossier import RESULT_CODE
from schemas.vietnamese import fold

TO_CHECK = "máy đọc từ văn bản công bố; cần người đối chiếu"

_HEAD = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
_COUNT = re.compile(r"(\d{1,2}) bản chính(?:\s*,\s*(\d{1,2}) bản sao)?")
_MONTHS = re.compile(r"(?:chưa quá|không quá)\s+0?(\d{1,2})\s+(?:\(\w+\)\s+)?tháng")
_RESULT = re.compile(rf"([^:]*?)Mã: ({RESULT_CODE.pattern})")
_LONGEST = 400


def draft_of(code: str, told: Mapping[str, str], seen: date) -> str | None:
    """The YAML of a draft; None where the catalogue brings no text of components."""
    import yaml

    components = list(_components(told.get("components", "")))
    if not components:
        return None
    draft = {
        "code": code,
        "name": told.get("name") or code,
        "field": told.get("field", ""),
        "level": told.get("level", ""),
        "source": {"decision": told.get("decision", ""), "publisher": told.get("body", ""), "seen": seen},
        "checked": None,
        "to_check": [TO_CHECK, "các trường hợp và biểu mẫu điện tử chưa có"],
        "results": _results(told.get("results", "")),
        "components": components,
    }
    head = "# Bản nháp do máy đọc. Sửa tệp này thì lần nhập sau giữ nguyên.\n"
    return head + yaml.safe_dump(draft, allow_unicode=True, sort_keys=False, width=120)


def _components(text: str) -> Iterator[dict[str, Any]]:
    group = ""
    for number, part in enumerate(text.split(_HEAD)):
        rows = list(_COUNT.finditer(part))
        last = rows[-1].end() if rows else 0
        if number:
            start = 0
            for row in rows:
                name = re.sub(r"\s+", " ", part[start : row.start()]).strip(" -+*;,.")
                start = row.end()
                originals, copies = int(row[1]), int(row[2] or 0)
                if name and (originals or copies):
                    yield _component(name, group, originals, copies)
        group = re.sub(r"\s+", " ", part[last:]).strip(" -*:")[:_LONGEST]


def _component(name: str, group: str, originals: int, copies: int) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name[:_LONGEST], "mode": _mode(name, group)}
    if group:
        found["group"] = group
    if types := _types(name):
        found["types"] = types
    if months := _MONTHS.search(name):
        found["months"] = int(months[1])
    if found["mode"] == "submit" and re.match(r"(tờ khai|đơn|giấy đề nghị|mẫu .*điện tử)", name.lower()):
        found["form"] = True
    return {**found, "originals": originals, "copies": copies, "to_check": TO_CHECK}


def _mode(name: str, group: str) -> str:
    said = f"{group} {name}".lower()
    if re.search(r"nộp lại|bản gốc .*đã cấp|thu hồi bản", said):
        return "surrender"
    return "show" if "xuất trình" in group.lower() else "submit"


def _types(name: str) -> list[str]:
    words = fold(name)
    return [
        type
        for type, model in document_types().items()
        if type != "application_form"
        and any(fold(title) in words for title in (model.form.name, *model.form.titles))
    ]


def _results(text: str) -> list[dict[str, str]]:
    named = {code: name.strip() for name, code in _RESULT.findall(text)}
    return [
        {"code": code, "name": (named.get(code) or code)[:_LONGEST]}
        for code in dict.fromkeys(RESULT_CODE.findall(text))
    ]
