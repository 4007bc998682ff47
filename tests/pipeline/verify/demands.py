"""What a verification must say."""

from __future__ import annotations

from pipeline.verify import Verdict, Verification


def demand_forged(result: Verification) -> None:
    """Not valid, and not a word that the document is as it was."""
    assert result.verdict is Verdict.INVALID
    assert "không bị thay đổi" not in result.message_vi
    assert "nguyên vẹn" not in result.message_vi
