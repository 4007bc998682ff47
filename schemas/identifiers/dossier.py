"""Codes of dossiers, procedures and result papers on the national service portal."""

from __future__ import annotations

import re

_PROCEDURE = re.compile(r"(?<![\d.])\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[HG]\d{2})?(?![\d])", re.ASCII)
RESULT_CODE = re.compile(r"KQ\.G\d{2}\.\d{6}", re.ASCII)
"""The code of a kind of result in the national catalogue (*KQ.G15.000031*)."""


_BEFORE = re.compile(r"\d{3}(?:\.\d{2}){1,3}\.([HG])(\d{2})-\d{2}(\d{2})(\d{2})-\d{4,6}", re.ASCII)
_AGENCY_FIRST = re.compile(r"([HG])(\d{2})(?:\.\d{1,3}){1,3}-\d{2}(\d{2})(\d{2})-\d{4,6}", re.ASCII)
"""With the agency's code of Decision 20/2020/QĐ-TTg in front: ``H48.31-251104-0038``."""

_SINCE_2026 = re.compile(r"([HG])(\d{2})\.\d{3}\.\d{2}-\d{2}(\d{2})(\d{2})-[A-Z0-9]{2}\d{4}", re.ASCII)
"""``MX1X2.Y1Y2Y3.Z1Z2-YYMMDD-AAXXXX`` of Circular 04/2025/TT-VPCP, in force since 25 January 2026."""

DOSSIER_PATTERN = "|".join(form.pattern for form in (_BEFORE, _SINCE_2026, _AGENCY_FIRST))
"""The grammar alone, also for a browser's ``pattern``."""


def is_dossier_code(text: str) -> bool:
    """The grammar is kept and the middle is a day: unit, agency (H01–H63, G01–G99), yymmdd, serial; in the old form, the new, or that between them.

    >>> [is_dossier_code(code) for code in ("000.00.01.H48-250117-0012", "H48.012.03-260214-AB0123", "H48.31-251104-0038")]
    [True, True, True]
    >>> is_dossier_code("H48.012.03-261314-AB0123")
    False
    """
    found = _BEFORE.fullmatch(text) or _SINCE_2026.fullmatch(text) or _AGENCY_FIRST.fullmatch(text)
    if not found:
        return False
    province_right = found[1] == "G" or 1 <= int(found[2]) <= 63
    return province_right and 1 <= int(found[3]) <= 12 and 1 <= int(found[4]) <= 31


def find_procedure_code(text: str) -> str | None:
    """``N.NNNNNN`` with its optional suffix ``.000.00.00.Hxx``; None where there is none."""
    found = _PROCEDURE.search(text)
    return found.group() if found else None
