"""Inputs that are refused, and what can befall the reading of a page."""

from __future__ import annotations

from schemas.errors.base import ExitStatus, Refused, SohoaError, Unreachable


class EmptyFile(Refused):
    """Nothing in the file."""

    code = "empty"
    message_vi = "Tệp rỗng, không có dữ liệu."
    message_en = "The file is empty."
    hint = "Scan the paper again; check that the scanner finished writing."
    hint_vi = "Quét lại giấy; kiểm tra máy quét đã ghi xong tệp chưa."


class NotFound(Refused):
    """No such file."""

    code = "not_found"
    message_vi = "Không tìm thấy tệp."
    message_en = "No such file."
    hint = "Check the path."
    hint_vi = "Kiểm tra đường dẫn."


class Unreadable(Refused):
    """The file exists, but the system does not let us read it."""

    code = "unreadable"
    message_vi = "Không mở được tệp (thiếu quyền hoặc ổ đĩa lỗi)."
    message_en = "The file cannot be opened."
    hint = "Check its permissions and the disk."
    hint_vi = "Kiểm tra quyền đọc và ổ đĩa."


class NotAFile(Unreadable):
    """A socket, a pipe, a device or a folder stands where a file should be."""

    code = "not_a_file"
    message_vi = "Đây không phải là tệp (mà là thư mục, thiết bị, ổ cắm hoặc đường ống của hệ thống)."
    message_en = "This is no file, but a folder, a device, a socket or a pipe."
    hint = "Copy the scan itself to this place."
    hint_vi = "Chép chính tệp bản quét vào nơi này."


class UnknownFormat(Refused):
    """Content that is no scan (the extension is never believed)."""

    code = "unknown_format"
    message_vi = "Tệp không phải là bản quét (cần PDF, TIFF, JPEG, PNG, HEIC hoặc WebP)."
    message_en = "The content is not a PDF, TIFF, JPEG, PNG, HEIC or WebP."
    hint = "Save the scan in one of these formats; renaming a file does not change what is in it."
    hint_vi = "Lưu bản quét ở một trong các định dạng này; đổi tên tệp không đổi được nội dung."


class UnknownCoding(Refused):
    """A picture of a format that we take, stored in a way that no decoder here knows; it may be whole."""

    code = "unknown_coding"
    message_vi = "Ảnh trong tệp dùng kiểu nén hoặc kiểu điểm ảnh chưa được hỗ trợ."
    message_en = "The picture is compressed or stored in a way that is not supported."
    hint = "Save it as a JPEG, a PNG, or a TIFF with 8 bits and compression by LZW, deflate or group 4."
    hint_vi = "Lưu lại thành JPEG, PNG, hoặc TIFF 8 bit nén LZW, Deflate hay Group 4."


class Damaged(Refused):
    """A scan that starts well and cannot be decoded to its end."""

    code = "damaged"
    message_vi = "Tệp bị hỏng hoặc chưa được ghi xong."
    message_en = "The file is damaged or was not written to its end."
    hint = "Copy it again from the scanner, or scan the paper again."
    hint_vi = "Chép lại từ máy quét, hoặc quét lại giấy."


class Encrypted(Refused):
    """A PDF that asks for a password or forbids us to copy its content."""

    code = "encrypted"
    message_vi = "Tệp PDF có mật khẩu."
    message_en = "The PDF is encrypted."
    hint = "Remove the password and hand the file in again."
    hint_vi = "Bỏ mật khẩu rồi nộp lại tệp."


class TooLarge(Refused):
    """More pixels, pages or bytes than is safe to decode."""

    code = "too_large"
    message_vi = "Tệp hoặc trang quá lớn để xử lý an toàn."
    message_en = "The file or one of its pages is larger than the limits allow."
    hint = "Scan at 300 dpi, split the file, or raise the limit in the settings if the file is trusted."
    hint_vi = "Quét ở 300 dpi, chia nhỏ tệp, hoặc tăng giới hạn trong cấu hình nếu tin được tệp."


class TooSmall(Refused):
    """A page of less than a millimetre, which no paper is and no PDF/A may hold."""

    code = "too_small"
    message_vi = "Trang nhỏ hơn một mi-li-mét, không phải là giấy tờ."
    message_en = "A page is smaller than any paper."
    hint = "Scan the paper again; check the resolution that the file states."
    hint_vi = "Quét lại giấy; kiểm tra độ phân giải ghi trong tệp."


class TakesTooLong(Refused):
    """A file made so that decoding, drawing or copying it does not end within the limit; honest scans stay far below it."""

    code = "takes_too_long"
    message_vi = "Tệp hoặc trang mất quá nhiều thời gian để xử lý; bản gốc vẫn còn nguyên."
    message_en = "Decoding the file or one of its pages takes longer than the limit."
    hint = "Scan the paper again, or raise limits.seconds in the settings if the file is trusted."
    hint_vi = "Quét lại giấy, hoặc tăng limits.seconds trong cấu hình nếu tin được tệp."


class NotCopied(Refused):
    """No copy could be made that shows what the scan shows; a copy that shows something else is never signed."""

    code = "not_copied"
    message_vi = "Không tạo được bản sao đúng như bản quét; bản gốc vẫn còn nguyên."
    message_en = "No PDF/A copy could be made that looks like the scan."
    hint = "Scan the paper again, or print the file to a plain PDF; report the file if viewers show it well."
    hint_vi = "Quét lại giấy, hoặc in tệp ra PDF thường; nếu các phần mềm khác xem được, hãy báo lỗi kèm tệp."


class ActiveContent(Refused):
    """A PDF that would run something (JavaScript, launch actions) or carries other files."""

    code = "active_content"
    message_vi = "Tệp PDF chứa mã lệnh hoặc tệp đính kèm, không an toàn."
    message_en = "The PDF holds scripts, launch actions or attached files."
    hint = "Print the file to a plain PDF, or scan the paper."
    hint_vi = "In tệp ra PDF thường, hoặc quét giấy."


class NoPaper(Refused):
    """A scan of nothing but separator sheets."""

    code = "no_paper"
    message_vi = "Tệp chỉ có tờ phân cách, không có giấy tờ nào."
    message_en = "The scan holds nothing but separator sheets."
    hint = "Lay papers behind the sheet and scan again."
    hint_vi = "Đặt giấy sau tờ phân cách rồi quét lại."


class RecogniserMissing(Unreachable):
    """Tesseract or one of its models is not installed."""

    code = "recogniser_missing"
    message_vi = "Chưa cài phần mềm nhận dạng chữ (Tesseract)."
    message_en = "Tesseract or its model is missing or does not start."
    hint = "Install tesseract-ocr and tesseract-ocr-vie; see: sohoa doctor"
    hint_vi = "Cài tesseract-ocr và tesseract-ocr-vie; xem: sohoa doctor"


class PageTimeout(SohoaError):
    """A page took longer than the limit; the rest of its document goes on."""

    code = "page_timeout"
    status = ExitStatus.REJECTED
    message_vi = "Trang này mất quá nhiều thời gian để đọc nên đã được bỏ qua; ảnh vẫn được lưu."
    message_en = "Reading the page took longer than the limit."
    hint = "Look at the page; raise the time limit if it is only large."
    hint_vi = "Xem lại trang; tăng giới hạn thời gian nếu trang chỉ là lớn."


class WorkerDied(SohoaError):
    """The process that worked on a file died twice (out of memory, killed, a fault in a library)."""

    code = "worker_died"
    message_vi = "Phần mềm bị dừng đột ngột khi xử lý tệp này; tệp vẫn còn nguyên."
    message_en = "The process that worked on this file died, also when it had the file alone."
    hint = "Check the memory; if there is enough, report the file. It can be tried again at any time."
    hint_vi = "Kiểm tra bộ nhớ; nếu còn đủ, hãy báo lỗi kèm tệp. Có thể thử lại bất cứ lúc nào."


class SourceAway(Unreachable):
    """The share or the bucket that an input lies on is away; the input is not gone."""

    code = "source_away"
    message_vi = "Thư mục chia sẻ chứa bản quét chưa kết nối được; hồ sơ vẫn còn nguyên."
    message_en = "The place that the scans come from is not there."
    hint = "Mount the share again; the work goes on by itself."
    hint_vi = "Kết nối lại thư mục dùng chung; công việc tự tiếp tục."


class SecretPaper(Refused):
    """A paper that is marked as a state secret (Law on Protection of State Secrets; Circular 03/2025/TT-VPCP art. 5.2)."""

    code = "secret_paper"
    message_vi = "Giấy tờ có đóng dấu độ mật (MẬT, TỐI MẬT hoặc TUYỆT MẬT): không được số hóa, hãy chuyển cho người có thẩm quyền."
    message_en = "The paper carries the marking of a state secret; it is not archived."
    hint = "Hand it to the officer who is responsible for secret papers; they decide."
    hint_vi = "Chuyển cho cán bộ phụ trách tài liệu mật quyết định."


class LinkOutside(Refused):
    """A symbolic link that leads out of the folder that was handed in: it is not followed."""

    code = "link_outside"
    message_vi = "Tệp là liên kết dẫn ra ngoài thư mục."
    message_en = "A symbolic link; links are not followed."
    hint = "Copy the file itself into the folder."
    hint_vi = "Chép chính tệp đó vào thư mục."
