"""Confirmation of residence (*xác nhận thông tin về cư trú*, form CT07), Circular 56/2021/TT-BCA."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Person, Relations
from schemas.values import Address, Agency, DocumentNumber, IsoDate, PersonalId, PersonName, Sex


class ResidenceConfirmation(Document):
    """Where a person lives and in whose household; good for one year at most."""

    form = Form(
        type="residence_confirmation",
        name="Xác nhận thông tin về cư trú (CT07)",
        titles=("XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ",),
        layout=Layout.FORM,
        cues=("Mẫu CT07", "Nơi ở hiện tại", "chủ hộ"),
        headings={"residence": "Xác nhận thông tin về cư trú của Ông/Bà có tên tại mục I như sau"},
        signer="TRƯỞNG CÔNG AN",
        subject=("personal_id", "full_name"),
        valid_from="issue_date",
        valid_months=12,
        unique=True,
        retention_years=20,
        relations=Relations(
            persons=(Person("personal_id", "birth_date", "sex"),),
            earlier=(("birth_date", "issue_date"),),
            past=("birth_date", "issue_date"),
        ),
        law="Thông tư 56/2021/TT-BCA",
    )

    issuing_agency: Agency = printed(at=Position.AGENCY, required=True, lines=3, upper=True)
    number: DocumentNumber = printed("Số", at=Position.NUMBER, required=True)
    issue_date: IsoDate = printed(at=Position.DATE, required=True)
    full_name: PersonName = printed("Họ, chữ đệm và tên", "Họ và tên", required=True, upper=True)
    birth_date: IsoDate = printed("Ngày, tháng, năm sinh", required=True)
    sex: Sex = printed("Giới tính", beside=True)
    personal_id: PersonalId = printed(
        "Số định danh cá nhân",
        "Số định danh cá nhân/CMND",
        required=True,
        before=("Dân tộc", "Tôn giáo", "Quốc tịch", "Quê quán"),
    )
    permanent_residence: Address = printed(
        "Nơi thường trú", section="residence", lines=2, before=("Nơi tạm trú",)
    )
    current_residence: Address = printed("Nơi ở hiện tại", section="residence", lines=2)
    household_head: PersonName = printed(
        "Họ, chữ đệm và tên chủ hộ",
        "Họ và tên chủ hộ",
        section="residence",
        before=(
            "Quan hệ với chủ hộ",
            "Số định danh cá nhân của chủ hộ",
            "Thông tin các thành viên khác trong hộ gia đình",
            "Nội dung xác nhận khác",
        ),
    )
    signer_name: PersonName = printed(at=Position.SIGNER_NAME)


DOCUMENT = ResidenceConfirmation
