"""Confirmation of marital status (*giấy xác nhận tình trạng hôn nhân*), Circular 04/2020/TT-BTP."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Person, Relations
from schemas.values import Address, Agency, DocumentNumber, IsoDate, PersonalId, PersonName, Sex, Text

#: Circular 04/2020/TT-BTP, article 33.
_STATUS = (
    "hiện tại chưa đăng ký kết hôn với ai",
    "chưa đăng ký kết hôn với ai",
    "hiện tại đang có vợ là bà",
    "hiện tại đang có chồng là ông",
    "đã đăng ký kết hôn",
    "nhưng đã ly hôn theo Bản án ly hôn số",
    "nhưng đã ly hôn theo Quyết định ly hôn số",
    "đã ly hôn theo Bản án số",
    "đã ly hôn theo Quyết định số",
    "của Tòa án nhân dân",
    "nhưng vợ đã chết",
    "nhưng chồng đã chết",
    "Giấy chứng nhận kết hôn số",
    "Trích lục khai tử số",
    "Giấy chứng tử số",
)


class MaritalStatusConfirmation(Document):
    """Whether a person is married; good for six months (Decree 123/2015, art. 23)."""

    form = Form(
        type="marital_status_confirmation",
        name="Giấy xác nhận tình trạng hôn nhân",
        titles=("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "XÁC NHẬN TÌNH TRẠNG HÔN NHÂN"),
        layout=Layout.FORM,
        cues=("Tình trạng hôn nhân", "được sử dụng để"),
        signer="NGƯỜI KÝ GIẤY XÁC NHẬN",
        subject=("personal_id", "full_name"),
        valid_from="issue_date",
        valid_until="valid_until",
        valid_months=6,
        unique=True,
        retention_years=20,
        relations=Relations(
            persons=(Person("personal_id", "birth_date", "sex"),),
            earlier=(("birth_date", "issue_date"), ("issue_date", "valid_until")),
            past=("birth_date", "issue_date"),
        ),
        law="Thông tư 04/2020/TT-BTP",
    )

    issuing_agency: Agency = printed(at=Position.AGENCY, required=True, lines=3, upper=True)
    number: DocumentNumber = printed("Số", at=Position.NUMBER, required=True)
    issue_date: IsoDate = printed(at=Position.DATE, required=True)
    full_name: PersonName = printed("Họ, chữ đệm, tên", "Họ và tên", required=True, upper=True)
    birth_date: IsoDate = printed("Ngày, tháng, năm sinh", "Sinh ngày", required=True)
    sex: Sex = printed("Giới tính", before=("Dân tộc", "Quốc tịch"))
    personal_id: PersonalId = printed("Giấy tờ tùy thân", "Số định danh cá nhân", required=True, lines=2)
    residence: Address = printed("Nơi cư trú", "Nơi thường trú/tạm trú", "Nơi thường trú", lines=2)
    marital_status: Text = printed(
        "Tình trạng hôn nhân",
        required=True,
        lines=3,
        before=("Trong thời gian cư trú tại",),
        phrases=_STATUS,
    )
    purpose: Text = printed(
        "Giấy này được sử dụng để", "được sử dụng để", "Giấy này được cấp để", "Mục đích sử dụng", lines=3
    )
    valid_until: IsoDate = printed(
        "Giấy này có giá trị đến ngày", "có giá trị đến hết ngày", "Có giá trị đến ngày"
    )
    signer_name: PersonName = printed(at=Position.SIGNER_NAME)


DOCUMENT = MaritalStatusConfirmation
