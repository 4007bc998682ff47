"""How the papers of this folder are written down: a name, what stands where, and the fields that it must give."""

from __future__ import annotations

from typing import Any

NATIONAL = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
YOUTH = "ĐOÀN TNCS HỒ CHÍ MINH"

Case = tuple[str, dict[str, Any], dict[str, Any]]
"""Name, arguments of ``tests.pipeline.arranged.arranged``, and values of fields (None: the field must be missing)."""


def paper(name: str, left: list[str], right: list[str], wanted: dict[str, Any], **more: Any) -> Case:
    """One paper; an empty line stays empty."""
    return name, {"left": left, "right": right, **more}, wanted


def dated(text: str, *, gap: bool = False) -> list[str]:
    """The right column of a head; with a ``gap`` where the left one has a line more."""
    return [*NATIONAL, *([""] if gap else []), text]


def to(*recipients: str) -> list[str]:
    """The lines under *Nơi nhận*."""
    return ["Nơi nhận:", *recipients]
