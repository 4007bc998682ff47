"""Keys, and what each does."""

from __future__ import annotations

DESK_KEYS: tuple[tuple[str, str, str], ...] = (
    ("Enter", "đúng, ô tiếp theo", "right, next"),
    ("Shift+Enter", "ô trước", "back"),
    ("Ctrl+Enter", "xác nhận", "confirm"),
    ("Ctrl+Shift+Enter", "xác nhận, ký sau", "confirm, sign later"),
    ("Ctrl+D", "giống giấy trước", "as on the paper before"),
    ("Alt+B", "không có trên giấy", "not on the paper"),
    ("Alt+I", "không đọc được", "not legible"),
    ("Alt+N", "hồ sơ mới", "new dossier"),
    ("Alt+U", "hoàn tác", "undo"),
    ("Alt+T", "tách từ trang này", "split from this page"),
    ("Alt+G", "gộp với giấy trước", "join with the paper before"),
    ("Alt+L", "đổi loại giấy", "change the type"),
    ("Alt+X", "xem cách tách", "see the splitting"),
    ("Alt+M", "chuyển hồ sơ", "move to another dossier"),
    ("Alt+R", "xoay", "turn"),
    ("Alt+J", "đọc lại theo chiều đã xoay", "read again the way it was turned"),
    ("Alt+Z", "về giữa", "centre"),
    ("Alt+PageDown, Alt+PageUp", "trang sau, trang trước", "next, previous page"),
)

SIGNING_KEYS: tuple[tuple[str, str, str], ...] = (
    ("↓, ↑", "giấy sau, giấy trước", "next, previous paper"),
    ("Space", "xem trang tiếp; hết trang thì chọn", "next page; after the last one, choose"),
    ("Ctrl+Enter", "ký các giấy đã chọn", "sign those chosen"),
    ("Alt+Z", "toàn trang", "whole page"),
)
