"""Names of types and doubts about fields, as clerks say them."""

from __future__ import annotations

from pipeline.separators import SEPARATOR
from schemas.documents import document_types
from schemas.quality import is_sure
from schemas.records import Field


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
