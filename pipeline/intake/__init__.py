"""Intake: files are opened as what they are, never as what they are called; what is cut off or contradicts itself is told."""

from pipeline.intake.scan import DEFAULT_LIMITS, Limits, keep_own, take_in

__all__ = ["DEFAULT_LIMITS", "Limits", "keep_own", "take_in"]
