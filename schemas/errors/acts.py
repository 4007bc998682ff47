"""What people do to papers, and why it was not done: no right to it, somebody else was first, a value that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemas.errors.base import ExitStatus, SohoaError, UsageError
from schemas.expected import EXPECTED
from schemas.values import Kind


class Conflict(SohoaError):
    """Somebody else changed the document in the meantime."""

    code = "conflict"
    status = ExitStatus.REJECTED
    message_vi = "Tài liệu vừa được người khác thay đổi; hãy mở lại và kiểm tra."
    message_en = "The document has a newer version than the one that this change was made on."
    hint = "Look at the newest version, then repeat the change."
    hint_vi = "Xem phiên bản mới nhất, rồi sửa lại."


class NotAllowed(SohoaError):
    """The caller has no role, or no policy, that allows this."""

    code = "not_allowed"
    status = ExitStatus.REJECTED
    message_vi = "Tài khoản này không được phép làm việc đó."
    message_en = "This account may not do that."
    hint = "Ask an administrator for the role that the act needs."
    hint_vi = "Nhờ quản trị viên cấp vai trò cần cho việc này."


class OutsidePolicy(NotAllowed):
    """The agency's policy does not allow this: the purpose, the type of paper, or as many looks a day."""

    message_vi = "Chính sách của cơ quan này không cho phép việc đó."
    message_en = "The policy of this agency does not allow that."
    hint = "Name a purpose of the policy in the header Sohoa-Purpose, and ask only for what the policy lists."
    hint_vi = "Ghi một mục đích có trong chính sách vào tiêu đề Sohoa-Purpose và chỉ hỏi những gì chính sách cho phép."


class AlreadyEnded(UsageError):
    """The paper was withdrawn or superseded before; an ended paper takes no second ending and no confirmation."""

    code = "ended"
    message_vi = "Giấy tờ này đã bị thu hồi hoặc đã được thay thế, không thay đổi được nữa."
    message_en = "The paper was revoked or superseded before."
    hint = "See how it ended with: sohoa show ID"
    hint_vi = "Xem vì sao hết hiệu lực: sohoa show MÃ"


class InCircle(AlreadyEnded):
    """A paper would, over others or at once, take its own place: nothing of them would be in force any more."""

    code = "circle"
    message_vi = "Giấy mới lại là giấy đã được chính giấy này thay thế, nên không ghi vòng lại được."
    message_en = "The newer paper is one that this paper took the place of."
    hint = "Look at both papers and name the one that is newer."
    hint_vi = "Mở cả hai giấy để xem giấy nào mới hơn."


class OtherPerson(UsageError):
    """A paper of one person does not take the place of another person's, unless an officer says that this is meant."""

    code = "other_person"
    message_vi = "Giấy mới là của người khác, nên không ghi là thay thế giấy này."
    message_en = "The newer paper is another person's."
    hint = "Check both with: sohoa show ID. Where it is meant all the same: --force"
    hint_vi = "Kiểm tra lại hai giấy: sohoa show MÃ. Nếu đúng là thay thế: --force"


class NotUndoable(UsageError):
    """A confirmation that was signed, or that something else was built on, is not taken back."""

    code = "not_undoable"
    message_vi = "Giấy tờ đã được ký hoặc đã dùng tiếp, không hoàn tác được nữa; hãy sửa và xác nhận lại."
    message_en = "Something was built on the confirmation already; it is not taken back."
    hint = "Correct the values instead."
    hint_vi = "Hãy sửa giá trị."


class NotRegroupable(UsageError):
    """Papers that cannot be divided or put together: confirmed, ended, or in other papers already."""

    code = "not_regroupable"
    message_vi = "Chỉ tách, gộp, đổi loại, đọc lại được các giấy tờ chưa xác nhận."
    message_en = "Only unconfirmed papers are divided, put together, given another type or read again."
    hint = "Take back the confirmation first."
    hint_vi = "Hoàn tác xác nhận trước đã."


class SignedScan(NotRegroupable):
    """A scan that came with signatures of its own stays as it is: put together with another, they would be void."""

    code = "signed_scan"
    message_vi = "Bản quét đã có chữ ký số khi nộp thì để riêng, không gộp với bản khác."
    message_en = "A scan that came signed stays by itself."
    hint = "Keep it as a paper of its own in the same dossier."
    hint_vi = "Để thành một giấy tờ riêng trong cùng hồ sơ."


class RestrictedPaper(NotRegroupable):
    """A paper of which nothing may be made for now; a new one of its pages would be free of the restriction."""

    code = "restricted"
    message_vi = "Việc xử lý giấy tờ này đang bị hạn chế, nên không tách, gộp hay đọc lại."
    message_en = "The use of this paper is restricted; it is not divided, put together or read again."
    hint = "Wait until the restriction is lifted."
    hint_vi = "Chờ đến khi hết hạn chế."


class WrongGroups(NotRegroupable):
    """Pages that are not those of the papers, or stand in another order than in the scan; papers of the wrong scans."""

    code = "wrong_groups"
    message_vi = (
        "Các nhóm trang chưa đúng: tách trong một bản quét theo thứ tự trang, gộp các bản quét khác nhau."
    )
    message_en = "The groups are wrong: pages are divided within one scan and in its order, papers of different scans are put together."
    hint = "Load the papers again, then choose their pages anew."
    hint_vi = "Mở lại các giấy tờ rồi chọn trang lại."


class AboutFields(UsageError):
    """Something is wrong with values of a record; ``fields`` names them, which is where a form shows it."""

    def __init__(self, detail: str = "", fields: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.fields = fields

    def __reduce__(self) -> tuple[type[SohoaError], tuple[Any, ...]]:
        return type(self), (self.detail, self.fields)


class ContradictoryValues(AboutFields):
    """Values of an officer contradict others on the paper, and no reason is given."""

    code = "contradiction"
    message_vi = "Giá trị vừa nhập mâu thuẫn với dữ liệu khác trên giấy tờ; hãy xem lại hoặc ghi rõ lý do."
    message_en = "A value contradicts another one on the paper."
    hint = "Look again; if the paper itself says so, repeat with --reason."
    hint_vi = "Xem lại; nếu chính giấy ghi như vậy, làm lại với --reason."

    @classmethod
    def between(cls, contradictions: Sequence[tuple[str, str]]) -> ContradictoryValues:
        """Of fields, each with why its value contradicts others."""
        detail = "; ".join(f"{field}: {why}" for field, why in contradictions)
        return cls(detail, tuple(dict.fromkeys(field for field, _ in contradictions)))


class InvalidValue(AboutFields):
    """A text that is no value of a field's kind: a date, a number, an amount. ``kinds`` are those of ``fields``, as the hints say."""

    code = "invalid_value"
    message_vi = "Giá trị vừa nhập chưa đúng dạng của mục này."
    message_en = "A text is no value of the field's kind."
    hint = "Type it as it stands on the paper; a day as day/month/year, an amount in digits."
    hint_vi = "Gõ như trên giấy; ngày ghi ngày/tháng/năm, số tiền ghi bằng chữ số."

    def __init__(self, detail: str = "", fields: tuple[str, ...] = (), kinds: tuple[Kind, ...] = ()) -> None:
        super().__init__(detail, fields)
        self.kinds = kinds
        if kinds:
            vietnamese, english = zip(*(EXPECTED[kind] for kind in dict.fromkeys(kinds)), strict=True)
            self.hint, self.hint_vi = " ".join(english), " ".join(vietnamese)

    def __reduce__(self) -> tuple[type[SohoaError], tuple[Any, ...]]:
        return type(self), (self.detail, self.fields, self.kinds)

    @classmethod
    def of(cls, fields: Sequence[tuple[str, Kind]]) -> InvalidValue:
        """Of fields, each with its kind."""
        detail = ", ".join(f"{name}: {kind}" for name, kind in fields)
        return cls(detail, tuple(name for name, _ in fields), tuple(kind for _, kind in fields))


class ReasonMissing(UsageError):
    """A change that somebody must be able to explain later, without its reason or the order behind it."""

    code = "reason_missing"
    message_vi = "Còn thiếu lý do, hoặc số văn bản làm căn cứ."
    message_en = "The reason is missing, or the number of the order."
    hint = "Say why, in a few words; it is kept in the paper's history."
    hint_vi = "Ghi ngắn gọn vì sao; lý do được giữ trong lịch sử giấy tờ."
