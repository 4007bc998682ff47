"""The page for who signs."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "signing_list": ("Giấy tờ chờ ký", "Papers to be signed"),
    "signing_none": ("Không có giấy tờ nào chờ ký.", "No paper waits for a signature."),
    "signing_guide": (
        "Mở từng giấy, xem hết các trang rồi chọn. Chỉ giấy đã xem mới chọn được.",
        "Open each paper, look at all its pages, then choose it. Only what was looked at can be chosen.",
    ),
    "signing_open": ("Bấm một giấy ở bên trái để xem.", "Choose a paper at the left to look at it."),
    "signing_rest": (
        "Giấy đã xác nhận mà cần chữ ký sẽ hiện ở bên trái.",
        "Confirmed papers that need a signature appear at the left.",
    ),
    "signing_onward": ("Xem tiếp, chọn", "Look on, choose"),
    "signing_chosen": ("Ký các giấy đã chọn", "Sign those chosen"),
    "signing_choose": ("Chọn để ký", "Choose to sign"),
    "signing_unseen": ("chưa xem", "not looked at"),
    "signing_seen": ("đã xem", "looked at"),
    "signing_picked": ("đã chọn", "chosen"),
    "signing_signed": ("đã ký", "signed"),
    "signing_failed": ("chưa ký được", "not signed"),
    "signing_done": ("Đã ký", "Signed"),
    "signing_left": ("chưa ký được", "not signed"),
    "signing_wait": (
        "Đang chờ thiết bị ký trên máy này. Nếu chương trình ký chưa chạy, mở cửa sổ lệnh trên máy có cắm thiết bị và gõ:",
        "Waiting for the key on this PC. Unless the helper runs already, open a terminal on the PC with the token and type:",
    ),
    "signing_stop": ("Thôi, không ký nữa", "Stop, sign no more"),
}
