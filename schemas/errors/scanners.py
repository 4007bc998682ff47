"""Network scanners that do not do what they are asked."""

from __future__ import annotations

from schemas.errors.base import Refused


class ScannerAway(Refused):
    """The scanner does not answer."""

    code = "scanner_away"
    message_vi = "Máy quét không trả lời. Hãy xem máy đã bật và đã nối mạng chưa, rồi quét lại."
    message_en = "The scanner does not answer."
    hint = "Check its power and its address in the settings (station.scanners)."
    hint_vi = "Kiểm tra nguồn điện của máy quét và địa chỉ trong cấu hình (station.scanners)."


class ScannerBusy(Refused):
    """The scanner has been busy for too long."""

    code = "scanner_busy"
    message_vi = "Máy quét đang bận. Hãy chờ máy xong việc đang làm rồi quét lại."
    message_en = "The scanner has been busy for too long."
    hint = "Wait until it is idle, or switch it off and on again."
    hint_vi = "Chờ máy quét rảnh, hoặc tắt rồi bật lại."


class ScannerHasNoPaper(Refused):
    """The scanner had nothing to scan."""

    code = "no_paper_in_scanner"
    message_vi = "Máy quét không gửi trang nào. Hãy đặt lại giấy vào khay cho sát, rồi quét lại."
    message_en = "The scanner ended without a page."
    hint = "Lay the sheets into the feeder again."
    hint_vi = "Đặt lại giấy vào khay nạp."


class ScannerFault(Refused):
    """What the scanner sent is no page, or not all of them; nothing of it is kept."""

    code = "scanner_fault"
    message_vi = "Máy quét gửi thiếu hoặc hỏng trang; chưa có gì được nhận. Hãy quét lại cả tập giấy."
    message_en = "What the scanner sent is not whole; nothing of it was kept."
    hint = "Scan the whole stack again; if it happens again, update the scanner's firmware."
    hint_vi = "Quét lại cả xấp; nếu còn lỗi, hãy cập nhật phần mềm của máy quét."
