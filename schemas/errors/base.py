"""What all errors share, and the three that others are made of."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from schemas.plain import on_one_line


class ExitStatus(IntEnum):
    """Exit statuses of every ``sohoa`` command (``docs/design.md``, "The commands")."""

    OK = 0
    FAULT = 1
    USAGE = 2
    REJECTED = 3
    UNREACHABLE = 4


class SohoaError(Exception):
    """Base of all our errors.

    ``code`` is stable, ``message_vi`` and ``hint_vi`` are Vietnamese, ``message_en`` and ``hint`` are English. ``detail`` names the thing
    at fault (a file, a setting, a server) and is appended to the operator's sentence.
    """

    code = "fault"
    status = ExitStatus.FAULT
    message_vi = "Phần mềm gặp lỗi; hồ sơ vẫn còn nguyên."
    message_en = "An unexpected fault."
    hint = "Run it again as sohoa --verbose …, and report what it prints."
    hint_vi = "Chạy lại bằng sohoa --verbose … và báo lại những gì hiện ra."

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.message_en} ({on_one_line(detail)})" if detail else self.message_en)
        self.detail = detail

    def __reduce__(self) -> tuple[type[SohoaError], tuple[Any, ...]]:
        return type(self), (self.detail,)  # errors cross processes

    @property
    def message(self) -> str:
        """The operator's sentence, with the detail."""
        return str(self)


class Refused(SohoaError):
    """An input that we do not take; it stays whole where it was, or goes to quarantine with this reason."""

    code = "refused"
    status = ExitStatus.REJECTED
    message_vi = "Không nhận được tệp này."
    message_en = "The file was refused."
    hint = "Scan the paper again, or look at the reason."
    hint_vi = "Quét lại giấy, hoặc xem lý do."


class UsageError(SohoaError):
    """A wrong argument or a wrong setting."""

    code = "usage"
    status = ExitStatus.USAGE
    message_vi = "Lệnh hoặc cấu hình chưa đúng."
    message_en = "Wrong usage or configuration."
    hint = "See: sohoa --help"
    hint_vi = "Xem: sohoa --help"


class Unreachable(SohoaError):
    """A part that we need (archive, index, signer, recogniser) cannot be reached. Nothing is lost."""

    code = "unreachable"
    status = ExitStatus.UNREACHABLE
    message_vi = "Không kết nối được với một phần của hệ thống; hồ sơ vẫn còn nguyên."
    message_en = "A part that we need cannot be reached."
    hint = "Run: sohoa doctor"
    hint_vi = "Chạy: sohoa doctor"
