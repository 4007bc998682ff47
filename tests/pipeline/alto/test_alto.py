"""ALTO holds every word with its place on the scan, in order, and nothing depends on the clock."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from pipeline.alto import NAMESPACE, write_alto
from pipeline.model import PageReading
from schemas.geometry import Affine, Box
from schemas.text import Block, BlockKind, Cell, Line, PageText, Word

NS = {"a": NAMESPACE}


def _line(*words: str, top: float = 10.0) -> Line:
    return Line(
        tuple(Word(w, Box(10 + 50 * i, top, 50 + 50 * i, top + 20), 0.9) for i, w in enumerate(words))
    )


def _page(
    number: int, *blocks: Block, to_scan: Affine | None = None, turns: int = 0, blank: bool = False
) -> PageReading:
    width, height = (1000, 700) if turns % 2 else (700, 1000)
    text = PageText(number, 700, 1000, 100.0, blocks, to_scan or Affine())
    return PageReading(number, width, height, 100.0, turns, text, blank)


def _parsed(*pages: PageReading) -> etree._Element:
    return etree.fromstring(_written(pages))


def _written(pages: Sequence[PageReading]) -> bytes:
    with TemporaryDirectory() as folder:
        write_alto(pages, Path(folder) / "text.xml")
        return (Path(folder) / "text.xml").read_bytes()


def test_words_in_order_with_confidence() -> None:
    body = Block(BlockKind.BODY, (_line("Nguyễn", "Thị", "Ánh"), _line("Đắk", "Lắk", top=40)))
    root = _parsed(_page(1, body), _page(2, Block(BlockKind.TITLE, (_line("QUYẾT", "ĐỊNH"),))))
    strings = root.findall(".//a:String", NS)
    assert [s.get("CONTENT") for s in strings] == "Nguyễn Thị Ánh Đắk Lắk QUYẾT ĐỊNH".split()
    assert {s.get("WC") for s in strings} == {"0.90"}
    assert [len(line.findall("a:SP", NS)) for line in root.findall(".//a:TextLine", NS)] == [2, 1, 1]
    assert [page.get("PHYSICAL_IMG_NR") for page in root.findall(".//a:Page", NS)] == ["1", "2"]


def test_places_are_pixels_of_the_page_as_scanned() -> None:
    """The scan lay on its side: one clockwise turn makes it upright."""
    turned = Affine(0, 1, 0, -1, 0, 700)
    root = _parsed(_page(1, Block(BlockKind.BODY, (_line("chữ"),)), to_scan=turned, turns=1))
    (word,) = root.findall(".//a:String", NS)
    assert [word.get(k) for k in ("HPOS", "VPOS", "WIDTH", "HEIGHT")] == ["10", "650", "20", "40"]
    (page,) = root.findall(".//a:Page", NS)
    assert (page.get("WIDTH"), page.get("HEIGHT")) == ("1000", "700")


def test_kinds_cells_and_corrections_are_told() -> None:
    fixed = Line((Word("Hưng", Box(0, 0, 9, 9), 1.2, read="Hung"),))
    root = _parsed(
        _page(1, Block(BlockKind.CELL, (fixed,), Cell(0, 2, 1)), Block(BlockKind.SIGNATURE, (_line("ký"),)))
    )
    ids = {tag.get("ID"): tag.get("LABEL") for tag in root.find("a:Tags", NS)}
    cell, signature = root.findall(".//a:TextBlock", NS)
    assert [ids[tag] for tag in cell.get("TAGREFS").split()] == ["cell", "table 0 row 2 column 1"]
    assert ids[signature.get("TAGREFS")] == "signature"
    word = cell.find(".//a:String", NS)
    assert (word.get("WC"), word.find("a:ALTERNATIVE", NS).text) == ("1.00", "Hung")


def test_empty_and_blank_pages() -> None:
    root = _parsed(_page(1, Block(BlockKind.BODY, ())), _page(2, blank=True))
    assert root.findall(".//a:TextBlock", NS) == []
    assert [page.get("PAGECLASS") for page in root.findall(".//a:Page", NS)] == [None, "blank"]
    assert root.findall(".//*[@ID]", NS)


def test_ids_are_unique_and_the_same_input_gives_the_same_bytes() -> None:
    pages = [
        _page(n, Block(BlockKind.BODY, (_line("a", "b"), _line("c"))), Block(BlockKind.BODY, (_line("d"),)))
        for n in (3, 4)
    ]
    data = _written(pages)
    assert data == _written(tuple(pages))
    ids = [element.get("ID") for element in etree.fromstring(data).iter() if element.get("ID")]
    assert len(ids) == len(set(ids))


def test_words_that_xml_cannot_hold() -> None:
    odd = Line((Word("a\u0000b\u000c", Box(0, 0, 9, 9), 0.5), Word('<&>"', Box(10, 0, 19, 9), 0.5)))
    strings = _parsed(_page(1, Block(BlockKind.BODY, (odd,)))).findall(".//a:String", NS)
    assert [s.get("CONTENT") for s in strings] == ["ab", '<&>"']
