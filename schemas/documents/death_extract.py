"""Death extract (*trích lục khai tử*), Circular 04/2020/TT-BTP."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Person, Relations
from schemas.values import Address, DocumentNumber, IsoDate, PersonalId, PersonName, Sex, Text


class DeathExtract(Document):
    """Who died when, where and of what."""

    form = Form(
        type="death_extract",
        name="Trích lục khai tử",
        titles=("TRÍCH LỤC KHAI TỬ", "GIẤY CHỨNG TỬ"),
        layout=Layout.FORM,
        cues=("Nguyên nhân chết", "Đã chết vào lúc"),
        signer="NGƯỜI KÝ TRÍCH LỤC",
        subject=("personal_id", "full_name"),
        valid_from="registration_date",
        unique=True,
        relations=Relations(
            persons=(Person("personal_id", "birth_date", "sex"),),
            earlier=(
                ("birth_date", "registration_date"),
                ("birth_date", "death_date"),
                ("death_date", "registration_date"),
            ),
            past=("birth_date", "death_date", "registration_date"),
        ),
        law="Thông tư 04/2020/TT-BTP",
    )

    number: DocumentNumber = printed("Số", at=Position.NUMBER, required=True)
    full_name: PersonName = printed(
        "Họ, chữ đệm, tên", "Họ và tên", "Họ, chữ đệm, tên người chết", required=True, upper=True
    )
    birth_date: IsoDate = printed("Ngày, tháng, năm sinh", "Sinh ngày", required=True)
    sex: Sex = printed("Giới tính", before=("Dân tộc", "Quốc tịch"))
    personal_id: PersonalId = printed("Số định danh cá nhân", "Giấy tờ tùy thân", "Số Giấy CMND/Hộ chiếu")
    residence: Address = printed(
        "Nơi cư trú cuối cùng", "Nơi thường trú/tạm trú cuối cùng", "Nơi cư trú", lines=2
    )
    death_date: IsoDate = printed("Đã chết vào lúc", "Đã chết ngày", "Chết ngày", required=True)
    death_place: Address = printed("Nơi chết", lines=2)
    death_cause: Text = printed("Nguyên nhân chết", lines=2)
    death_notice: Text = printed(
        "Số Giấy báo tử/Giấy tờ thay thế Giấy báo tử",
        "Giấy báo tử/Giấy tờ thay thế Giấy báo tử",
        "Giấy báo tử",
        "Giấy báo tử số",
        lines=2,
    )
    registration_place: Address = printed(
        "Nơi đăng ký khai tử",
        "Nơi đăng ký",
        "Đăng ký khai tử tại",
        section="registration",
        required=True,
        lines=2,
    )
    registration_date: IsoDate = printed(
        "Ngày, tháng, năm đăng ký", "Đăng ký ngày", "Số", section="registration", required=True
    )
    signer_name: PersonName = printed(at=Position.SIGNER_NAME)


DOCUMENT = DeathExtract
