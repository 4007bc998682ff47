"""Archive, index and keys: out of reach, unfit, or not as they were left."""

from __future__ import annotations

from schemas.errors.base import ExitStatus, Refused, SohoaError, Unreachable


class NotFoundInArchive(SohoaError):
    """No document with this id."""

    code = "unknown_id"
    status = ExitStatus.REJECTED
    message_vi = "Không có tài liệu nào mang mã này."
    message_en = "No document with this id."
    hint = "Look it up with: sohoa find"
    hint_vi = "Tìm bằng: sohoa find"


class StoreUnreachable(Unreachable):
    """The archive's folder or server does not answer."""

    code = "store_unreachable"
    message_vi = "Không kết nối được với kho lưu trữ; hồ sơ vẫn còn nguyên."
    message_en = "The archive's store does not answer."
    hint = "Check that the disk is mounted or the server runs, and the endpoint in the settings; then repeat."
    hint_vi = "Kiểm tra ổ đĩa đã gắn hoặc máy chủ đang chạy, và địa chỉ trong cấu hình; rồi làm lại."


class NoArchive(StoreUnreachable):
    """The place is there, and no archive in it: another disk is mounted, or none was begun yet."""

    code = "no_archive"
    message_vi = "Không thấy kho lưu trữ ở nơi đã cấu hình."
    message_en = "There is no archive in this place."
    hint = "Check that the right disk is mounted, and the place in the settings. A new archive is begun by: sohoa archive init"
    hint_vi = "Kiểm tra đúng ổ đĩa đã gắn và nơi lưu trong cấu hình. Lập kho mới bằng: sohoa archive init"


class NoBucket(StoreUnreachable):
    """The S3 server answers, and has no bucket of this name."""

    code = "no_bucket"
    message_vi = "Máy chủ lưu trữ không có kho (bucket) mang tên đã cấu hình."
    message_en = "The S3 server has no bucket of this name."
    hint = "Check the bucket's name in the settings, or make the bucket, with versioning switched on where the settings ask for it."
    hint_vi = (
        "Kiểm tra tên bucket trong cấu hình, hoặc tạo bucket và bật quản lý phiên bản nếu cấu hình yêu cầu."
    )


class StoreDenied(Unreachable):
    """The store does not accept our credentials, or they may not do this."""

    code = "store_denied"
    message_vi = "Kho lưu trữ từ chối quyền truy cập; hồ sơ vẫn còn nguyên."
    message_en = "The store refused our credentials or permissions."
    hint = "Check access key, secret key and the bucket's policy, or the owner and mode of the folder."
    hint_vi = "Kiểm tra khóa truy cập, khóa bí mật và quyền của kho, hoặc chủ sở hữu và quyền của thư mục."


class StoreFull(Unreachable):
    """No room left."""

    code = "store_full"
    message_vi = "Kho lưu trữ đã đầy; hồ sơ vẫn còn nguyên."
    message_en = "The store is full."
    hint = "Make room or raise the quota, then repeat; what was half-written is cleared away by itself."
    hint_vi = "Dọn chỗ hoặc tăng hạn mức, rồi làm lại; phần ghi dở tự được dọn."


class ClockOff(Unreachable):
    """Our clock and the server's are too far apart for signed requests."""

    code = "clock_off"
    message_vi = "Đồng hồ của máy bị sai; hồ sơ vẫn còn nguyên."
    message_en = "This machine's clock differs too much from the server's."
    hint = "Set the clock (systemctl status systemd-timesyncd, chronyc tracking), then repeat."
    hint_vi = "Chỉnh đồng hồ (systemctl status systemd-timesyncd, chronyc tracking), rồi làm lại."


class StoreUnfit(Unreachable):
    """The store answers, but cannot keep the promise that the settings ask for (versioning, lock, atomic put)."""

    code = "store_unfit"
    message_vi = "Kho lưu trữ chưa được cấu hình đúng (phiên bản, khóa xóa)."
    message_en = "The store does not do what the settings ask of it."
    hint = "Switch on versioning and Object Lock for the bucket, or ask for less protection in the settings."
    hint_vi = "Bật quản lý phiên bản và Object Lock cho kho, hoặc giảm mức bảo vệ trong cấu hình."


class IndexUnreachable(Unreachable):
    """The database of the index does not answer."""

    code = "index_unreachable"
    message_vi = "Không kết nối được với cơ sở dữ liệu; hồ sơ vẫn còn nguyên."
    message_en = "The database of the index does not answer."
    hint = "Check that the server runs and the address in the settings; the index can be rebuilt from the archive."
    hint_vi = "Kiểm tra máy chủ đang chạy và địa chỉ trong cấu hình; chỉ mục dựng lại được từ kho lưu trữ."


class IndexDamaged(IndexUnreachable):
    """The database answers, and tables or columns of ours are missing in it, or its file is damaged."""

    code = "index_damaged"
    status = ExitStatus.FAULT
    message_vi = "Cơ sở dữ liệu thiếu bảng hoặc bị hỏng: có người đã xóa, hoặc ổ đĩa lỗi; hồ sơ trong kho vẫn còn nguyên."
    message_en = "Tables are missing in the database of the index, or it is damaged: somebody dropped them, or the disk fails."
    hint = (
        "Keep it as it is for whoever looks for the cause, and bring back its back-up: lines of the audit log of days that were not closed,"
        " users and waiting work are only there. Without one, let the settings name an empty database (or move the file away);"
        " then sohoa archive restore-audit brings back the closed days, sohoa archive reindex the papers. Where only the log's"
        " tables are gone, restore-audit makes them anew."
    )
    hint_vi = (
        "Giữ nguyên để tìm nguyên nhân, và khôi phục từ bản sao lưu: nhật ký của những ngày chưa chốt, tài khoản và việc đang chờ chỉ có ở"
        " đó. Nếu không có, dùng cơ sở dữ liệu trống (hoặc dời tệp đi), rồi chạy: sohoa archive restore-audit, sohoa archive reindex."
        " Nếu chỉ mất bảng nhật ký, restore-audit tạo lại bảng."
    )


class LogNotKept(IndexUnreachable):
    """The database did not keep a line of the audit log as it was written: something in it drops or changes lines by itself."""

    code = "log_not_kept"
    status = ExitStatus.FAULT
    message_vi = "Cơ sở dữ liệu không giữ đúng dòng nhật ký vừa ghi, nên việc này chưa được thực hiện."
    message_en = "The database does not keep what is written to the audit log, so nothing was shown or done."
    hint = "Run: sohoa verify --audit. It names triggers, rules and views that stand between; find out who put them there."
    hint_vi = "Chạy: sohoa verify --audit để biết bộ kích hoạt (trigger) hay quy tắc nào đang chen vào; tìm xem ai đã đặt."


class IndexNewer(Unreachable):
    """The tables of the database were made by a newer version, which this one does not understand."""

    code = "index_newer"
    message_vi = "Cơ sở dữ liệu thuộc phiên bản Sohoa mới hơn; hồ sơ vẫn còn nguyên."
    message_en = "The database belongs to a newer version of Sohoa."
    hint = "Update Sohoa on this machine, or go back as docs/install.md says."
    hint_vi = "Cập nhật Sohoa trên máy này, hoặc quay về phiên bản cũ theo docs/install.md."


class KeyUnavailable(Unreachable):
    """The key that wraps the keys of encrypted objects cannot be read, or is another one."""

    code = "key_unavailable"
    message_vi = "Không mở được khóa mã hóa của kho lưu trữ; hồ sơ vẫn còn nguyên."
    message_en = "The archive's wrapping key cannot be read or does not fit."
    hint = "Check the key file named in the settings."
    hint_vi = "Kiểm tra tệp khóa ghi trong cấu hình."


class Corrupt(SohoaError):
    """Bytes in the archive are not those that were put there."""

    code = "corrupt"
    message_vi = "Dữ liệu lưu trữ bị hỏng, cần khôi phục từ bản sao thứ hai."
    message_en = "Bytes in the archive do not match their digest."
    hint = "Run: sohoa archive check --repair-from SECOND_COPY"
    hint_vi = "Chạy: sohoa archive check --repair-from BẢN_SAO_THỨ_HAI"


class NotAuthentic(Corrupt):
    """A document is not what the archive wrote: forged, put back to an older version, or erased and there again."""

    code = "not_authentic"
    message_vi = "Tài liệu không còn như khi lưu: bị sửa, bị thay, hoặc đã xóa mà xuất hiện lại."
    message_en = "The document is not as the archive wrote it: forged, put back, or erased and there again."
    hint = (
        "Run: sohoa archive check (--repair-from SECOND_COPY). What was erased by order goes with: sohoa erase, repeated. Versions that no"
        " copy holds any more: sohoa archive accept-loss."
    )
    hint_vi = (
        "Chạy: sohoa archive check (--repair-from BẢN_SAO_THỨ_HAI). Giấy tờ đã xóa theo lệnh: chạy lại sohoa erase. Phiên bản không bản sao"
        " nào còn giữ: sohoa archive accept-loss."
    )


class Lost(NotFoundInArchive):
    """Nothing is left of the document, and an administrator accepted that."""

    code = "lost"
    message_vi = "Tài liệu đã mất, không còn bản nào trong kho; việc này đã được ghi nhận."
    message_en = "The document is lost: nothing of it is left, as was accepted."
    hint = "Scan the paper again where somebody has it. The audit log tells who accepted the loss, and why."
    hint_vi = "Nếu còn bản giấy thì quét lại. Nhật ký ghi ai xác nhận việc mất và vì sao."


class NothingLost(SohoaError):
    """A loss was to be accepted, and the archive holds all that the audit log knows of the object."""

    code = "nothing_lost"
    status = ExitStatus.REJECTED
    message_vi = "Không có gì bị mất: kho còn đủ các phiên bản mà nhật ký ghi."
    message_en = "Nothing of it is lost: the archive holds every version that the audit log knows."
    hint = "Run: sohoa archive check. It names what is gone."
    hint_vi = "Chạy: sohoa archive check để biết cái gì đã mất."


class LogBroken(Corrupt):
    """The audit log is not as it was when its last day was closed: a day that is closed on top would hide it."""

    code = "log_broken"
    message_vi = "Nhật ký không còn nguyên như khi chốt ngày gần nhất; chưa chốt thêm ngày nào."
    message_en = "The audit log is not as it was when its last day was closed; no day is closed on top of it."
    hint = "Run: sohoa verify --audit. It names each fault and says what to do."
    hint_vi = "Chạy: sohoa verify --audit để biết từng lỗi và cách xử lý."


class Erased(SohoaError):
    """The document was destroyed because the law ordered it, even where somebody put it back."""

    code = "erased"
    status = ExitStatus.REJECTED
    message_vi = "Tài liệu đã được xóa theo quy định của pháp luật."
    message_en = "The document was erased by order."
    hint = "The record of the erasure is in the audit log."
    hint_vi = "Việc xóa được ghi trong nhật ký."


class LeaseLost(Unreachable):
    """Another worker holds the job by now: this one was cut off for longer than its lease, and must not write."""

    code = "lease_lost"
    message_vi = "Việc này đã được giao cho máy khác; hồ sơ vẫn còn nguyên."
    message_en = "The lease on this job is lost; another worker has it."
    hint = "Nothing to do: the other worker finishes it. If it happens often, look at the network and the clocks."
    hint_vi = "Không cần làm gì: máy khác sẽ làm xong. Nếu xảy ra thường xuyên, kiểm tra mạng và đồng hồ."


class ScanChanged(Refused):
    """A file was exchanged or written to while it was being digitized."""

    code = "changed_while_read"
    message_vi = "Tệp bị thay đổi trong khi đang xử lý; chưa lưu gì. Hãy quét hoặc nộp lại."
    message_en = "The file was changed while it was being digitized; nothing was archived."
    hint = "Wait until the scanner or the copy has finished, then repeat."
    hint_vi = "Chờ máy quét hoặc việc sao chép xong, rồi làm lại."


class NotErasable(SohoaError):
    """The document lies neither encrypted nor where anything can be deleted."""

    code = "not_erasable"
    status = ExitStatus.REJECTED
    message_vi = "Không thể xóa tài liệu này: kho lưu trữ đang khóa và tài liệu không được mã hóa."
    message_en = "The document cannot be erased: its bytes are locked, and not encrypted."
    hint = "Wait for the end of its retention, or have the store's administrator lift the lock; then repeat."
    hint_vi = "Chờ hết thời hạn lưu giữ, hoặc nhờ quản trị viên của kho bỏ khóa; rồi làm lại."
