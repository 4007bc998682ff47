"""Tax and enterprise codes (*mã số thuế, mã số doanh nghiệp*) and phone numbers."""

from __future__ import annotations

import re


def is_tax_code(text: str) -> bool:
    """The form and the check digit are right (weights 31 29 23 19 17 13 7 5 3, modulo 11)."""
    from stdnum.vn import mst  # brings ssl along, which no other paper needs

    return bool(re.fullmatch(r"\d{10}(-\d{3})?", text, re.ASCII)) and mst.is_valid(text)


def was_phone(text: str) -> bool:
    """A number of the plan before 2017: land lines with area codes as *04* and *0780*, mobile ones of 11 digits (Circular 22/2014/TT-BTTTT)."""
    return bool(re.fullmatch(r"0[2-8]\d{8,9}|01\d{9}", text, re.ASCII))


def is_phone(text: str) -> bool:
    """A mobile number of 10 digits (03, 05, 07, 08, 09), or a land line of 10 or 11 (02…), also with ``+84``."""
    return bool(re.fullmatch(r"(?:0|\+84)(?:[35789]\d{8}|2\d{8,9})", text, re.ASCII))
