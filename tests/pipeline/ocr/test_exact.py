"""How exactly generated pages are read, with the real engine. The seeds were never used for tuning.

One page each, so the limits are looser than those of ``bench/reading``, which averages over many.
"""

from __future__ import annotations

import pytest

from bench.metrics import cer_in_order, cer_order_free
from fixtures.generator import make_scan
from pipeline.clean import clean_page
from pipeline.ocr import read_page
from tests.pipeline.clean.sheets import scan_page


@pytest.mark.parametrize(
    ("type", "seed", "level", "order_free", "in_order"),
    [
        ("administrative_document", 6601, "light", 0.8, 2.0),
        ("household_business_registration", 6602, "medium", 0.8, 2.0),
        ("administrative_document", 6603, "heavy", 2.5, 4.0),
    ],
)
def test_error_rate(type, seed, level, order_free, in_order):
    scan = make_scan(type, seed, level)
    text = read_page(clean_page(scan_page(scan.pages[0]))).text
    truth = [line["text"] for line in scan.truth["pages"][0]["lines"]]
    edits, characters = cer_order_free(truth, text)
    assert 100 * edits / characters <= order_free
    edits, characters = cer_in_order(truth, text)
    assert 100 * edits / characters <= in_order
