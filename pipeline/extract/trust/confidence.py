"""How sure we are of a field: of those said to be 95 % sure and more, which the clerk need not look at, 99.5 % are right.

The evidence (``evidence.py``) is weighed by a logistic regression of its class, and the score is turned into a share of
right values by a rising curve. Weights and curve are plain numbers in ``data/confidence.json``, fitted on generated
papers by ``python -m bench.fields --fit``; ``docs/confidence.md`` tells the method and how true it is.
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.calibration import Calibration, committed
from pipeline.extract.trust.evidence import FIGURES, FieldClass, Figures

DOUBTED = 0.6
"""No field whose check failed is surer than this."""
LEGIBLE, LEGIBLE_DIGITS, LEGIBLE_OF_LIST, UNSEEN = 0.7, 1.0, 0.3, 0.94
"""A value with a word that is less than 80 % sure (0.7 nines), with digits 90 %, one of a list 50 %, and that no other field
confirms, is never surer than 0.94: forms of which nothing was generated may hold words that are worse read than these
were. No grammar tells one digit from another, and of a number another field confirms only the letters: 80 % then."""

_LEAST = {
    FieldClass.AGENCY: LEGIBLE_DIGITS,  # what no list holds of it is a name: *CHU VĂN AN* and *CHỦ*
    FieldClass.CODE: LEGIBLE_DIGITS,
    FieldClass.DATE: LEGIBLE_DIGITS,
    FieldClass.FIGURE: LEGIBLE_DIGITS,
    FieldClass.LISTED: LEGIBLE_OF_LIST,
    FieldClass.OFFICE: LEGIBLE_OF_LIST,
}


def confidence(of: FieldClass, figures: Figures, *, valid: bool) -> float:
    """0–1, three digits. A failed check never leaves a value sure."""
    known = calibration()
    share = known.share(known.score(of, figures))
    least = _LEAST.get(of, LEGIBLE)
    if figures.agreed:
        least = LEGIBLE if of is FieldClass.CODE else 0.0
    if figures.weakest < least:
        share = min(share, UNSEEN)
    return round(share if valid else min(0.6 * share, DOUBTED), 3)


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The committed calibration. Raises ValueError when it was fitted for other figures than ``evidence`` gives."""
    return committed("pipeline.extract.trust", "figures", FIGURES, "python -m bench.fields --fit")
