"""Citizen card (*căn cước công dân*, since July 2024 *căn cước*): Circulars 06/2021 and 17/2024/TT-BCA; two sides, QR and MRZ."""

from __future__ import annotations

from schemas.documents.base import CITIZEN_QR, MRZ, Document, Form, Layout, printed
from schemas.documents.relations import Person, Relations
from schemas.values import Address, IsoDate, Nationality, OldId, PersonalId, PersonName, Sex


class CitizenCard(Document):
    """Who a person is. The QR code says the same as the print and is believed before it."""

    form = Form(
        type="citizen_card",
        name="Thẻ căn cước",
        titles=("CĂN CƯỚC CÔNG DÂN", "CĂN CƯỚC"),
        layout=Layout.CARD,
        cues=(
            "Citizen Identity Card",
            "Identity Card",
            "Date of expiry",
            "Đặc điểm nhận dạng",
            "Personal identification",
            "IDVNM",
        ),
        subject=("personal_id", "full_name"),
        valid_from="issue_date",
        valid_until="expiry_date",
        unique=True,
        codes=(CITIZEN_QR, MRZ),
        relations=Relations(
            persons=(Person("personal_id", "birth_date", "sex"),),
            earlier=(("birth_date", "issue_date"), ("issue_date", "expiry_date")),
            past=("birth_date", "issue_date"),
            expires_on_birthday=("birth_date", "expiry_date"),
        ),
        law="Thông tư 06/2021/TT-BCA, Thông tư 16/2024/TT-BCA",
    )

    personal_id: PersonalId = printed(
        "Số / No.", "Số định danh cá nhân / Personal identification number", "Số", required=True
    )
    full_name: PersonName = printed(
        "Họ và tên / Full name",
        "Họ, chữ đệm và tên khai sinh / Full name",
        required=True,
        upper=True,
        lines=2,
    )
    birth_date: IsoDate = printed(
        "Ngày sinh / Date of birth", "Ngày, tháng, năm sinh / Date of birth", required=True
    )
    sex: Sex = printed("Giới tính / Sex", required=True)
    nationality: Nationality = printed("Quốc tịch / Nationality", beside=True)
    home_place: Address = printed(
        "Quê quán / Place of origin", "Nơi đăng ký khai sinh / Place of birth", lines=2
    )
    residence: Address = printed(
        "Nơi thường trú / Place of residence", "Nơi cư trú / Place of residence", lines=3
    )
    expiry_date: IsoDate = printed(
        "Có giá trị đến / Date of expiry", "Ngày, tháng, năm hết hạn / Date of expiry"
    )
    issue_date: IsoDate = printed(
        "Ngày, tháng, năm / Date, month, year",
        "Ngày, tháng, năm cấp / Date of issue",
        section="back",
        before=("Đặc điểm nhận dạng / Personal identification",),
    )
    old_id: OldId = printed("Số CMND", section="back")


DOCUMENT = CitizenCard
