"""Criminal-record certificate (*phiếu lý lịch tư pháp*), Circular 13/2011/TT-BTP as amended."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Person, Relations
from schemas.values import (
    Address,
    Agency,
    DocumentNumber,
    IsoDate,
    Nationality,
    PersonalId,
    PersonName,
    Sex,
    Text,
)


class CriminalRecordCertificate(Document):
    """What a person was convicted of, if anything."""

    form = Form(
        type="criminal_record_certificate",
        name="Phiếu lý lịch tư pháp",
        titles=("PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1", "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 2", "PHIẾU LÝ LỊCH TƯ PHÁP"),
        layout=Layout.FORM,
        cues=("Tình trạng án tích", "lý lịch tư pháp"),
        signer="GIÁM ĐỐC",
        subject=("personal_id", "full_name"),
        valid_from="issue_date",
        unique=True,
        retention_years=20,
        relations=Relations(
            persons=(Person("personal_id", "birth_date", "sex"),),
            earlier=(("birth_date", "issue_date"),),
            past=("birth_date", "issue_date"),
        ),
        law="Thông tư 13/2011/TT-BTP, Thông tư 06/2024/TT-BTP",
    )

    issuing_agency: Agency = printed(at=Position.AGENCY, required=True, lines=3, upper=True)
    number: DocumentNumber = printed("Số", at=Position.NUMBER, required=True)
    issue_date: IsoDate = printed(at=Position.DATE, required=True)
    full_name: PersonName = printed("Họ và tên", "Họ, chữ đệm, tên", required=True, upper=True)
    sex: Sex = printed("Giới tính")
    birth_date: IsoDate = printed("Ngày, tháng, năm sinh", required=True)
    birth_place: Address = printed("Nơi sinh", lines=2)
    nationality: Nationality = printed("Quốc tịch")
    residence: Address = printed("Nơi thường trú", "Nơi cư trú", lines=2, before=("Nơi tạm trú",))
    personal_id: PersonalId = printed(
        "Số định danh cá nhân",
        "Giấy CMND/Hộ chiếu",
        "Số CCCD/Hộ chiếu",
        "Giấy tờ tùy thân",
        required=True,
        before=("Cấp ngày", "Tại"),
    )
    status: Text = printed(
        "Tình trạng án tích",
        required=True,
        lines=3,
        before=("Thông tin về cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp, hợp tác xã",),
        phrases=("Không có án tích", "Có án tích"),
    )
    signer_name: PersonName = printed(at=Position.SIGNER_NAME)


DOCUMENT = CriminalRecordCertificate
