"""Compounds of administrative language of which only one spelling exists: the recogniser swaps hook and acute (*tố chức*).

No other Vietnamese words with these letters stand side by side, so that lost or wrong marks can be put back without doubt
(*đầu tư* is not among them: *bắt đầu từ*).
"""

from __future__ import annotations

import re
from itertools import pairwise

from schemas.vietnamese import fold, nfc, spelling_key

_PAIRS = tuple(
    nfc(pair)
    for pair in (
        "tổ chức|sửa đổi|bổ sung|bổ nhiệm|bổ túc|tổng kết|tổng hợp|tổng cục|thẩm tra|thẩm định|thẩm quyền|kiểm tra|kiểm soát|kiểm toán"
        "|kiểm sát|kiểm lâm|kiểm định|kiểm kê|đăng kiểm|bảo hiểm|chuyển đổi|chuyển giao|di chuyển|chuyển nhượng"
        "|triển khai|phát triển|quản lý|quản trị|cụ thể|đoàn thể|tập thể|thể thao|giải thể|thời điểm|địa điểm|trọng điểm|quan điểm"
        "|đại biểu|ổn định|chi tiết|chỉ thị|cổng thông|thủ tục|hành chính|cải cách|giải quyết|hướng dẫn|giai đoạn"
        "|địa bàn|thành lập|ban hành|phê duyệt|đề nghị|quyết định|nghị quyết|kế hoạch|hoạt động|thực hiện|tăng cường|nâng cao"
        "|công chức|viên chức|xây dựng|nông thôn|đất đai|tài nguyên|ngân sách|kinh tế|xã hội"
        "|giáo dục|đào tạo|an ninh|quốc phòng|nhân dân|hội đồng|thi hành|cảnh sát|trật tự|bồi thường|hỗ trợ|tái định|lĩnh vực"
        "|tiếp nhận|hồ sơ|dịch vụ|điều chỉnh|điều động|kết quả|báo cáo|tình hình|nhiệm vụ|chương trình|phương án|giám sát|thanh tra"
        "|phối hợp|tuyên truyền|phòng chống|thiên tai|dịch bệnh|khen thưởng|kỷ luật|tuyển dụng|nhà thầu|đấu thầu|dự toán|quyết toán"
        "|đảng ủy|đảng bộ|bảo đảm|đảm bảo|tiết kiệm|an toàn|biện pháp|tổ quốc|mặt trận|ung thư|thư phổi|viêm phổi|đột quỵ"
        "|xuất huyết|nhồi máu|già yếu|tử vong|đuối nước|chấn thương|trung ương|đại học|cao đẳng|đẩy mạnh|tòa án|miền trung|miền nam|miền bắc|miền núi|chi ngân|xét tuyển|danh mục|khiếu nại|tố cáo|giấy phép|quy hoạch|sử dụng|nghĩa vụ|cứu nạn|cứu hộ"
        "|chuyển mục|mục đích|thống kê|công khai|tuyển chọn|chỉ định|thể thức"
        "|quy định|tỉnh ủy|huyện ủy|thành ủy|chức năng|quyền hạn|văn bản|kiện toàn|thường trực|chính quyền|địa phương"
    ).split("|")
)
_KNOWN = {fold(pair): pair for pair in _PAIRS}
_WORD = re.compile(r"[^\W\d_]+")
_WARD = nfc("phường")


def repair_compounds(text: str) -> str:
    """The text with the marks of known pairs put back; each letter keeps its case.

    >>> repair_compounds("Tố chức kiếm tra, sửa đối, bố sung"), repair_compounds("CỤC ĐĂNG KIẾM VIỆT NAM")
    ('Tổ chức kiểm tra, sửa đổi, bổ sung', 'CỤC ĐĂNG KIỂM VIỆT NAM')
    """
    words = list(_WORD.finditer(text))
    letters = list(text)
    for one, other in pairwise(words):
        read = f"{one.group()} {other.group()}"
        right = _KNOWN.get(fold(read))
        if right is None or text[one.end() : other.start()] != " " or len(right) != len(read):
            continue
        name = other.group().istitle() or one.group().lower() == _WARD  # *xã Thanh Lập*, *PHƯỜNG AN ĐÔNG*
        if name or spelling_key(read) == spelling_key(right):  # *uỷ* is right as well
            continue
        for at, (was, is_) in enumerate(zip(read, right, strict=True)):
            letters[one.start() + at] = is_.upper() if was.isupper() else is_
    return "".join(letters)
