"""Signing in."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "sign_in": ("Đăng nhập", "Sign in"),
    "sign_in_office": ("Đăng nhập bằng tài khoản của cơ quan", "Sign in with the office's account"),
    "sign_in_wrong": ("Tài khoản hoặc mật khẩu chưa đúng.", "The account or the password is not right."),
    "sign_in_refused": (
        "Tài khoản của cơ quan chưa được phép vào đây; hãy hỏi người quản trị.",
        "The office's account may not come in here; ask the administrator.",
    ),
    "account": ("Tài khoản", "Account"),
    "password": ("Mật khẩu", "Password"),
    "slogan": ("Số hóa một lần, dùng nhiều lần", "Digitize once, use many times"),
}
