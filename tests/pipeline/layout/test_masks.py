"""Which pixels are ink."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.layout.masks import page_mask


@pytest.mark.parametrize("letters", [0, 1, 40])
def test_the_grain_of_a_page_with_little_ink_is_none(letters: int) -> None:
    noise = np.random.default_rng(20261130)
    darker = (
        noise.random((1200, 900)) < 0.55
    )  # Otsu's threshold lies between the two, above the middle of all
    grain = np.where(darker, noise.normal(228, 6, darker.shape), noise.normal(244, 5, darker.shape))
    page = np.clip(grain, 0, 255).astype(np.uint8)
    ink = np.zeros(page.shape, bool)
    for place in range(letters):
        ink[
            100 + 20 * (place // 20) : 112 + 20 * (place // 20),
            100 + 20 * (place % 20) : 105 + 20 * (place % 20),
        ] = True
    page[ink] = 60
    mask = page_mask(page) > 0
    assert mask[ink].all()
    assert mask[~ink].mean() < 0.001
