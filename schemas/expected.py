"""How a value of each kind is typed: what a person reads who typed something that is not understood."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.values import Kind

EXPECTED: Mapping[Kind, tuple[str, str]] = {
    Kind.TEXT: ("Gõ như trên giấy.", "Type it as the paper has it."),
    Kind.NAME: ("Gõ họ tên như trên giấy.", "Type the name as the paper has it."),
    Kind.TITLE: ("Gõ chức vụ như trên giấy.", "Type the title as the paper has it."),
    Kind.AGENCY: ("Gõ tên cơ quan như trên giấy.", "Type the agency as the paper has it."),
    Kind.ADDRESS: ("Gõ địa chỉ như trên giấy.", "Type the address as the paper has it."),
    Kind.DATE: (
        "Ghi một ngày: ngày/tháng/năm, ví dụ 05/03/2020 (giấy chỉ có tháng thì 03/2020, chỉ có năm thì 2020).",
        "One day as day/month/year, 05/03/2020 (03/2020 or 2020 where the paper says no more).",
    ),
    Kind.DATE_TIME: (
        "Ghi giờ và ngày, ví dụ 08:30 05/03/2020, hoặc chỉ ngày 05/03/2020.",
        "Hour and day, 08:30 05/03/2020, or the day alone.",
    ),
    Kind.DATE_WORDS: (
        "Ghi ngày bằng chữ như trên giấy, ví dụ Ngày năm tháng ba năm hai nghìn không trăm hai mươi.",
        "The date in words, as the paper has it.",
    ),
    Kind.YEAR: ("Ghi năm bằng bốn chữ số, ví dụ 1985.", "A year of four digits: 1985."),
    Kind.SEX: ("Ghi Nam hoặc Nữ.", "Nam or Nữ."),
    Kind.ETHNICITY: ("Ghi tên dân tộc, ví dụ Kinh.", "An ethnic group: Kinh."),
    Kind.NATIONALITY: (
        "Ghi tên nước bằng tiếng Việt, ví dụ Việt Nam.",
        "A country in Vietnamese: Việt Nam.",
    ),
    Kind.PERSONAL_ID: (
        "Số định danh có đúng 12 chữ số (CMND cũ: 9), mỗi ô một số.",
        "One number of 12 digits (9 of an old card).",
    ),
    Kind.OLD_ID: ("Số CMND có đúng 9 chữ số.", "One number of 9 digits."),
    Kind.TAX_CODE: (
        "Mã số có 10 chữ số, hoặc 10 và 3 chữ số: 0100109106-001.",
        "10 digits, or 10 and 3: 0100109106-001.",
    ),
    Kind.DOCUMENT_NUMBER: (
        "Chỉ ghi một số và ký hiệu, không cách giữa các chữ số, ví dụ 12/2024/QĐ-UBND hoặc 45.",
        "One number with its mark, no blank between digits: 12/2024/QĐ-UBND, or 45.",
    ),
    Kind.DOSSIER_CODE: (
        "Ghi mã hồ sơ như trên giấy tiếp nhận, ví dụ 000.00.01.H48-250117-0012.",
        "The code of a dossier: 000.00.01.H48-250117-0012.",
    ),
    Kind.SERIAL: (
        "Ghi chữ cái rồi 6 đến 8 chữ số viết liền, ví dụ CS 01234567.",
        "Letters, then 6 to 8 digits: CS 01234567.",
    ),
    Kind.PHONE: (
        "Ghi một số điện thoại, ví dụ 0912 345 678.",
        "One phone number: 0912 345 678.",
    ),
    Kind.MONEY: (
        "Ghi số tiền bằng chữ số, ví dụ 2.500.000.000 hoặc 2 tỷ 500 triệu.",
        "An amount in digits: 2.500.000.000 or 2 tỷ 500 triệu.",
    ),
    Kind.DECIMAL: (
        "Ghi một số, dấu phẩy trước phần lẻ, ví dụ 1.234,5; nếu là một nghìn hai trăm ba mươi tư thì ghi 1234, không ghi 1,234.",
        "One number with a comma before its decimals: 1.234,5; not 1,234, which may mean two things.",
    ),
    Kind.COUNT: ("Ghi một số nguyên, ví dụ 3.", "One whole number: 3."),
    Kind.PARCEL: (
        "Ghi số thửa hoặc số tờ, nhiều số thì cách nhau bằng dấu phẩy, ví dụ 12 hoặc 12,13.",
        "The number; several with commas between: 12 or 12,13.",
    ),
    Kind.LIST: (
        "Ghi từng mục, cách nhau bằng dấu chấm phẩy.",
        "The items, with semicolons between.",
    ),
}
"""Kind → Vietnamese, English."""

_RUNNING = {Kind.TEXT: 10_000, Kind.LIST: 10_000}
_NAMES = dict.fromkeys((Kind.NAME, Kind.TITLE, Kind.AGENCY, Kind.ADDRESS), 1_000)
_LONGEST = _RUNNING | _NAMES | {Kind.DATE_WORDS: 300}


def longest(kind: Kind) -> int:
    """Characters of a value of this kind at most; what is longer is none."""
    return _LONGEST.get(kind, 100)
