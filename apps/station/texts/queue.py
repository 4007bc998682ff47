"""Papers that wait, search, and one field of many papers."""

from __future__ import annotations

QUEUES: dict[str, tuple[str, str]] = {
    "in_queue_check": ("Cần xem", "To be checked"),
    "in_queue_sign": ("Chờ ký", "To be signed"),
    "in_queue_done": ("Đã xác nhận", "Confirmed"),
}
"""What the queues are called."""

TEXTS: dict[str, tuple[str, str]] = QUEUES | {
    "claimed_you": ("bạn đang mở", "open at your desk"),
    "all_sure": ("cần xem, máy chắc mọi ô", "to check, nothing doubtful"),
    "claimed": ("đang mở", "has it open"),
    "due_only": ("Chỉ giấy đến hạn hoặc quá hạn", "Only what is due or overdue"),
    "none_check": ("Không còn giấy tờ nào cần xem.", "No paper is left to be checked."),
    "none_sign": ("Không có giấy tờ nào chờ ký.", "No paper waits for a signature."),
    "none_refused": ("Không có bản quét nào bị từ chối.", "No scan was refused."),
    "none_today": ("Hôm nay chưa xác nhận giấy tờ nào.", "No paper was confirmed today."),
    "none_done": ("Chưa có giấy tờ nào được xác nhận.", "No paper is confirmed yet."),
    "order": ("Xếp theo", "Order"),
    "order_due": ("ngày hẹn trả gần nhất", "nearest due day"),
    "order_doubts": ("nhiều ô cần xem nhất", "most fields to check"),
    "order_newest": ("mới đưa vào nhất", "newest first"),
    "search": ("Tìm giấy tờ", "Search papers"),
    "search_hint": (
        "Tên, số, chữ trên giấy; gõ có dấu hoặc không dấu",
        "Names, numbers, words, with or without tones",
    ),
    "search_button": ("Tìm", "Search"),
    "in_queue_refused": ("Bị từ chối", "Refused"),
    "in_queue_today": ("Xong hôm nay", "Done today"),
    "refused_next": (
        "Tệp gốc vẫn được giữ nguyên. Hãy sửa theo lý do rồi quét hoặc gửi lại.",
        "The file is kept as it came. Mend what the reason says, then scan or send it again.",
    ),
    "sheets": ("Soát một ô trên nhiều giấy", "One field of many papers"),
    "sheets_hint": (
        "So từng mẩu ảnh với giá trị máy đọc. Bấm “Sai” ở ô sai. Các ô còn lại được ghi là đúng; chưa giấy nào được xác nhận ở đây.",
        "Compare each cut-out with the value. Press “Wrong” where it is. The others are noted as right; no paper is confirmed here.",
    ),
    "sheets_none": ("Không có ô nào lặp lại trên nhiều giấy.", "No field is doubtful on several papers."),
    "sheet_empty": ("Không còn ô nào cần soát ở đây.", "Nothing left to look at here."),
    "sheet_wrong": ("Sai", "Wrong"),
    "sheet_take": ("Các ô không đánh dấu sai là đúng", "Those not marked are right"),
    "sheet_unseen": ("ô chưa xem; hãy cuộn xuống hết", "not seen yet; scroll down"),
    "sheet_taken": ("ô đã ghi là đúng", "noted as right"),
}
