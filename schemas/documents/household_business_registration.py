"""Household-business registration certificate (*giấy chứng nhận đăng ký hộ kinh doanh*), Circular 01/2021/TT-BKHĐT."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Person, Relations
from schemas.values import (
    Address,
    Agency,
    DocumentNumber,
    IsoDate,
    Money,
    PersonalId,
    PersonName,
    Phone,
    Sex,
    Text,
)


class HouseholdBusinessRegistration(Document):
    """What a household trades in, where, and who answers for it. ``issuing_agency`` joins the left head column."""

    form = Form(
        type="household_business_registration",
        name="Giấy chứng nhận đăng ký hộ kinh doanh",
        titles=("GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",),
        layout=Layout.FORM,
        cues=("Tên hộ kinh doanh", "chủ hộ kinh doanh"),
        headings={"owner": "Thông tin về chủ hộ kinh doanh"},
        signer="TRƯỞNG PHÒNG",
        subject=("owner_personal_id", "owner_name"),
        valid_from="first_registration_date",
        relations=Relations(
            persons=(Person("owner_personal_id", "owner_birth_date", "owner_sex"),),
            earlier=(("owner_birth_date", "first_registration_date"),),
            past=("first_registration_date",),
        ),
        law="Thông tư 01/2021/TT-BKHĐT, Thông tư 68/2025/TT-BTC",
    )

    issuing_agency: Agency = printed(at=Position.AGENCY, with_parent=True, required=True, lines=3, upper=True)
    number: DocumentNumber = printed("Số", "Mã số hộ kinh doanh", at=Position.NUMBER, required=True)
    first_registration_date: IsoDate = printed(
        "Đăng ký lần đầu, ngày", "Đăng ký lần đầu", required=True, before=("Đăng ký thay đổi lần thứ",)
    )
    business_name: Text = printed(
        "Tên hộ kinh doanh", required=True, note="ghi bằng chữ in hoa", lines=2, upper=True
    )
    address: Address = printed(
        "Địa chỉ trụ sở hộ kinh doanh",
        "Địa điểm kinh doanh",
        "Địa chỉ kinh doanh",
        "Trụ sở hộ kinh doanh",
        required=True,
        lines=2,
    )
    phone: Phone = printed("Điện thoại", before=("Fax", "Email", "Website"))
    business_lines: Text = printed("Ngành, nghề kinh doanh", required=True, lines=12)
    capital: Money = printed(
        "Vốn kinh doanh",
        "Tổng số vốn kinh doanh",
        before=("Chủ thể thành lập hộ kinh doanh", "Đại diện hộ kinh doanh"),
    )
    owner_name: PersonName = printed(
        "Họ và tên",
        "Họ và tên chủ hộ kinh doanh",
        "Họ và tên đại diện hộ kinh doanh",
        "Họ và tên cá nhân",
        section="owner",
        required=True,
        upper=True,
    )
    owner_sex: Sex = printed("Giới tính", section="owner", beside=True)
    owner_birth_date: IsoDate = printed(
        "Sinh ngày",
        "Ngày, tháng, năm sinh",
        section="owner",
        before=("Dân tộc", "Quốc tịch", "Loại giấy tờ pháp lý của cá nhân"),
    )
    owner_personal_id: PersonalId = printed(
        "Số giấy tờ pháp lý của cá nhân",
        "Số định danh cá nhân",
        "Số giấy chứng thực cá nhân",
        "Chứng minh nhân dân số",
        "Số CCCD",
        section="owner",
        required=True,
        before=("Ngày cấp", "Nơi cấp"),
    )
    owner_residence: Address = printed(
        "Địa chỉ thường trú",
        "Nơi đăng ký hộ khẩu thường trú",
        "Nơi thường trú",
        section="owner",
        lines=2,
        before=("Địa chỉ liên lạc", "Chỗ ở hiện tại"),
    )
    signer_name: PersonName = printed(at=Position.SIGNER_NAME)


DOCUMENT = HouseholdBusinessRegistration
