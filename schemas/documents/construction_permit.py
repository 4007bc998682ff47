"""Construction permit (*giấy phép xây dựng*), Decrees 15/2021/NĐ-CP and 175/2024/NĐ-CP."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Relations
from schemas.values import Address, Agency, Count, Decimal, DocumentNumber, IsoDate, Parcel, PersonName, Text


class ConstructionPermit(Document):
    """Who may build what and where; building must begin within twelve months."""

    form = Form(
        type="construction_permit",
        name="Giấy phép xây dựng",
        titles=("GIẤY PHÉP XÂY DỰNG",),
        layout=Layout.FORM,
        cues=("Được phép xây dựng", "Chiều cao công trình", "Tổng diện tích sàn"),
        signer="CHỦ TỊCH",
        subject=(None, "owner_name"),
        valid_from="issue_date",
        valid_until="valid_until",
        valid_months=12,
        relations=Relations(earlier=(("issue_date", "valid_until"),), past=("issue_date",)),
        law="Nghị định 175/2024/NĐ-CP",
    )

    issuing_agency: Agency = printed(at=Position.AGENCY, required=True, lines=3, upper=True)
    number: DocumentNumber = printed("Số", at=Position.NUMBER, required=True)
    issue_date: IsoDate = printed(at=Position.DATE, required=True)
    owner_name: PersonName = printed(
        "Cấp cho", "Cấp cho ông/bà", "Chủ đầu tư", section="owner", required=True
    )
    owner_address: Address = printed(
        "Địa chỉ", "Địa chỉ liên hệ", "Địa chỉ thường trú", section="owner", lines=2
    )
    work_name: Text = printed(
        "Được phép xây dựng công trình",
        "Được phép xây dựng",
        "Tên công trình",
        section="work",
        required=True,
        lines=2,
    )
    parcel_number: Parcel = printed("Tại thửa đất số", "Thửa đất số", "Lô đất số", section="work")
    map_sheet: Parcel = printed("Tờ bản đồ số", "Tờ bản đồ", section="work", beside=True)
    work_address: Address = printed(
        "Địa điểm xây dựng", "Vị trí xây dựng", "Tại", section="work", required=True, lines=2
    )
    floors: Count = printed("Số tầng", section="work")
    floor_area_m2: Decimal = printed("Tổng diện tích sàn", "Tổng diện tích sàn xây dựng", section="work")
    height_m: Decimal = printed(
        "Chiều cao công trình",
        "Chiều cao tối đa",
        section="work",
        before=(
            "Diện tích xây dựng",
            "Mật độ xây dựng",
            "Hệ số sử dụng đất",
            "Cốt nền xây dựng công trình",
            "Chỉ giới xây dựng",
            "Giấy tờ về đất đai",
            "Ghi nhận sự phù hợp",
        ),
    )
    valid_until: IsoDate = printed(
        "Giấy phép có hiệu lực khởi công đến ngày",
        "Giấy phép này có giá trị đến ngày",
        "Có hiệu lực đến ngày",
        section="validity",
    )
    signer_name: PersonName = printed(at=Position.SIGNER_NAME)


DOCUMENT = ConstructionPermit
