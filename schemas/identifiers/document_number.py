"""Numbers of documents (*số, ký hiệu văn bản*) and the kinds they belong to: Decree 30/2020/NĐ-CP annexes I and III."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Kind of document as its title prints it → abbreviation in its number. Annex III, then kinds of the law on laws, what
#: agencies issue together, and others.
KINDS = {
    "NGHỊ QUYẾT": "NQ",
    "QUYẾT ĐỊNH": "QĐ",
    "CHỈ THỊ": "CT",
    "QUY CHẾ": "QC",
    "QUY ĐỊNH": "QyĐ",
    "THÔNG CÁO": "TC",
    "THÔNG BÁO": "TB",
    "HƯỚNG DẪN": "HD",
    "CHƯƠNG TRÌNH": "CTr",
    "KẾ HOẠCH": "KH",
    "PHƯƠNG ÁN": "PA",
    "ĐỀ ÁN": "ĐA",
    "DỰ ÁN": "DA",
    "BÁO CÁO": "BC",
    "BIÊN BẢN": "BB",
    "TỜ TRÌNH": "TTr",
    "HỢP ĐỒNG": "HĐ",
    "CÔNG ĐIỆN": "CĐ",
    "BẢN GHI NHỚ": "BGN",
    "BẢN THỎA THUẬN": "BTT",
    "GIẤY ỦY QUYỀN": "GUQ",
    "GIẤY MỜI": "GM",
    "GIẤY GIỚI THIỆU": "GGT",
    "GIẤY NGHỈ PHÉP": "GNP",
    "PHIẾU GỬI": "PG",
    "PHIẾU CHUYỂN": "PC",
    "PHIẾU BÁO": "PB",
    "THƯ CÔNG": "TCg",
    "BẢN CAM KẾT": "BCK",
    "NGHỊ ĐỊNH": "NĐ",
    "THÔNG TƯ": "TT",
    "THÔNG TƯ LIÊN TỊCH": "TTLT",
    "LUẬT": "QH",
    "PHÁP LỆNH": "PL",
    "LỆNH": "L",
    "GIẤY CHỨNG NHẬN": "GCN",
    "GIẤY XÁC NHẬN": "GXN",
    "GIẤY PHÉP": "GP",
    "KẾT LUẬN": "KL",
    "VĂN BẢN HỢP NHẤT": "VBHN",
    "NGHỊ QUYẾT LIÊN TỊCH": "NQLT",
    "KẾ HOẠCH LIÊN TỊCH": "KHLT",
    "HƯỚNG DẪN LIÊN TỊCH": "HDLT",
    "CHƯƠNG TRÌNH LIÊN TỊCH": "CTLT",
    "CHƯƠNG TRÌNH PHỐI HỢP": "CTPH",
    "KẾ HOẠCH PHỐI HỢP": "KHPH",
    "QUY CHẾ PHỐI HỢP": "QCPH",
    "THƯ MỜI": "TM",
    "BẰNG KHEN": "BK",
    "GIẤY KHEN": "GK",
    "LỜI KÊU GỌI": "LKG",
    "BẢN ÁN": "BA",
    "KIẾN NGHỊ": "KN",
    "CÔNG VĂN": "CV",
}
LETTER = "CÔNG VĂN"
"""Kind of a letter, whose title is not printed and whose number has no abbreviation of a kind."""

_BY_ABBREVIATION = {abbreviation: kind for kind, abbreviation in KINDS.items()} | {
    "CTrPH": "CHƯƠNG TRÌNH PHỐI HỢP"
}


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """``serial`` (digits, "" where not legible), ``year`` if printed, ``mark`` (kind and issuer, ``QĐ-UBND``).

    ``sign`` stands between serial and mark: a slash, or the hyphen that the Party's offices print (``11-CT/TW``), and papers of the
    nineties, whose mark ends with the kind (``11-LĐTBXH/TT``).
    """

    serial: str
    year: str | None
    mark: str
    sign: str = "/"

    def __str__(self) -> str:
        return f"{self.serial}{f'/{self.year}' if self.year else ''}{self.sign}{self.mark}"

    @property
    def first(self) -> str:
        """What the mark begins with: the abbreviation of a kind (``QĐ``), or of who issued it."""
        return re.split("[-/]", self.mark)[0]

    @property
    def last(self) -> str:
        """What stands behind the last slash of the mark; "" where it has none."""
        return self.mark.rpartition("/")[2] if "/" in self.mark else ""

    @property
    def kind(self) -> str | None:
        """The kind whose abbreviation the mark begins or ends with; ``CÔNG VĂN`` where it does with none."""
        told = _BY_ABBREVIATION.get(self.first) or _BY_ABBREVIATION.get(self.last)
        return told or (LETTER if "-" in self.mark else None)

    @property
    def issuers(self) -> tuple[str, ...]:
        """Initials of all who issued it together: ``BTC``, ``BTP`` of ``TTLT-BTC-BTP``; empty where no kind stands beside them."""
        first, *others = re.split("[-/]", self.mark)
        if first in _BY_ABBREVIATION:
            return tuple(others)
        return (first, *others[:-1]) if self.last in _BY_ABBREVIATION else ()

    @property
    def issuer(self) -> str | None:
        """Initials of who issued it: ``UBND`` of ``QĐ-UBND`` where nothing else stands behind the kind, ``TCT`` of a letter's ``TCT-CS``."""
        first, *others = re.split("[-/]", self.mark)
        if first in _BY_ABBREVIATION or self.last in _BY_ABBREVIATION:
            return self.issuers[0] if len(self.issuers) == 1 else None
        return first if others else None
