"""Enterprise registration certificate (*giấy chứng nhận đăng ký doanh nghiệp*), Circular 01/2021/TT-BKHĐT."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Relations
from schemas.values import (
    Address,
    Agency,
    Count,
    IsoDate,
    Money,
    OfficerTitle,
    PersonalId,
    PersonName,
    TaxCode,
    Text,
)


class EnterpriseRegistration(Document):
    """A company, its capital and who may sign for it. ``issuing_agency`` joins the left head column."""

    form = Form(
        type="enterprise_registration",
        name="Giấy chứng nhận đăng ký doanh nghiệp",
        titles=("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP",),
        layout=Layout.FORM,
        cues=("Mã số doanh nghiệp", "Vốn điều lệ", "Người đại diện theo pháp luật"),
        headings={"representative": "Người đại diện theo pháp luật của công ty"},
        signer="TRƯỞNG PHÒNG",
        subject=("enterprise_code", "name"),
        valid_from="first_registration_date",
        relations=Relations(
            earlier=(("first_registration_date", "change_date"),),
            past=("first_registration_date", "change_date"),
        ),
        law="Thông tư 01/2021/TT-BKHĐT, Thông tư 68/2025/TT-BTC",
    )

    issuing_agency: Agency = printed(at=Position.AGENCY, with_parent=True, required=True, lines=3, upper=True)
    enterprise_code: TaxCode = printed("Mã số doanh nghiệp", "Mã số", "Số", required=True)
    first_registration_date: IsoDate = printed("Đăng ký lần đầu", "Đăng ký lần đầu, ngày", required=True)
    change_number: Count = printed("Đăng ký thay đổi lần thứ")
    change_date: IsoDate = printed("ngày", joined=True)
    name: Text = printed(
        "Tên công ty viết bằng tiếng Việt",
        "Tên doanh nghiệp viết bằng tiếng Việt",
        note="ghi bằng chữ in hoa",
        required=True,
        lines=3,
        upper=True,
    )
    name_foreign: Text = printed(
        "Tên công ty viết bằng tiếng nước ngoài",
        "Tên doanh nghiệp viết bằng tiếng nước ngoài",
        note="nếu có",
        lines=2,
        upper=True,
    )
    name_short: Text = printed("Tên công ty viết tắt", "Tên doanh nghiệp viết tắt", note="nếu có", upper=True)
    head_office: Address = printed(
        "Địa chỉ trụ sở chính", required=True, lines=3, before=("Điện thoại", "Fax", "Email", "Website")
    )
    charter_capital: Money = printed(
        "Vốn điều lệ", before=("Bằng chữ", "Mệnh giá cổ phần", "Tổng số cổ phần")
    )
    representative_name: PersonName = printed(
        "Họ và tên", section="representative", required=True, upper=True, before=("Giới tính",)
    )
    representative_title: OfficerTitle = printed(
        "Chức danh",
        "Chức vụ",
        section="representative",
        before=("Sinh ngày", "Dân tộc", "Quốc tịch", "Loại giấy tờ pháp lý của cá nhân"),
    )
    representative_personal_id: PersonalId = printed(
        "Số giấy tờ pháp lý của cá nhân",
        "Số giấy chứng thực cá nhân",
        section="representative",
        before=("Ngày cấp", "Nơi cấp", "Địa chỉ thường trú", "Địa chỉ liên lạc"),
    )
    signer_name: PersonName = printed(at=Position.SIGNER_NAME)


DOCUMENT = EnterpriseRegistration
