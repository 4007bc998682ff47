"""Names of signers under seals and signatures.

``covered`` gives the order: ``lines`` finds them, ``pen`` takes strokes out, ``vote`` weighs the readings with
``candidates`` (what people are called), ``likeness`` (letters) and ``overlay`` (how a name would look printed there).
"""

from pipeline.ocr.names.covered import vote_names
from pipeline.ocr.names.workings import pressed

__all__ = ["pressed", "vote_names"]
