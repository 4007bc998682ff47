"""Names of fields as clerks say them: what the form prints, else the field's own term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache

from schemas.documents import FieldSpec, Position, document_types, field_specs

_SPOTS = {
    Position.PARENT_AGENCY: "Cơ quan chủ quản",
    Position.AGENCY: "Cơ quan ban hành",
    Position.NUMBER: "Số, ký hiệu",
    Position.PLACE: "Địa danh",
    Position.DATE: "Ngày ban hành",
    Position.KIND: "Tên loại",
    Position.EXCERPT: "Trích yếu",
    Position.URGENCY: "Mức độ khẩn",
    Position.RECIPIENTS: "Nơi nhận",
    Position.SIGNER_AUTHORITY: "Quyền hạn ký",
    Position.SIGNER_TITLE: "Chức vụ người ký",
    Position.SIGNER_NAME: "Người ký",
    Position.OTHER_SIGNERS: "Người cùng ký",
}

_SECTIONS = {"mother": "mẹ", "father": "cha", "wife": "vợ", "husband": "chồng", "owner": "chủ hộ"}


@cache
def field_labels(type: str) -> Mapping[str, str]:
    """Field → what it is called, in the order of the form."""
    model = document_types().get(type)
    if model is None:
        return {}
    names = {field.name: _name(field) for field in field_specs(model)}
    shared = {name for name, count in Counter(names.values()).items() if count > 1}
    for field in field_specs(model):
        if names[field.name] in shared and field.printed.section in _SECTIONS:
            names[field.name] += f" ({_SECTIONS[field.printed.section]})"
    return names


def _name(field: FieldSpec) -> str:
    if field.printed.labels:
        return field.printed.labels[0]
    return _SPOTS.get(field.printed.spot, field.name.replace("_", " "))
