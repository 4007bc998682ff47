"""Application (*đơn, tờ khai*): what a citizen hands in, printed and filled in."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Person, Relations
from schemas.values import Address, Agency, IsoDate, PersonalId, PersonName, Phone, Text


class ApplicationForm(Document):
    """Who asks whom for what."""

    form = Form(
        type="application_form",
        name="Đơn, tờ khai",
        titles=(
            "ĐƠN ĐỀ NGHỊ",
            "TỜ KHAI",
            "ĐƠN XIN",
            "ĐƠN ĐĂNG KÝ",
            "GIẤY ĐỀ NGHỊ",
            "ĐƠN YÊU CẦU",
            "PHIẾU YÊU CẦU",
            "ĐƠN",
        ),
        layout=Layout.FORM,
        cues=("Kính gửi", "Tôi xin cam đoan", "Người làm đơn"),
        signer="NGƯỜI LÀM ĐƠN",
        subject=("personal_id", "applicant_name"),
        valid_from="date",
        retention_years=10,
        open_titles=True,
        relations=Relations(
            persons=(Person("personal_id", "birth_date"),),
            earlier=(("birth_date", "date"),),
            past=("birth_date", "date"),
            signed_by="applicant_name",
        ),
        law="",
    )

    title: Text = printed(at=Position.KIND, required=True, lines=2, upper=True)
    addressed_to: Agency = printed("Kính gửi", required=True, lines=2)
    applicant_name: PersonName = printed(
        "Họ và tên",
        "Họ, chữ đệm, tên người yêu cầu",
        "Tôi tên là",
        "Tên tôi là",
        "Họ và tên người đề nghị",
        "Người đề nghị",
        "Họ, chữ đệm, tên",
        "Tên (viết chữ in hoa)",
        required=True,
    )
    birth_date: IsoDate = printed("Ngày, tháng, năm sinh", "Sinh ngày", "Ngày sinh")
    personal_id: PersonalId = printed(
        "Số định danh cá nhân",
        "Số CCCD",
        "Số CCCD/CMND",
        "Giấy tờ tùy thân",
        "Giấy tờ nhân thân",
        "Giấy tờ nhân thân/pháp nhân",
        "CMND/CCCD số",
        before=("Ngày cấp", "Nơi cấp", "Cấp ngày"),
    )
    residence: Address = printed(
        "Nơi cư trú", "Nơi thường trú", "Địa chỉ thường trú", "Địa chỉ", "Chỗ ở hiện nay", lines=2
    )
    phone: Phone = printed("Số điện thoại", "Điện thoại", "Điện thoại liên hệ", before=("Email", "Fax"))
    content: Text = printed(
        "Nội dung đề nghị",
        "Nội dung",
        "Nội dung yêu cầu",
        "Nội dung biến động",
        "Nội dung biến động về",
        "Đề nghị",
        "Lý do",
        required=True,
        lines=6,
        before=("Lý do biến động", "Tôi xin cam đoan", "Tôi cam đoan", "Xin chân thành cảm ơn", "Trân trọng"),
    )
    place: Address = printed(at=Position.PLACE)
    date: IsoDate = printed(at=Position.DATE, required=True)


DOCUMENT = ApplicationForm
