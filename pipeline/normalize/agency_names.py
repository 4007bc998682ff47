"""What agencies are called: departments of every level, phrases of which hundreds of names are made, abbreviations."""

from __future__ import annotations

from schemas.vietnamese import nfc

#: What stands after *BỘ*, *SỞ*, *PHÒNG* in the names of ministries and of departments of provinces and districts, of
#: today and before 2025.
DEPARTMENTS = tuple(
    nfc(name)
    for name in (
        "TÀI CHÍNH|TÀI CHÍNH - KẾ HOẠCH|KẾ HOẠCH VÀ ĐẦU TƯ|NỘI VỤ|TƯ PHÁP|Y TẾ|CÔNG THƯƠNG|XÂY DỰNG|GIAO THÔNG VẬN TẢI"
        "|GIÁO DỤC VÀ ĐÀO TẠO|KHOA HỌC VÀ CÔNG NGHỆ|THÔNG TIN VÀ TRUYỀN THÔNG|TÀI NGUYÊN VÀ MÔI TRƯỜNG"
        "|NÔNG NGHIỆP VÀ MÔI TRƯỜNG|NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN|LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"
        "|VĂN HÓA, THỂ THAO VÀ DU LỊCH|VĂN HÓA VÀ THỂ THAO|VĂN HÓA VÀ THÔNG TIN|VĂN HÓA - THÔNG TIN|VĂN HÓA - XÃ HỘI|DU LỊCH|NGOẠI VỤ"
        "|NGOẠI GIAO|QUỐC PHÒNG|CÔNG AN|DÂN TỘC|DÂN TỘC VÀ TÔN GIÁO|KINH TẾ|KINH TẾ VÀ HẠ TẦNG|QUẢN LÝ ĐÔ THỊ|KINH TẾ - HẠ TẦNG"
        "|KINH TẾ, HẠ TẦNG VÀ ĐÔ THỊ|ĐĂNG KÝ KINH DOANH|QUY HOẠCH - KIẾN TRÚC"
    ).split("|")
)
#: What hundreds of agencies are called by; their marks are never others.
PHRASES_OF_AGENCIES = (
    *(name for name in DEPARTMENTS if " " in name),
    *(
        nfc(phrase)
        for phrase in (
            "BẢO HIỂM XÃ HỘI|KIỂM TOÁN NHÀ NƯỚC|NGÂN HÀNG NHÀ NƯỚC|KHO BẠC NHÀ NƯỚC|VIỆT NAM|TỔNG CỤC THUẾ|CỤC THUẾ|CHI CỤC THUẾ"
            "|CHI CỤC|TỔNG CỤC|THI HÀNH ÁN DÂN SỰ|TÒA ÁN NHÂN DÂN|VIỆN KIỂM SÁT NHÂN DÂN|CÔNG AN|CỤC CẢNH SÁT|BAN CHỈ HUY QUÂN SỰ"
            "|BỘ CHỈ HUY QUÂN SỰ|BAN QUẢN LÝ|QUẢN LÝ DỰ ÁN|ĐẦU TƯ XÂY DỰNG|KHU KINH TẾ|KHU CÔNG NGHIỆP|VĂN PHÒNG|ĐĂNG KÝ ĐẤT ĐAI"
            "|CHI NHÁNH|TRUNG TÂM|TRUNG TÂM Y TẾ|PHỤC VỤ HÀNH CHÍNH CÔNG|THỦ TỤC HÀNH CHÍNH|KIỂM SOÁT|BỆNH VIỆN ĐA KHOA|BỆNH VIỆN"
            "|BAN TUYÊN GIÁO|ỦY BAN KIỂM TRA|BAN TỔ CHỨC|BAN DÂN VẬN|BAN NỘI CHÍNH|MẶT TRẬN TỔ QUỐC|LIÊN HIỆP PHỤ NỮ"
            "|HỘI NÔNG DÂN|HỘI CỰU CHIẾN BINH|LIÊN ĐOÀN LAO ĐỘNG|ĐOÀN THANH NIÊN|BAN CHẤP HÀNH|BAN THƯỜNG TRỰC|BAN THƯỜNG VỤ"
            "|TRUNG ƯƠNG|TRƯỜNG TIỂU HỌC|TRƯỜNG MẦM NON|TRƯỜNG THCS|TRƯỜNG THPT|TRUNG HỌC CƠ SỞ|TRUNG HỌC PHỔ THÔNG"
            "|TRƯỜNG ĐẠI HỌC|TRƯỜNG CAO ĐẲNG|CÔNG TY CỔ PHẦN|CÔNG TY TNHH|TỔNG CÔNG TY|CÔNG TY|ĐIỆN LỰC|CÔNG TRÌNH|CÔNG TRÌNH THỦY LỢI"
            "|HỘI ĐỒNG NHÂN DÂN|ỦY BAN NHÂN DÂN|ĐOÀN ĐẠI BIỂU QUỐC HỘI|QUỐC HỘI|CHÍNH PHỦ|THỦ TƯỚNG CHÍNH PHỦ|ỦY BAN THƯỜNG VỤ"
            "|BAN CHỈ ĐẠO|HỘI ĐỒNG BỒI THƯỜNG|BỒI THƯỜNG, HỖ TRỢ VÀ TÁI ĐỊNH CƯ|KIỂM LÂM|CỤC HẢI QUAN|TỔNG CỤC HẢI QUAN|CHĂN NUÔI VÀ THÚ Y"
            "|TRỒNG TRỌT VÀ BẢO VỆ THỰC VẬT|CHÍNH SÁCH XÃ HỘI|QUẢN LÝ THỊ TRƯỜNG|PHÁT TRIỂN QUỸ ĐẤT|KIỂM SOÁT BỆNH TẬT|BAN QUẢN LÝ DỰ ÁN"
            "|GIÁO DỤC NGHỀ NGHIỆP|GIÁO DỤC THƯỜNG XUYÊN|BỘ TƯ LỆNH|KHU VỰC"
        ).split("|")
    ),
)
ABBREVIATIONS = frozenset(
    nfc(word)
    for word in (
        "UBND HĐND MTTQ UBMTTQ TNCS THCS THPT GDTX TNHH MTV BQL TTYT BCH BTV BCĐ LĐLĐ LĐTBXH NNPTNT BHXH KBNN TAND VKSND LHPN"
        " CCB THADS QLDA CSĐT PCCC QLĐT TNMT KHĐT VHTT VHTTDL CNTT ATTP GTVT HCM QSDĐ UBTVQH ĐĐBQH VPĐK"
    ).split()
)
