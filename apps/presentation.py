"""Names of types and fields as clerks say them: what the form prints, else the field's own term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache

from pipeline.separators import SEPARATOR
from schemas.documents import FieldSpec, Position, document_types, field_specs
from schemas.quality import is_sure
from schemas.records import Field

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


def type_name(type: str) -> str:
    """The Vietnamese name of a type."""
    if type == SEPARATOR:
        return "Tờ phân cách"
    model = document_types().get(type)
    return model.form.name if model else "Loại giấy tờ chưa nhận ra"


DOUBTS = {
    "words_agree": "Ngày bằng chữ và bằng số không khớp",
    "digits_agree": "Ngày bằng chữ và bằng số không khớp",
    "date_words": "Ngày bằng chữ chưa đúng dạng",
    "from_words": "Số không đọc rõ, lấy theo chữ",
    "birth_year_agrees": "Số định danh không hợp với năm sinh",
    "identifier_agrees": "Không hợp với số định danh",
    "sex_agrees": "Số định danh không hợp với giới tính",
    "age_of_parent": "Tuổi cha mẹ so với con không hợp lý",
    "agency_agrees": "Địa danh khác tỉnh của cơ quan",
    "authority": "Quyền hạn ký không đọc rõ",
    "authority_agrees": "Quyền hạn ký và chức vụ không khớp",
    "deputy": "Chức vụ không khớp với dòng ký thay, có chữ không đọc rõ",
    "number_agrees": "Số khác với chỗ khác trên giấy",
    "kind_agrees": "Tên loại văn bản và ký hiệu không khớp",
    "print_agrees": "Mã QR và chữ in không khớp",
    "signature_agrees": "Khác với tên ở phần chữ ký",
    "text_agrees": "Tên bị dấu hoặc chữ ký che, lấy theo nội dung giấy",
    "spelled_alike": "Cùng một tên nhưng viết khác nhau",
    "one_issuer": "Nhiều cơ quan cùng ban hành",
    "one_signer": "Nhiều người ký",
    "birthday": "Ngày hết hạn không hợp với ngày sinh",
    "past": "Ngày còn chưa tới",
    "order_of_dates": "Các ngày trên giấy không theo thứ tự",
    "gazetteer": "Chưa từng gặp địa danh này",
    "as_read": "Đã sửa theo danh mục địa danh",
    "legible": "Không đọc rõ",
    "illegible": "Cán bộ không đọc được",
    "whole": "Có thể chưa đủ chữ",
    "kept": "Chưa thấy dòng Lưu ở cuối nơi nhận",
    "dash": "Có dấu gạch hoặc vết bẩn ở đầu dòng",
    "printed": "Có thể là chữ viết tay",
    "wording": "Khác với câu chữ theo mẫu",
    "personal_id": "Số định danh chưa đúng dạng",
    "old_id": "Số CMND chưa đúng dạng",
    "tax_code": "Mã số thuế chưa đúng số kiểm tra",
    "phone": "Số điện thoại chưa đúng dạng",
    "money": "Số tiền không đọc rõ",
    "decimals": "Có thể mất dấu thập phân",
    "date": "Ngày chưa đúng dạng",
    "number": "Số, ký hiệu chưa đúng dạng",
    "serial": "Số thứ tự chưa đúng dạng",
    "mark": "Ký hiệu có chỗ lạ",
    "digit": "Chữ trong ký hiệu có thể là chữ số",
    "name": "Tên có chỗ lạ",
    "kind": "Tên loại văn bản có chỗ lạ",
    "agency": "Tên cơ quan có chỗ lạ",
    "title": "Chức vụ có chỗ lạ",
    "ethnicity": "Không có trong danh mục dân tộc",
    "nationality": "Không có trong danh mục quốc gia",
    "dossier_code": "Mã hồ sơ chưa đúng dạng",
}
"""Check → what a clerk reads when it failed."""

UNSURE = "Máy đọc chưa chắc"
MISSING = "Máy không tìm thấy trên giấy"


def doubts_of(field: Field) -> list[str]:
    """Why a person should look at a field, in words; empty for one that is sure."""
    failed = [DOUBTS.get(check.name, UNSURE) for check in field.checks if not check.passed]
    return list(dict.fromkeys(failed)) or ([] if is_sure(field) else [UNSURE])


def reasons_of(field: Field) -> list[str]:
    """As above, in English."""
    failed = [check.reason or check.name for check in field.checks if not check.passed]
    return failed or ([] if is_sure(field) else ["not sure"])


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
