"""Papers set by Chromium: the truth that the browser tells is where the print is; what is judged is counted once."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import numpy as np
import pytest

from bench.fields.typeset import Judged, faults, table

LETTER = """<!doctype html><meta charset=utf-8><title>letter</title><meta data-f=kind data-v="CÔNG VĂN"><meta data-f=excerpt data-open>
<section style="width:210mm;height:297mm;padding:20mm;background:white">
<header><div><p data-f=issuing_agency>ỦY BAN NHÂN DÂN<br>XÃ MỸ LỘC<p>Số: <b data-f=number>12/UBND-VP</b>.</div></header>
<div class=to><div data-f=recipients data-list><p>- Như trên;<p>- Lưu: VT.</div></div></section>
"""


def test_a_paper_tells_its_words_with_their_places_and_its_fields(tmp_path: Path):
    if not (shutil.which("chromium") or Path("/usr/bin/chromium").exists()):
        pytest.skip("no Chromium here")
    from fixtures.typeset import browser, set_paper

    source = tmp_path / "letter.html"
    source.write_text(LETTER, "utf-8")
    with browser() as running:
        paper = set_paper(running, source, Random(1))
    assert paper.fields == {
        "issuing_agency": "ỦY BAN NHÂN DÂN XÃ MỸ LỘC",
        "number": "12/UBND-VP",
        "recipients": ["Như trên", "Lưu: VT"],
        "kind": "CÔNG VĂN",
    }
    assert paper.handwritten == ("excerpt",)
    (sheet,) = paper.sheets
    assert [line.text for line in sheet.lines] == [
        "ỦY BAN NHÂN DÂN", "XÃ MỸ LỘC", "Số: 12/UBND-VP.", "- Như trên;", "- Lưu: VT.",
    ]  # fmt: skip
    picture = np.asarray(sheet.print.convert("L"))
    for word in (word for line in sheet.lines for word in line.words):
        left, top, right, bottom = word.box.as_list()
        assert picture[top:bottom, left:right].min() < 100


def test_what_is_wrong_and_sure_comes_first():
    one = Judged(
        "letter",
        "fax",
        ("a", "a"),
        (("number", "1", "7", 0.97, True), ("kind", "b", "b", 0.9, False)),
        3,
        100,
    )
    other = Judged("list", "fax", ("a", "unknown"), (("number", "1", None, 0.0, False),), 0, 100)
    assert (one.exact, one.wrong_and_sure) == (1, 1)
    assert table([one, other]).splitlines()[-1] == "| all | 2 | 1 | 3 | 33.3 % | 1 | 1.50 % |"
    assert faults([other, one]).splitlines()[0].startswith("SURE  letter~fax number")
