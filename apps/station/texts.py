"""What the station says: Vietnamese first, English beside it. Buttons say what happens, errors what is safe and what to do."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "brand": ("Sohoa", "Sohoa"),
    "desk": ("Quầy số hóa", "Counter"),
    "queue": ("Hàng chờ", "Queues"),
    "sign_in": ("Đăng nhập", "Sign in"),
    "sign_out": ("Thoát", "Sign out"),
    "account": ("Tài khoản", "Account"),
    "password": ("Mật khẩu", "Password"),
    "language": ("English", "Tiếng Việt"),
    "skip": ("Đến nội dung chính", "Skip to content"),
    "dossier": ("Hồ sơ", "Dossier"),
    "dossier_code": ("Mã hồ sơ", "Dossier code"),
    "owner": ("Chủ hồ sơ", "Owner"),
    "owner_hint": ("Quét mã QR trên căn cước hoặc gõ 12 số", "Scan the card's QR code or type 12 digits"),
    "procedure": ("Thủ tục", "Procedure"),
    "procedure_hint": ("Mã thủ tục, ví dụ 1.001193", "Code of the procedure, as 1.001193"),
    "open_dossier": ("Mở hồ sơ", "Open the dossier"),
    "add_scan": ("Thêm bản quét", "Add scans"),
    "drop_here": (
        "Kéo tệp vào đây, dán (Ctrl+V), hoặc chọn tệp",
        "Drop files here, paste (Ctrl+V), or choose",
    ),
    "choose_files": ("Chọn tệp", "Choose files"),
    "papers": ("Giấy tờ trong hồ sơ", "Papers of the dossier"),
    "no_paper": (
        "Chưa có giấy tờ nào. Hãy thêm bản quét ở khung bên trái.",
        "No paper yet. Add scans at the left.",
    ),
    "state_sending": ("đang gửi", "sending"),
    "state_reading": ("đang đọc", "being read"),
    "state_check": ("cần xem", "to be checked"),
    "state_sign": ("chờ ký", "waits for a signature"),
    "state_done": ("đã lưu", "confirmed"),
    "state_refused": ("bị từ chối", "refused"),
    "state_ended": ("hết hiệu lực", "no longer in force"),
    "page": ("Trang", "Page"),
    "zoom_in": ("Phóng to", "Zoom in"),
    "zoom_out": ("Thu nhỏ", "Zoom out"),
    "turn": ("Xoay", "Turn"),
    "whole_page": ("Toàn trang", "Whole page"),
    "picture_of": ("Ảnh trang quét", "Picture of the scanned page"),
    "fields": ("Thông tin trên giấy", "What the paper says"),
    "to_check": ("ô cần xem", "fields to check"),
    "nothing_to_check": ("Không còn ô nào cần xem", "Nothing left to check"),
    "sure_fields": ("ô chắc chắn (mở ra để xem)", "sure fields (open to see)"),
    "right_next": ("Đúng, tiếp theo", "Right, next"),
    "not_on_paper": ("Không có trên giấy", "Not on the paper"),
    "illegible": ("Không đọc được", "Not legible"),
    "reread": ("Đọc lại vùng này", "Read this region again"),
    "reread_hint": (
        "Kéo chuột trên ảnh để đọc lại một vùng, hoặc bấm vào chữ để lấy chữ đó",
        "Draw a rectangle on the picture to read it again, or click words to take them",
    ),
    "as_read": ("máy đọc", "as read"),
    "confirm": ("Xác nhận", "Confirm"),
    "confirm_sign": ("Xác nhận và ký", "Confirm and sign"),
    "confirmed_at": ("Đã xác nhận lúc", "Confirmed at"),
    "reason": ("Lý do", "Reason"),
    "reason_needed": (
        "Giá trị mâu thuẫn với chỗ khác trên giấy. Nếu giấy ghi đúng như vậy, hãy ghi lý do rồi xác nhận lại.",
        "A value contradicts another one. If the paper says so, give a reason and confirm again.",
    ),
    "keys": (
        "Enter: đúng, ô tiếp theo · Shift+Enter: ô trước · Ctrl+Enter: xác nhận · Alt+B: không có trên giấy · "
        "Alt+I: không đọc được · Alt+R: xoay · Alt+Z: về giữa",
        "Enter: right, next · Shift+Enter: back · Ctrl+Enter: confirm · Alt+B: not on the paper · "
        "Alt+I: not legible · Alt+R: turn · Alt+Z: centre",
    ),
    "saved": ("Đã lưu nháp", "Draft saved"),
    "saving": ("Đang lưu…", "Saving …"),
    "offline": (
        "Mất kết nối máy chủ. Những gì đã nhập vẫn còn. Sẽ tự gửi lại khi có mạng.",
        "The server does not answer. What you typed is kept and is sent again by itself.",
    ),
    "stale": (
        "Người khác vừa thay đổi giấy tờ này. Bản nháp của bạn vẫn còn; hãy so lại rồi xác nhận.",
        "Somebody else changed this paper. Your draft is kept; compare and confirm again.",
    ),
    "theirs": ("Giá trị hiện có", "Value now"),
    "mine": ("Bạn đã nhập", "You typed"),
    "claimed": ("đang mở", "has it open"),
    "in_queue_check": ("Cần xem", "To be checked"),
    "in_queue_sign": ("Chờ ký", "To be signed"),
    "in_queue_done": ("Đã xác nhận", "Confirmed"),
    "search": ("Tìm giấy tờ", "Search papers"),
    "search_hint": (
        "Tên, số, chữ trên giấy; gõ có dấu hoặc không dấu",
        "Names, numbers, words, with or without tones",
    ),
    "search_button": ("Tìm", "Search"),
    "more": ("Xem thêm", "More"),
    "nothing_found": ("Không tìm thấy giấy tờ nào.", "Nothing found."),
    "open": ("Mở", "Open"),
    "type": ("Loại giấy tờ", "Type"),
    "number": ("Số", "Number"),
    "subject": ("Chủ giấy tờ", "Subject"),
    "date": ("Ngày", "Date"),
    "state": ("Trạng thái", "State"),
    "receipt": ("Biên nhận", "Receipt"),
    "no_need": ("ĐÃ CÓ, không cần nộp", "ON RECORD, need not be submitted"),
    "to_submit": ("CẦN NỘP", "TO SUBMIT"),
    "to_show": ("XUẤT TRÌNH", "TO SHOW"),
    "loading": ("Đang tải…", "Loading …"),
    "missing": ("Máy không tìm thấy trên giấy", "Not found on the paper"),
    "unknown_type": ("Chưa nhận ra loại giấy tờ", "Type not recognised"),
    "text_of_page": ("Chữ đọc được trên giấy", "Text as read"),
    "previous_page": ("Trang trước", "Previous page"),
    "next_page": ("Trang sau", "Next page"),
    "signed_in_as": ("Đang làm việc:", "Signed in:"),
    "of": ("trên", "of"),
}

LANGUAGES = ("vi", "en")


def texts(language: str) -> dict[str, str]:
    """All texts in a language; Vietnamese where it is none of ours."""
    place = 1 if language == "en" else 0
    return {key: pair[place] for key, pair in TEXTS.items()}
