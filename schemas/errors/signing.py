"""Signing: token, PIN, certificate, time-stamps and revocation data."""

from __future__ import annotations

from schemas.errors.base import ExitStatus, Refused, Unreachable


class SignerUnavailable(Unreachable):
    """The signing key cannot be used now (token pulled, server down). The document waits unsigned."""

    code = "signer_unavailable"
    message_vi = "Không dùng được chữ ký số (chưa cắm thiết bị hoặc mất kết nối); tài liệu đang chờ ký."
    message_en = "The signing key cannot be reached; the document waits unsigned."
    hint = "Plug the token in or check the signing service, then run the same command again."
    hint_vi = "Cắm thiết bị ký hoặc kiểm tra dịch vụ ký, rồi chạy lại lệnh."


class WrongPin(SignerUnavailable):
    """The token or the remote service refused the PIN. It is not tried again, since tokens lock themselves."""

    code = "wrong_pin"
    status = ExitStatus.USAGE
    message_vi = "Sai mã PIN của thiết bị ký số; không thử lại để tránh khóa thiết bị."
    message_en = "The PIN or password of the signing key is wrong; it was tried once only, since tokens lock themselves."
    hint = "Set the right PIN and run the same command again."
    hint_vi = "Đặt đúng mã PIN rồi chạy lại lệnh."


class PinMissing(SignerUnavailable):
    """Nobody gave the PIN, and there is no terminal to ask at. The document waits unsigned."""

    code = "pin_missing"
    status = ExitStatus.USAGE
    message_vi = "Chưa có mã PIN của thiết bị ký số; tài liệu đang chờ ký."
    message_en = "The PIN of the signing key is not set, and there is no terminal to ask at."
    hint = "Set signer.secret_file or SOHOA_SIGNER__PIN, or run the command in a terminal, which asks."
    hint_vi = "Đặt signer.secret_file hoặc SOHOA_SIGNER__PIN, hoặc chạy lệnh trong cửa sổ lệnh để được hỏi."


class TokenLocked(SignerUnavailable):
    """Too many wrong PINs; only the issuer can unlock the token."""

    code = "token_locked"
    message_vi = "Thiết bị ký số đã bị khóa; cần liên hệ đơn vị cấp chứng thư số để mở khóa."
    message_en = "The token is locked after too many wrong PINs."
    hint = "Have the issuer of the token unlock it, then run the same command again."
    hint_vi = "Nhờ nơi cấp mở khóa thiết bị ký, rồi chạy lại lệnh."


class LastTry(SignerUnavailable):
    """One wrong PIN more would lock the token; a program does not risk that, so no PIN is sent."""

    code = "pin_last_try"
    message_vi = "Thiết bị ký số chỉ còn một lần thử mã PIN; phần mềm không thử nữa để tránh khóa thiết bị."
    message_en = "The token has a single try of its PIN left; it is not used up, since a wrong PIN would lock the token."
    hint = "Log in once with the token's own program and the right PIN, which gives the tries back; then run the same command again."
    hint_vi = "Đăng nhập một lần bằng phần mềm của thiết bị ký với đúng mã PIN để có lại đủ số lần thử, rồi chạy lại lệnh."


class CertificateRefused(SignerUnavailable):
    """The signer's certificate is expired, revoked or not trusted; what it signs would have no value."""

    code = "certificate_refused"
    status = ExitStatus.USAGE
    message_vi = "Chứng thư số hết hạn, bị thu hồi hoặc không được tin cậy; tài liệu đang chờ ký."
    message_en = "The signer's certificate is expired, revoked or not trusted; nothing was signed."
    hint = "Renew the certificate, or check the trust roots in the settings."
    hint_vi = "Gia hạn chứng thư, hoặc kiểm tra chứng thư gốc trong cấu hình."


class TimeStampUnavailable(Unreachable):
    """The time-stamping authority does not answer or answers wrongly. The document waits unsigned."""

    code = "tsa_unavailable"
    message_vi = "Chưa lấy được dấu thời gian; tài liệu đang chờ ký."
    message_en = "The time-stamping authority does not answer rightly; the document waits unsigned."
    hint = "Check the address of the TSA and the network, then run the same command again."
    hint_vi = "Kiểm tra địa chỉ dịch vụ dấu thời gian và đường mạng, rồi chạy lại lệnh."


class RevocationUnavailable(Unreachable):
    """No OCSP answer and no CRL could be had, which levels B-LT and B-LTA must hold."""

    code = "revocation_unavailable"
    message_vi = "Chưa kiểm tra được tình trạng thu hồi của chứng thư số; tài liệu đang chờ ký."
    message_en = "Neither OCSP nor CRL of a certificate could be fetched; the document waits unsigned."
    hint = "Check that the OCSP and CRL servers named in the certificates can be reached."
    hint_vi = "Kiểm tra máy chủ OCSP và CRL ghi trong chứng thư có truy cập được không."


class KeyElsewhere(SignerUnavailable):
    """The key is with the signer (another PC, a phone): the document waits until she signs it there, in two steps."""

    code = "key_elsewhere"
    message_vi = "Khóa ký nằm ở thiết bị của người ký; tài liệu đang chờ ký trên thiết bị đó."
    message_en = "The signing key is elsewhere; the document waits to be signed there."
    hint = "Sign it in two steps: sohoa sign prepare ID, then sohoa sign finish."
    hint_vi = "Ký hai bước: sohoa sign prepare MÃ, rồi sohoa sign finish."


class WrongSignature(Refused):
    """What came back is no signature of that key over what was prepared."""

    code = "wrong_signature"
    message_vi = "Chữ ký gửi về không khớp với tài liệu đã chuẩn bị để ký."
    message_en = "What came back is no signature by this certificate's key over what was prepared."
    hint = "Sign exactly the bytes, or the SHA-256 digest, that were given; then finish again."
    hint_vi = "Ký đúng các byte, hoặc đúng mã băm SHA-256 đã đưa ra; rồi hoàn tất lại."


class NotPrepared(Refused):
    """Nothing is prepared under this name: never was, is finished, or its time is over."""

    code = "not_prepared"
    message_vi = "Không có tài liệu chờ ký với mã này (đã ký xong hoặc đã hết hạn)."
    message_en = "Nothing waits for a signature under this name: it is finished, or its time is over."
    hint = "Prepare the document again and sign what is given then."
    hint_vi = "Chuẩn bị lại văn bản và ký dữ liệu mới được đưa ra."


class NotRenewable(Refused):
    """A document whose archive time-stamps cannot be carried on: it has none, or the last one does not hold any more."""

    code = "not_renewable"
    message_vi = "Không gia hạn được dấu thời gian lưu trữ của tài liệu này."
    message_en = "The archive time-stamps of this document cannot be renewed."
    hint = "Look at what sohoa verify says of it; only B-LTA documents whose last time-stamp holds can be renewed."
    hint_vi = (
        "Xem kết quả của sohoa verify; chỉ gia hạn được văn bản B-LTA mà dấu thời gian cuối còn hiệu lực."
    )


SIGNING_AWAY = (SignerUnavailable, TimeStampUnavailable, RevocationUnavailable)
"""Why a copy cannot be signed now, while everything else can be done: it is archived, and signed later."""
