"""What shines through from the back of a sheet is not read into the lines of its front."""

from __future__ import annotations

import numpy as np
import pytest

from bench.metrics import cer_order_free
from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from tests.pipeline.running_text import TEXT, sheet


def _sheet(share: float) -> np.ndarray:
    """Lines of print, and their mirror image with a ``share`` of their darkness."""
    front = np.asarray(sheet(52, level=30))
    back = 255 - share * (255.0 - np.roll(front[:, ::-1], 17, axis=0))
    return np.minimum(front, back.astype(np.uint8))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.35])
def test_the_front_is_read_as_if_there_were_no_back(share):
    read = "\n".join(line.text for line in read_region(_sheet(share), lstm).lines)
    assert cer_order_free(TEXT, read)[0] <= 1
