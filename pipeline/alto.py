"""What was read, as ALTO 4 XML (Library of Congress), the form in which libraries and archives keep text with places.

Boxes are pixels of the page as scanned, the same as the evidence of a record's fields. Block kinds and table cells are
tags. The output depends on the input alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model import PageReading
from schemas.geometry import Affine, Box
from schemas.text import Block, Cell, Line

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
SCHEMA = "http://www.loc.gov/alto/v4/alto-4-4.xsd"
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def write_alto(pages: Sequence[PageReading], target: Path) -> None:
    """ALTO 4.4, UTF-8, of these pages in their order; words keep their order, confidence (0–1) and correction.

    Page by page, so that memory does not grow with their number.
    """
    from lxml import etree

    located = {f"{{{_XSI}}}schemaLocation": f"{NAMESPACE} {SCHEMA}"}
    with target.open("wb") as out, etree.xmlfile(out, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(f"{{{NAMESPACE}}}alto", located, nsmap={None: NAMESPACE, "xsi": _XSI}):
            for part in _head(pages):
                file.write(part, pretty_print=True)
            with file.element(f"{{{NAMESPACE}}}Layout"):
                for page in pages:
                    file.write(_page(page), pretty_print=True)


def _head(pages: Sequence[PageReading]) -> _Element:
    """What stands before the pages."""
    from lxml import etree

    root = etree.Element(f"{{{NAMESPACE}}}alto", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    description = _child(root, "Description")
    _child(description, "MeasurementUnit").text = "pixel"
    processing = _child(description, "Processing", ID="sohoa")
    _child(_child(processing, "processingSoftware"), "softwareName").text = "Sohoa"
    _tags(root, pages)
    return root


def _child(parent: _Element, name: str, **attributes: str) -> _Element:
    from lxml import etree

    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)


def _tags(root: _Element, pages: Sequence[PageReading]) -> None:
    kinds, cells = set[str](), set[Cell]()
    for page in pages:
        kinds.update(str(block.kind) for block in page.text.blocks)
        cells.update(block.cell for block in page.text.blocks if block.cell)
    if not kinds:
        return
    tags = _child(root, "Tags")
    for cell in sorted(cells, key=lambda c: (c.table, c.row, c.column)):
        label = f"table {cell.table} row {cell.row} column {cell.column}"
        _child(tags, "LayoutTag", ID=_cell_id(cell), TYPE="cell", LABEL=label)
    for kind in sorted(kinds):
        _child(tags, "StructureTag", ID=f"kind_{kind}", TYPE="block", LABEL=kind)


def _cell_id(cell: Cell) -> str:
    return f"cell_{cell.table}_{cell.row}_{cell.column}"


def _place(box: Box) -> dict[str, str]:
    left, top, right, bottom = box.as_list()
    return {
        "HPOS": str(left),
        "VPOS": str(top),
        "WIDTH": str(max(right - left, 0)),
        "HEIGHT": str(max(bottom - top, 0)),
    }


def _page(reading: PageReading) -> _Element:
    from lxml import etree

    number = f"p{reading.number}"
    size = {"WIDTH": str(reading.width), "HEIGHT": str(reading.height)}
    attributes = {"ID": number, "PHYSICAL_IMG_NR": str(reading.number), "LANG": "vi", **size}
    if reading.quarter_turns:
        attributes["ROTATION"] = str(
            90 * reading.quarter_turns
        )  # counterclockwise, as the text lies on the scan
    if reading.blank:
        attributes["PAGECLASS"] = "blank"
    page = etree.Element(f"{{{NAMESPACE}}}Page", attributes, nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    space = _child(page, "PrintSpace", ID=f"{number}_s", HPOS="0", VPOS="0", **size)
    for position, block in enumerate((b for b in reading.text.blocks if b.lines), start=1):
        _block(space, f"{number}_b{position}", block, reading.text.to_scan)
    return page


def _block(space: _Element, name: str, block: Block, to_scan: Affine) -> None:
    boxes = [to_scan.box(line.box) for line in block.lines]
    around = Box(
        min(b.left for b in boxes),
        min(b.top for b in boxes),
        max(b.right for b in boxes),
        max(b.bottom for b in boxes),
    )
    tags = f"kind_{block.kind}" + (f" {_cell_id(block.cell)}" if block.cell else "")
    element = _child(space, "TextBlock", ID=name, TAGREFS=tags, **_place(around))
    for position, (line, box) in enumerate(zip(block.lines, boxes, strict=True), start=1):
        text_line = _child(element, "TextLine", ID=f"{name}_l{position}", **_place(box))
        for child, attributes in _strings(line, f"{name}_l{position}", to_scan):
            _string(text_line, child, attributes)


def _strings(line: Line, name: str, to_scan: Affine) -> Iterator[tuple[str, dict[str, str]]]:
    """Strings with a space (SP) between them; ``read`` is what the recogniser gave before a correction."""
    previous: Box | None = None
    for position, word in enumerate(line.words, start=1):
        box = to_scan.box(word.box)
        if previous is not None:
            yield "SP", {"HPOS": str(round(previous.right)), "VPOS": str(round(previous.top))}
        attributes = {"ID": f"{name}_w{position}", "CONTENT": _legal(word.text), **_place(box)}
        attributes["WC"] = f"{min(max(word.confidence, 0.0), 1.0):.2f}"
        yield (
            "String",
            attributes | ({"read": _legal(word.read)} if word.read and word.read != word.text else {}),
        )
        previous = box


def _legal(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return _ILLEGAL.sub("", text)


def _string(text_line: _Element, name: str, attributes: dict[str, str]) -> None:
    read = attributes.pop("read", None)
    element = _child(text_line, name, **attributes)
    if read is not None:
        _child(element, "ALTERNATIVE", PURPOSE="as read").text = read
