"""Birth certificate (*giấy khai sinh*), Circular 04/2020/TT-BTP, with the labels of the forms before it."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Person, Relations
from schemas.values import (
    Address,
    DateWords,
    DocumentNumber,
    Ethnicity,
    IsoDate,
    Nationality,
    PersonalId,
    PersonName,
    Sex,
    Year,
)


class BirthCertificate(Document):
    """Who was born when, where and to whom."""

    form = Form(
        type="birth_certificate",
        name="Giấy khai sinh",
        titles=("GIẤY KHAI SINH", "TRÍCH LỤC KHAI SINH"),
        layout=Layout.FORM,
        cues=("Nơi đăng ký khai sinh", "người đi khai sinh"),
        grid={"mother": ("Mẹ", "Người mẹ"), "father": ("Cha", "Người cha")},
        signer="NGƯỜI KÝ GIẤY KHAI SINH",
        subject=("personal_id", "full_name"),
        valid_from="registration_date",
        unique=True,
        result_code="KQ.G15.000031",
        relations=Relations(
            persons=(Person("personal_id", "birth_date", "sex"),),
            in_words=(("birth_date", "birth_date_words"),),
            parents=(("mother_birth_year", 13, 55), ("father_birth_year", 14, 75)),
            child_birth="birth_date",
            earlier=(("birth_date", "registration_date"),),
            past=("birth_date", "registration_date"),
        ),
        law="Thông tư 04/2020/TT-BTP",
    )

    number: DocumentNumber = printed("Số", at=Position.NUMBER, required=True)
    full_name: PersonName = printed(
        "Họ, chữ đệm, tên", "Họ và tên", "Họ, chữ đệm và tên", required=True, upper=True
    )
    birth_date: IsoDate = printed("Ngày, tháng, năm sinh", "Sinh ngày", required=True)
    birth_date_words: DateWords = printed("Ghi bằng chữ", "ghi bằng chữ", "Bằng chữ", beside=True, lines=2)
    sex: Sex = printed("Giới tính", "Nam, nữ", required=True)
    ethnicity: Ethnicity = printed("Dân tộc", beside=True)
    nationality: Nationality = printed("Quốc tịch", beside=True)
    birth_place: Address = printed("Nơi sinh", required=True, lines=2)
    home_place: Address = printed("Quê quán", "Nguyên quán", lines=2)
    personal_id: PersonalId = printed("Số định danh cá nhân", "Mã số định danh cá nhân")

    mother_name: PersonName = printed(
        "Họ, chữ đệm, tên người mẹ", "Họ và tên mẹ", "Họ và tên người mẹ", section="mother", upper=True
    )
    mother_birth_year: Year = printed("Năm sinh", section="mother")
    mother_ethnicity: Ethnicity = printed("Dân tộc", section="mother", beside=True)
    mother_nationality: Nationality = printed("Quốc tịch", section="mother", beside=True)
    mother_residence: Address = printed(
        "Nơi cư trú",
        "Nơi thường trú/tạm trú",
        "Nơi thường trú",
        "Nơi ĐKNK thường trú",
        section="mother",
        lines=2,
    )

    father_name: PersonName = printed(
        "Họ, chữ đệm, tên người cha", "Họ và tên cha", "Họ và tên người cha", section="father", upper=True
    )
    father_birth_year: Year = printed("Năm sinh", section="father")
    father_ethnicity: Ethnicity = printed("Dân tộc", section="father", beside=True)
    father_nationality: Nationality = printed("Quốc tịch", section="father", beside=True)
    father_residence: Address = printed(
        "Nơi cư trú",
        "Nơi thường trú/tạm trú",
        "Nơi thường trú",
        "Nơi ĐKNK thường trú",
        section="father",
        lines=2,
    )

    declarant_name: PersonName = printed(
        "Họ, chữ đệm, tên người đi khai sinh",
        "Họ và tên người đi khai sinh",
        "người đứng khai",
        section="registration",
        before=("Giấy tờ tùy thân", "Quan hệ với người được khai sinh"),
    )
    registration_place: Address = printed(
        "Nơi đăng ký khai sinh",
        "Nơi đăng ký",
        "Đăng ký khai sinh tại",
        section="registration",
        required=True,
        lines=2,
    )
    registration_date: IsoDate = printed(
        "Ngày, tháng, năm đăng ký", "Đăng ký ngày", "Số", section="registration", required=True
    )
    signer_name: PersonName = printed(at=Position.SIGNER_NAME)


DOCUMENT = BirthCertificate
