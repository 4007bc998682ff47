"""Marriage certificate (*giấy chứng nhận kết hôn*), Circular 04/2020/TT-BTP: wife and husband side by side."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Person, Relations
from schemas.values import Address, DocumentNumber, Ethnicity, IsoDate, Nationality, PersonalId, PersonName


class MarriageCertificate(Document):
    """Who married whom, when and where; both spouses are subjects."""

    form = Form(
        type="marriage_certificate",
        name="Giấy chứng nhận kết hôn",
        titles=("GIẤY CHỨNG NHẬN KẾT HÔN", "TRÍCH LỤC KẾT HÔN"),
        layout=Layout.FORM,
        cues=("Nơi đăng ký kết hôn", "tên chồng"),
        columns=("wife", "husband"),
        signer="NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN",
        subject=("wife_personal_id", "wife_name"),
        other_subjects=(("husband_personal_id", "husband_name"),),
        valid_from="registration_date",
        result_code="KQ.G15.000032",
        relations=Relations(
            persons=(
                Person("wife_personal_id", "wife_birth_date"),
                Person("husband_personal_id", "husband_birth_date"),
            ),
            earlier=(("wife_birth_date", "registration_date"), ("husband_birth_date", "registration_date")),
            past=("registration_date",),
        ),
        law="Thông tư 04/2020/TT-BTP",
    )

    number: DocumentNumber = printed("Số", at=Position.NUMBER, required=True)

    wife_name: PersonName = printed(
        "Họ, chữ đệm, tên vợ", "Họ và tên vợ", section="wife", required=True, upper=True
    )
    wife_birth_date: IsoDate = printed("Ngày, tháng, năm sinh", "Sinh ngày", section="wife", required=True)
    wife_ethnicity: Ethnicity = printed("Dân tộc", section="wife")
    wife_nationality: Nationality = printed("Quốc tịch", section="wife")
    wife_residence: Address = printed(
        "Nơi cư trú", "Nơi thường trú/tạm trú", "Nơi thường trú", section="wife", lines=3
    )
    wife_personal_id: PersonalId = printed(
        "Giấy tờ tùy thân", "Số định danh cá nhân", "Số Giấy CMND/Hộ chiếu", section="wife", lines=2
    )

    husband_name: PersonName = printed(
        "Họ, chữ đệm, tên chồng", "Họ và tên chồng", section="husband", required=True, upper=True
    )
    husband_birth_date: IsoDate = printed(
        "Ngày, tháng, năm sinh", "Sinh ngày", section="husband", required=True
    )
    husband_ethnicity: Ethnicity = printed("Dân tộc", section="husband")
    husband_nationality: Nationality = printed("Quốc tịch", section="husband")
    husband_residence: Address = printed(
        "Nơi cư trú", "Nơi thường trú/tạm trú", "Nơi thường trú", section="husband", lines=3
    )
    husband_personal_id: PersonalId = printed(
        "Giấy tờ tùy thân", "Số định danh cá nhân", "Số Giấy CMND/Hộ chiếu", section="husband", lines=2
    )

    registration_place: Address = printed(
        "Nơi đăng ký kết hôn",
        "Nơi đăng ký",
        "Đăng ký kết hôn tại",
        section="registration",
        required=True,
        lines=2,
    )
    registration_date: IsoDate = printed(
        "Ngày, tháng, năm đăng ký", "Đăng ký ngày", "Số", section="registration", required=True
    )
    signer_name: PersonName = printed(at=Position.SIGNER_NAME)


DOCUMENT = MarriageCertificate
