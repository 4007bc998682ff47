"""Receipt slip (*giấy tiếp nhận hồ sơ và hẹn trả kết quả*), Decree 61/2018/NĐ-CP, Circular 01/2018/TT-VPCP form 01."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Relations
from schemas.values import Address, DossierCode, IsoDateTime, Items, PersonName, Phone, Text


class ReceiptSlip(Document):
    """Which dossier was handed in when, with which components, and when its result is due."""

    form = Form(
        type="receipt_slip",
        name="Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
        titles=("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "GIẤY BIÊN NHẬN HỒ SƠ", "GIẤY TIẾP NHẬN HỒ SƠ"),
        layout=Layout.SLIP,
        cues=("Thành phần hồ sơ", "trả kết quả", "Tiếp nhận hồ sơ của"),
        signer="NGƯỜI TIẾP NHẬN HỒ SƠ",
        subject=(None, "applicant_name"),
        valid_from="received_at",
        valid_until="due_at",
        retention_years=10,
        relations=Relations(earlier=(("received_at", "due_at"),), past=("received_at",)),
        law="Thông tư 01/2018/TT-VPCP",
    )

    dossier_code: DossierCode = printed(
        "Mã hồ sơ", "Mã số hồ sơ", "Số hồ sơ", required=True, before=("Bộ phận tiếp nhận và trả kết quả",)
    )
    applicant_name: PersonName = printed(
        "Tiếp nhận hồ sơ của", "Người nộp hồ sơ", "Họ và tên", required=True, before=("Đại diện cho",)
    )
    applicant_address: Address = printed("Địa chỉ", lines=2)
    phone: Phone = printed("Số điện thoại", "Điện thoại", before=("Email",))
    procedure_name: Text = printed(
        "Nội dung yêu cầu giải quyết", "Tên thủ tục hành chính", "Thủ tục hành chính", required=True, lines=3
    )
    components: Items = printed(
        "Thành phần hồ sơ nộp gồm",
        "Thành phần hồ sơ gồm",
        "Thành phần hồ sơ",
        lines=15,
        before=(
            "Thành phần hồ sơ yêu cầu bổ sung",
            "Số lượng hồ sơ",
            "Thời gian giải quyết hồ sơ theo quy định là",
            "Thời hạn giải quyết",
        ),
    )
    received_at: IsoDateTime = printed(
        "Thời gian nhận hồ sơ", "Thời gian tiếp nhận hồ sơ", "Ngày tiếp nhận", required=True
    )
    due_at: IsoDateTime = printed(
        "Thời gian trả kết quả giải quyết hồ sơ",
        "Thời gian trả kết quả",
        "Ngày hẹn trả kết quả",
        required=True,
        before=("Đăng ký nhận kết quả tại", "Đăng ký trả kết quả tại"),
    )
    officer_name: PersonName = printed(at=Position.SIGNER_NAME)


DOCUMENT = ReceiptSlip
