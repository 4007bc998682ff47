"""Whoever asks through the API or the station, and may not, or asks wrongly."""

from __future__ import annotations

from schemas.errors.base import ExitStatus, SohoaError, Unreachable, UsageError


class NotSignedIn(SohoaError):
    """No session, an ended one, or a wrong name or password."""

    code = "not_signed_in"
    status = ExitStatus.REJECTED
    message_vi = "Bạn chưa đăng nhập, phiên làm việc đã hết, hoặc tên hay mật khẩu chưa đúng."
    message_en = "Not signed in, or a wrong name or password."
    hint = "Sign in again."
    hint_vi = "Hãy đăng nhập lại."


class AssertionRefused(NotSignedIn):
    """An agency's signed assertion was not accepted. Which check failed is not told: strangers would learn who is registered."""

    message_vi = "Xác nhận có chữ ký của cơ quan không được chấp nhận."
    message_en = "The signed assertion was not accepted."
    hint = (
        "Check iss and sub (the agency's id), aud (the public address of this API as its operator set it, api.address, with /api/v1/token), exp (at most five minutes away, clocks set right), "
        "a new jti each time, and that the public key is the registered one."
    )
    hint_vi = (
        "Kiểm tra iss và sub (mã cơ quan), aud (địa chỉ công khai của hệ thống như đơn vị vận hành đặt ở api.address, kèm /api/v1/token), exp (không quá năm phút, đồng hồ phải đúng), jti mới cho mỗi lần, "
        "và khóa công khai đã đăng ký."
    )


class ProviderUnreachable(Unreachable):
    """The OpenID Connect provider that signs officers in does not answer."""

    code = "provider_unreachable"
    message_vi = "Không kết nối được với hệ thống đăng nhập của cơ quan; hãy thử lại, hoặc đăng nhập bằng tài khoản tại chỗ."
    message_en = "The provider that signs officers in cannot be reached."
    hint = "Check api.oidc_issuer and the network."
    hint_vi = "Kiểm tra api.oidc_issuer và đường mạng."


class TooManyTries(SohoaError):
    """Too many wrong passwords."""

    code = "too_many_tries"
    status = ExitStatus.REJECTED
    message_vi = "Nhập sai quá nhiều lần; hãy chờ năm phút rồi thử lại."
    message_en = "Too many wrong tries."
    hint = "Wait five minutes, then try again."
    hint_vi = "Chờ năm phút rồi thử lại."


class ForgedRequest(SohoaError):
    """An unsafe request of a session without the token that only our own pages know."""

    code = "forged_request"
    status = ExitStatus.REJECTED
    message_vi = "Yêu cầu không đến từ trang của hệ thống; hãy tải lại trang."
    message_en = "The request lacks the session's X-CSRF-Token."
    hint = "Load the page again; programs send the token that signing in gave."
    hint_vi = "Tải lại trang; chương trình phải gửi kèm mã nhận được khi đăng nhập."


class Claimed(SohoaError):
    """Another officer has the paper open."""

    code = "claimed"
    status = ExitStatus.REJECTED
    message_vi = "Cán bộ khác đang mở giấy tờ này. Hãy mở giấy khác; giấy này rảnh sau 15 phút không ai sửa."
    message_en = "Another officer has this paper open."
    hint = "Take another paper; this one is free again when it was confirmed, or 15 minutes after the last change."
    hint_vi = "Làm giấy tờ khác; giấy này sẽ rảnh khi được xác nhận, hoặc 15 phút sau lần sửa cuối."


class SecondEntryMissing(UsageError):
    """A number or date that was drawn for a second entry was not typed yet."""

    code = "second_entry_missing"
    message_vi = "Còn số hoặc ngày phải nhập lại để đối chiếu; hãy nhập rồi xác nhận."
    message_en = "A field that was drawn for a second entry was not typed yet."
    hint = "Type what the paper says in the fields that are marked."
    hint_vi = "Gõ những gì giấy ghi vào các ô được đánh dấu."


class VersionNeeded(UsageError):
    """A change without ``If-Match``."""

    code = "version_needed"
    message_vi = "Thiếu phiên bản của tài liệu mà thay đổi này dựa trên."
    message_en = "If-Match is missing: name the version that the change was made on."
    hint = "Send If-Match with the ETag that the record was answered with."
    hint_vi = "Gửi If-Match với ETag nhận được cùng bản ghi."


class KeyUsed(SohoaError):
    """An ``Idempotency-Key`` that came with another request before."""

    code = "key_used"
    status = ExitStatus.REJECTED
    message_vi = "Khóa chống gửi trùng này đã dùng cho một yêu cầu khác."
    message_en = "This Idempotency-Key came with another request before."
    hint = "Choose a new key for each request; repeat one only with the same request."
    hint_vi = "Mỗi yêu cầu dùng một khóa mới; chỉ lặp lại khóa với đúng yêu cầu đó."


class KeyInUse(SohoaError):
    """An ``Idempotency-Key`` whose request is still in work."""

    code = "key_in_use"
    status = ExitStatus.REJECTED
    message_vi = "Yêu cầu này đang được thực hiện; hãy chờ một lát rồi gửi lại."
    message_en = "The request with this Idempotency-Key is still in work."
    hint = "Wait some seconds, then send the same request again."
    hint_vi = "Chờ vài giây rồi gửi lại đúng yêu cầu đó."


class ConsentRefused(SohoaError):
    """No consent of the person, or one that does not hold."""

    code = "consent_refused"
    status = ExitStatus.REJECTED
    message_vi = "Chưa có sự đồng ý của người dân, hoặc sự đồng ý đã hết hiệu lực."
    message_en = "The person's consent is missing, does not hold any more, or was used before."
    hint = "Let the person sign in and consent again; a token is for one question."
    hint_vi = "Đề nghị người dân đăng nhập và đồng ý lại; mỗi mã chỉ dùng cho một câu hỏi."
