"""What the counter says of a scan while the sheet is still on the glass, and of a paper whenever it is opened."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "flag_blank": (
        "Có trang trắng. Có quét nhầm mặt giấy không?",
        "A page is blank. Was the wrong side scanned?",
    ),
    "flag_black": ("Có trang đen hoàn toàn. Hãy quét lại.", "A page is all black. Scan it again."),
    "flag_picture_only": ("Có trang không đọc được chữ nào.", "No text was found on a page."),
    "flag_illegible": (
        "Có trang hầu như không đọc được chữ: ảnh lật gương, chữ viết tay hoặc tiếng nước ngoài?",
        "Hardly a word of a page was read: mirrored, written by hand, or in another language?",
    ),
    "flag_low_resolution": (
        "Ảnh dưới 200 dpi. Nếu còn giấy trên máy, hãy quét lại ở 300 dpi.",
        "Below 200 dpi. If the sheet is still there, scan it again at 300 dpi.",
    ),
    "flag_skewed": (
        "Trang bị nghiêng nhiều. Hãy đặt thẳng và quét lại.",
        "The page is askew. Scan it again, straight.",
    ),
    "flag_too_dark": (
        "Ảnh quá tối. Hãy tăng độ sáng và quét lại ở 300 dpi.",
        "Too dark. Scan again, brighter, at 300 dpi.",
    ),
    "flag_too_light": (
        "Chữ quá nhạt. Hãy tăng độ tương phản và quét lại ở 300 dpi.",
        "Too light. Scan again with more contrast, at 300 dpi.",
    ),
    "flag_blurred": (
        "Chữ bị nhòe. Hãy lau kính và quét lại ở 300 dpi.",
        "Blurred. Clean the glass and scan again at 300 dpi.",
    ),
    "flag_cut_off": (
        "Chữ bị cắt ở mép ảnh. Hãy đặt lại giấy và quét lại.",
        "Text is cut off at an edge. Scan it again.",
    ),
    "flag_photo_tapered": (
        "Ảnh chụp từ phía nghiêng. Hãy chụp lại, giữ máy song song với mặt giấy.",
        "Photographed from the side. Take it again, straight from above.",
    ),
    "flag_photo_covered": (
        "Có vật che mép giấy (ngón tay, góc gấp). Hãy chụp lại.",
        "Something covers an edge of the sheet. Take the picture again.",
    ),
    "flag_photo_shadowed": (
        "Một phần giấy nằm trong bóng. Hãy chụp lại ở chỗ sáng đều.",
        "A part of the sheet lies in shadow. Take it again in even light.",
    ),
    "flag_further_pictures": (
        "Tệp có nhiều ảnh, chỉ ảnh đầu thành trang. Hãy xem tệp gốc.",
        "The file holds further pictures; only the first is a page. Look at the scan itself.",
    ),
    "flag_damaged": ("Có trang bị hỏng, không xem được. Hãy quét lại.", "A page is damaged. Scan it again."),
    "flag_unknown_coding": (
        "Có trang dùng kiểu nén chưa được hỗ trợ, không xem được. Hãy lưu lại hoặc quét lại.",
        "A page is stored in a way that is not supported. Save it in another one, or scan it again.",
    ),
    "flag_broken_data": (
        "Dữ liệu ảnh của một trang bị hỏng một phần. Hãy so với giấy hoặc quét lại.",
        "Some data of a page are damaged. Compare it with the paper, or scan it again.",
    ),
    "flag_restricted": (
        "Việc xử lý giấy này đang bị hạn chế: chỉ xem, không dùng cho hồ sơ khác.",
        "Its use is restricted for now: it may be looked at, and serves no other dossier.",
    ),
    "flag_declared_otherwise": (
        "Người dân khai khác với dữ liệu của giấy này. Hãy đối chiếu lại.",
        "The person declared otherwise than this paper says. Compare them again.",
    ),
}
