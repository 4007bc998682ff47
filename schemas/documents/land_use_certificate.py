"""Land-use certificate (*giấy chứng nhận quyền sử dụng đất …*), Circulars 23/2014/TT-BTNMT and 10/2024/TT-BTNMT, and the red books before 2004."""

from __future__ import annotations

from schemas.documents.base import Document, Form, Layout, Position, printed
from schemas.documents.relations import Relations
from schemas.values import (
    Address,
    Agency,
    Decimal,
    DocumentNumber,
    IsoDate,
    Parcel,
    PersonalId,
    PersonName,
    Serial,
    Text,
)

#: Circular 23/2014/TT-BTNMT, article 6.
_PURPOSES = (
    "Đất ở tại nông thôn",
    "Đất ở tại đô thị",
    "Đất chuyên trồng lúa nước",
    "Đất trồng lúa nước còn lại",
    "Đất trồng cây lâu năm",
    "Đất bằng trồng cây hàng năm khác",
    "Đất rừng sản xuất",
    "Đất nuôi trồng thủy sản nước ngọt",
    "Đất thương mại, dịch vụ",
    "Đất cơ sở sản xuất phi nông nghiệp",
)
_ORIGINS = (
    "Nhà nước giao đất không thu tiền sử dụng đất",
    "Nhà nước giao đất có thu tiền sử dụng đất",
    "Nhà nước cho thuê đất trả tiền một lần",
    "Nhà nước cho thuê đất trả tiền hàng năm",
    "công nhận quyền sử dụng đất như giao đất có thu tiền sử dụng đất",
    "công nhận quyền sử dụng đất như giao đất không thu tiền sử dụng đất",
    "Nhận chuyển nhượng đất",
    "Nhận thừa kế quyền sử dụng đất",
    "Được tặng cho quyền sử dụng đất",
)


class LandUseCertificate(Document):
    """Who may use which parcel, for what and until when."""

    form = Form(
        type="land_use_certificate",
        name="Giấy chứng nhận quyền sử dụng đất",
        titles=(
            "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT",
            "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT",
            "GIẤY CHỨNG NHẬN QUYỀN SỞ HỮU NHÀ Ở VÀ QUYỀN SỬ DỤNG ĐẤT Ở",
            "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
        ),
        layout=Layout.FORM,
        cues=("Thửa đất số", "Nguồn gốc sử dụng", "Số vào sổ cấp"),
        headings={
            "owner": "Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất",
            "parcel": "Thông tin thửa đất",
        },
        signer="GIÁM ĐỐC",
        subject=("owner_personal_id", "owner_name"),
        valid_from="issue_date",
        result_code="KQ.G10.001147",
        relations=Relations(past=("issue_date",)),
        law="Thông tư 10/2024/TT-BTNMT",
    )

    serial: Serial = printed("Số phát hành", "Số phát hành GCN", "Số seri", required=True)
    owner_name: PersonName = printed(
        "Họ và tên",
        "Tên người sử dụng đất",
        "Ông",
        "Bà",
        "Hộ ông",
        "Hộ bà",
        section="owner",
        required=True,
        upper=True,
    )
    owner_personal_id: PersonalId = printed(
        "Số định danh cá nhân",
        "Giấy tờ nhân thân/pháp nhân",
        "CCCD số",
        "CMND số",
        "Số CMND",
        "Số CCCD",
        section="owner",
        required=True,
    )
    owner_address: Address = printed(
        "Địa chỉ", "Địa chỉ thường trú", "Thường trú tại", section="owner", lines=2
    )
    parcel_number: Parcel = printed("Thửa đất số", "Thửa đất", section="parcel", required=True)
    map_sheet: Parcel = printed("Tờ bản đồ số", "Tờ bản đồ", section="parcel", required=True, beside=True)
    parcel_address: Address = printed(
        "Địa chỉ", "Địa chỉ thửa đất", "Tại", section="parcel", required=True, lines=2
    )
    area_m2: Decimal = printed(
        "Diện tích", "Được quyền sử dụng", section="parcel", required=True, before=("Bằng chữ",)
    )
    use_form: Text = printed("Hình thức sử dụng", "Hình thức sử dụng đất", section="parcel", lines=2)
    use_purpose: Text = printed(
        "Mục đích sử dụng",
        "Mục đích sử dụng đất",
        "Loại đất",
        section="parcel",
        lines=2,
        phrases=_PURPOSES,
    )
    use_term: Text = printed("Thời hạn sử dụng", "Thời hạn sử dụng đất", "Thời hạn", section="parcel")
    use_origin: Text = printed(
        "Nguồn gốc sử dụng",
        "Nguồn gốc sử dụng đất",
        "Nguồn gốc",
        section="parcel",
        lines=3,
        before=("Nhà ở", "Công trình xây dựng khác", "Tài sản gắn liền với đất", "Ghi chú"),
        phrases=_ORIGINS,
    )
    register_number: DocumentNumber = printed(
        "Số vào sổ cấp Giấy chứng nhận", "Số vào sổ cấp GCN", "Số vào sổ", section="register", required=True
    )
    issuing_agency: Agency = printed(at=Position.AGENCY, required=True, lines=3, upper=True)
    issue_date: IsoDate = printed(at=Position.DATE, required=True)
    signer_name: PersonName = printed(at=Position.SIGNER_NAME)


DOCUMENT = LandUseCertificate
