"""Everything that can go wrong, as its readers see it.

Each error has a stable ``code`` that scripts may rely on, a sentence for the clerk (Vietnamese), one for the
operator (English), a hint what to do, and the exit status of the command that ends with it. Messages never hold
personal data: at most the name of a file, a part or a setting.
"""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Exit statuses of every ``sohoa`` command (``docs/design.md``, "The commands")."""

    OK = 0
    FAULT = 1
    USAGE = 2
    REJECTED = 3
    UNREACHABLE = 4


class SohoaError(Exception):
    """Base of all our errors.

    ``code`` is stable, ``clerk`` is Vietnamese, ``operator`` and ``hint`` are English. ``detail`` names the thing
    at fault (a file, a setting, a server) and is appended to the operator's sentence.
    """

    code = "fault"
    status = ExitStatus.FAULT
    clerk = "Phần mềm gặp lỗi; hồ sơ vẫn còn nguyên."
    operator = "An unexpected fault."
    hint = "Run the command again with --verbose and report what it prints."

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.operator} ({detail})" if detail else self.operator)
        self.detail = detail

    def __reduce__(self) -> tuple[type[SohoaError], tuple[str]]:
        return type(self), (self.detail,)  # errors cross processes

    @property
    def message(self) -> str:
        """The operator's sentence, with the detail."""
        return str(self)


class Refused(SohoaError):
    """An input that we do not take; it stays whole where it was, or goes to quarantine with this reason."""

    code = "refused"
    status = ExitStatus.REJECTED
    clerk = "Không nhận được tệp này."
    operator = "The file was refused."
    hint = "Scan the paper again, or look at the reason."


class EmptyFile(Refused):
    """Nothing in the file."""

    code = "empty"
    clerk = "Tệp rỗng, không có dữ liệu."
    operator = "The file is empty."
    hint = "Scan the paper again; check that the scanner finished writing."


class NotFound(Refused):
    """No such file."""

    code = "not_found"
    clerk = "Không tìm thấy tệp."
    operator = "No such file."
    hint = "Check the path."


class Unreadable(Refused):
    """The file exists, but the system does not let us read it."""

    code = "unreadable"
    clerk = "Không mở được tệp (thiếu quyền hoặc ổ đĩa lỗi)."
    operator = "The file cannot be opened."
    hint = "Check its permissions and the disk."


class UnknownFormat(Refused):
    """Content that is no scan (the extension is never believed)."""

    code = "unknown_format"
    clerk = "Tệp không phải là bản quét (cần PDF, TIFF, JPEG hoặc PNG)."
    operator = "The content is not a PDF, TIFF, JPEG or PNG."
    hint = "Save the scan in one of these formats; renaming a file does not change what is in it."


class Damaged(Refused):
    """A scan that starts well and cannot be decoded to its end."""

    code = "damaged"
    clerk = "Tệp bị hỏng hoặc chưa được ghi xong."
    operator = "The file is damaged or was not written to its end."
    hint = "Copy it again from the scanner, or scan the paper again."


class Encrypted(Refused):
    """A PDF that asks for a password or forbids us to copy its content."""

    code = "encrypted"
    clerk = "Tệp PDF có mật khẩu."
    operator = "The PDF is encrypted."
    hint = "Remove the password and hand the file in again."


class TooLarge(Refused):
    """More pixels, pages or bytes than is safe to decode."""

    code = "too_large"
    clerk = "Tệp hoặc trang quá lớn để xử lý an toàn."
    operator = "The file or one of its pages is larger than the limits allow."
    hint = "Scan at 300 dpi, split the file, or raise the limit in the settings if the file is trusted."


class ActiveContent(Refused):
    """A PDF that would run something (JavaScript, launch actions) or carries other files."""

    code = "active_content"
    clerk = "Tệp PDF chứa mã lệnh hoặc tệp đính kèm, không an toàn."
    operator = "The PDF holds scripts, launch actions or attached files."
    hint = "Print the file to a plain PDF, or scan the paper."


class NotFoundInArchive(SohoaError):
    """No document with this id."""

    code = "unknown_id"
    status = ExitStatus.REJECTED
    clerk = "Không có tài liệu nào mang mã này."
    operator = "No document with this id."
    hint = "Look it up with: sohoa find"


class UsageError(SohoaError):
    """A wrong argument or a wrong setting."""

    code = "usage"
    status = ExitStatus.USAGE
    clerk = "Lệnh hoặc cấu hình chưa đúng."
    operator = "Wrong usage or configuration."
    hint = "See: sohoa --help"


class Unreachable(SohoaError):
    """A part that we need (archive, index, signer, recogniser) cannot be reached. Nothing is lost."""

    code = "unreachable"
    status = ExitStatus.UNREACHABLE
    clerk = "Không kết nối được với một phần của hệ thống; hồ sơ vẫn còn nguyên."
    operator = "A part that we need cannot be reached."
    hint = "Run: sohoa doctor"


class RecogniserMissing(Unreachable):
    """Tesseract or one of its models is not installed."""

    code = "recogniser_missing"
    clerk = "Chưa cài phần mềm nhận dạng chữ (Tesseract)."
    operator = "Tesseract or its model is missing or does not start."
    hint = "Install tesseract-ocr and tesseract-ocr-vie; see: sohoa doctor"


class PageTimeout(SohoaError):
    """A page took longer than the limit; the rest of its document goes on."""

    code = "page_timeout"
    status = ExitStatus.REJECTED
    clerk = "Trang này mất quá nhiều thời gian để đọc nên đã được bỏ qua; ảnh vẫn được lưu."
    operator = "Reading the page took longer than the limit."
    hint = "Look at the page; raise the time limit if it is only large."


class StoreUnreachable(Unreachable):
    """The archive's folder or server does not answer."""

    code = "store_unreachable"
    clerk = "Không kết nối được với kho lưu trữ; hồ sơ vẫn còn nguyên."
    operator = "The archive's store does not answer."
    hint = "Check that the disk is mounted or the server runs, and the endpoint in the settings; then repeat."


class StoreDenied(Unreachable):
    """The store does not accept our credentials, or they may not do this."""

    code = "store_denied"
    clerk = "Kho lưu trữ từ chối quyền truy cập; hồ sơ vẫn còn nguyên."
    operator = "The store refused our credentials or permissions."
    hint = "Check access key, secret key and the bucket's policy, or the owner and mode of the folder."


class StoreFull(Unreachable):
    """No room left."""

    code = "store_full"
    clerk = "Kho lưu trữ đã đầy; hồ sơ vẫn còn nguyên."
    operator = "The store is full."
    hint = "Make room or raise the quota, then repeat; what was half-written is cleared away by itself."


class ClockOff(Unreachable):
    """Our clock and the server's are too far apart for signed requests."""

    code = "clock_off"
    clerk = "Đồng hồ của máy bị sai; hồ sơ vẫn còn nguyên."
    operator = "This machine's clock differs too much from the server's."
    hint = "Set the clock (systemctl status systemd-timesyncd, chronyc tracking), then repeat."


class StoreUnfit(Unreachable):
    """The store answers, but cannot keep the promise that the settings ask for (versioning, lock, atomic put)."""

    code = "store_unfit"
    clerk = "Kho lưu trữ chưa được cấu hình đúng (phiên bản, khóa xóa)."
    operator = "The store does not do what the settings ask of it."
    hint = "Switch on versioning and Object Lock for the bucket, or ask for less protection in the settings."


class IndexUnreachable(Unreachable):
    """The database of the index does not answer."""

    code = "index_unreachable"
    clerk = "Không kết nối được với cơ sở dữ liệu; hồ sơ vẫn còn nguyên."
    operator = "The database of the index does not answer."
    hint = "Check that the server runs and the address in the settings; the index can be rebuilt from the archive."


class KeyUnavailable(Unreachable):
    """The key that wraps the keys of encrypted objects cannot be read, or is another one."""

    code = "key_unavailable"
    clerk = "Không mở được khóa mã hóa của kho lưu trữ; hồ sơ vẫn còn nguyên."
    operator = "The archive's wrapping key cannot be read or does not fit."
    hint = "Check the key file named in the settings."


class Corrupt(SohoaError):
    """Bytes in the archive are not those that were put there."""

    code = "corrupt"
    clerk = "Dữ liệu lưu trữ bị hỏng, cần khôi phục từ bản sao thứ hai."
    operator = "Bytes in the archive do not match their digest."
    hint = "Run: sohoa archive check --repair-from SECOND_COPY"


class Conflict(SohoaError):
    """Somebody else changed the document in the meantime."""

    code = "conflict"
    status = ExitStatus.REJECTED
    clerk = "Tài liệu vừa được người khác thay đổi; hãy mở lại và kiểm tra."
    operator = "The document has a newer version than the one that this change was made on."
    hint = "Look at the newest version, then repeat the change."


class Erased(SohoaError):
    """The document's key was destroyed because the law ordered it."""

    code = "erased"
    status = ExitStatus.REJECTED
    clerk = "Tài liệu đã được xóa theo quy định của pháp luật."
    operator = "The document was erased by order; its key no longer exists."
    hint = "The record of the erasure is in the audit log."


class SignerUnavailable(Unreachable):
    """The signing key cannot be used now (token pulled, server down). The document waits unsigned."""

    code = "signer_unavailable"
    clerk = "Không dùng được chữ ký số (chưa cắm thiết bị hoặc mất kết nối); tài liệu đang chờ ký."
    operator = "The signing key cannot be reached; the document waits unsigned."
    hint = "Plug the token in or check the signing service, then run the same command again."


class WrongPin(SignerUnavailable):
    """The token or the remote service refused the PIN. It is not tried again, since tokens lock themselves."""

    code = "wrong_pin"
    status = ExitStatus.USAGE
    clerk = "Sai mã PIN của thiết bị ký số; không thử lại để tránh khóa thiết bị."
    operator = "The PIN or password of the signing key is wrong; it was tried once only, since tokens lock themselves."
    hint = "Set the right PIN and run the same command again."


class PinMissing(SignerUnavailable):
    """Nobody gave the PIN, and there is no terminal to ask at. The document waits unsigned."""

    code = "pin_missing"
    status = ExitStatus.USAGE
    clerk = "Chưa có mã PIN của thiết bị ký số; tài liệu đang chờ ký."
    operator = "The PIN of the signing key is not set, and there is no terminal to ask at."
    hint = "Set signer.secret_file or SOHOA_SIGNER__PIN, or run the command in a terminal, which asks."


class TokenLocked(SignerUnavailable):
    """Too many wrong PINs; only the issuer can unlock the token."""

    code = "token_locked"
    clerk = "Thiết bị ký số đã bị khóa; cần liên hệ đơn vị cấp chứng thư số để mở khóa."
    operator = "The token is locked after too many wrong PINs."
    hint = "Have the issuer of the token unlock it, then run the same command again."


class CertificateRefused(SignerUnavailable):
    """The signer's certificate is expired, revoked or not trusted; what it signs would have no value."""

    code = "certificate_refused"
    status = ExitStatus.USAGE
    clerk = "Chứng thư số hết hạn, bị thu hồi hoặc không được tin cậy; tài liệu đang chờ ký."
    operator = "The signer's certificate is expired, revoked or not trusted; nothing was signed."
    hint = "Renew the certificate, or check the trust roots in the settings."


class TimeStampUnavailable(Unreachable):
    """The time-stamping authority does not answer or answers wrongly. The document waits unsigned."""

    code = "tsa_unavailable"
    clerk = "Chưa lấy được dấu thời gian; tài liệu đang chờ ký."
    operator = "The time-stamping authority does not answer rightly; the document waits unsigned."
    hint = "Check the address of the TSA and the network, then run the same command again."


class RevocationUnavailable(Unreachable):
    """No OCSP answer and no CRL could be had, which levels B-LT and B-LTA must hold."""

    code = "revocation_unavailable"
    clerk = "Chưa kiểm tra được tình trạng thu hồi của chứng thư số; tài liệu đang chờ ký."
    operator = "Neither OCSP nor CRL of a certificate could be fetched; the document waits unsigned."
    hint = "Check that the OCSP and CRL servers named in the certificates can be reached."


class WorkerDied(SohoaError):
    """The process that worked on a file died twice (out of memory, killed, a fault in a library)."""

    code = "worker_died"
    clerk = "Phần mềm bị dừng đột ngột khi xử lý tệp này; tệp vẫn còn nguyên."
    operator = "The process that worked on this file died, also when it had the file alone."
    hint = "Check the memory; if there is enough, report the file. It can be tried again at any time."


class NotRenewable(Refused):
    """A document whose archive time-stamps cannot be carried on: it has none, or the last one does not hold any more."""

    code = "not_renewable"
    clerk = "Không gia hạn được dấu thời gian lưu trữ của tài liệu này."
    operator = "The archive time-stamps of this document cannot be renewed."
    hint = "Look at what sohoa verify says of it; only B-LTA documents whose last time-stamp holds can be renewed."
