"""What to do, for who asks by HTTP: who has no command line is not told to use one.

Faults of the server itself (its archive, its database) keep their commands: those are for who runs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemas.errors import ExitStatus, SohoaError

_INSTEAD: Mapping[str, tuple[str, str]] = {
    "ended": (
        "Its history tells how it ended: GET /api/v1/records/{id}/history",
        "Lịch sử của giấy tờ cho biết vì sao hết hiệu lực: GET /api/v1/records/{id}/history",
    ),
    "other_person": (
        "Look at both papers; where it is meant all the same, send force: true.",
        "Xem lại cả hai giấy; nếu đúng là thay thế, gửi kèm force: true.",
    ),
    "contradiction": (
        "Look again; if the paper itself says so, send a reason with it.",
        "Xem lại; nếu chính giấy ghi như vậy, ghi thêm lý do.",
    ),
    "unknown_id": ("Look it up: GET /api/v1/records", "Tìm lại: GET /api/v1/records"),
    "unknown_type": ("The types: GET /api/v1/types", "Tên các loại giấy tờ: GET /api/v1/types"),
    "wrong_procedure": ("The procedures: GET /api/v1/procedures", "Danh sách: GET /api/v1/procedures"),
    "unknown_procedure": ("The procedures: GET /api/v1/procedures", "Danh sách: GET /api/v1/procedures"),
    "unknown_case": (
        "The cases stand with each procedure: GET /api/v1/procedures",
        "Các trường hợp ghi ở từng thủ tục: GET /api/v1/procedures",
    ),
    "key_elsewhere": (
        "Sign it in two steps: POST /api/v1/records/{id}/signatures, then PUT /api/v1/signatures/{name}",
        "Ký hai bước: POST /api/v1/records/{id}/signatures, rồi PUT /api/v1/signatures/{name}",
    ),
}
"""By the code of the error, where nothing else is left of its hint."""


def hints_of(error: SohoaError, contract: str) -> tuple[str, str]:
    """The hint in English and in Vietnamese; ``contract`` is the address of the contract, which tells what can be asked."""
    hints = (error.hint, error.hint_vi)
    if error.status not in {ExitStatus.USAGE, ExitStatus.REJECTED} or not any(map(_names_command, hints)):
        return hints
    if error.code in _INSTEAD:
        return _INSTEAD[error.code]
    english, vietnamese = map(_without_commands, hints)
    return (
        english or f"See what this address takes in {contract}",
        vietnamese or f"Xem {contract} để biết cách gọi địa chỉ này",
    )


def _names_command(text: str) -> bool:
    return "sohoa " in text or "--" in text


def _without_commands(text: str) -> str:
    """The sentences, and parts of them, that name no command.

    >>> _without_commands("Type it as it stands on the receipt; --force takes any other code as it is.")
    'Type it as it stands on the receipt.'
    """
    kept = [part for part in re.split(r"(?<=[.;])\s+", text) if not _names_command(part)]
    return re.sub(r";$", ".", " ".join(kept))
