"""Codes of dossiers, procedures and result papers on the national service portal."""

from __future__ import annotations

import re

_PROCEDURE = re.compile(r"(?<![\d.])\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[HG]\d{2})?(?![\d])")
_RESULT = re.compile(r"KQ\.G\d{2}\.\d{6}")


def is_dossier_code(text: str) -> bool:
    """The grammar is kept and the middle is a day: unit, agency (H01–H63, G01–G99), yymmdd, serial."""
    found = re.fullmatch(r"\d{3}(?:\.\d{2}){1,3}\.([HG])(\d{2})-\d{2}(\d{2})(\d{2})-\d{4,6}", text)
    if not found:
        return False
    province_right = found[1] == "G" or 1 <= int(found[2]) <= 63
    return province_right and 1 <= int(found[3]) <= 12 and 1 <= int(found[4]) <= 31


def find_procedure_code(text: str) -> str | None:
    """``N.NNNNNN`` with its optional suffix ``.000.00.00.Hxx``; None where there is none."""
    found = _PROCEDURE.search(text)
    return found.group() if found else None


def find_result_code(text: str) -> str | None:
    """Code of a result paper, ``KQ.G15.000031``; None where there is none."""
    found = _RESULT.search(text)
    return found.group() if found else None
