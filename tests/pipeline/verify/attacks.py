"""What people do to signed files, on purpose or not, each as a function from a signed file to an attacked one."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


def _updated(signed: Path, target: Path, change: object) -> Path:
    """An incremental update that does ``change(writer)``."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed.read_bytes()))
    change(writer)  # type: ignore[operator]
    out = io.BytesIO()
    writer.write(out)
    target.write_bytes(out.getvalue())
    return target


def _first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page = writer.root["/Pages"]["/Kids"][0]
    writer.update_container(page)
    return page


def resaved(signed: Path, target: Path) -> Path:
    """Opened and saved again by a program that knows nothing of signatures."""
    with pikepdf.open(signed) as pdf:
        pdf.save(target)
    return target


def page_rotated(signed: Path, target: Path) -> Path:
    def change(writer: IncrementalPdfFileWriter) -> None:
        _first_page(writer)["/Rotate"] = generic.NumberObject(90)

    return _updated(signed, target, change)


def text_added(signed: Path, target: Path) -> Path:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        old = page.raw_get("/Contents")
        stream = generic.StreamObject(stream_data=b"BT /F0 30 Tf 50 400 Td <0041> Tj ET")
        page["/Contents"] = generic.ArrayObject([old, writer.add_object(stream)])

    return _updated(signed, target, change)


def annotation_added(signed: Path, target: Path) -> Path:
    """A square that hides something."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Square"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 50, 300, 300))),
                pdf_name("/IC"): generic.ArrayObject(map(generic.FloatObject, (1, 1, 1))),
            }
        )
        notes = page.get("/Annots", generic.ArrayObject())
        page["/Annots"] = generic.ArrayObject([*notes, writer.add_object(note)])

    return _updated(signed, target, change)


def page_added(signed: Path, target: Path) -> Path:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        new = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Page"),
                pdf_name("/Parent"): writer.root.raw_get("/Pages"),
                pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 300))),
                pdf_name("/Resources"): generic.DictionaryObject(),
            }
        )
        pages["/Kids"].append(writer.add_object(new))
        pages["/Count"] = generic.NumberObject(2)
        writer.update_container(pages)

    return _updated(signed, target, change)


def image_replaced(signed: Path, target: Path) -> Path:
    """Shadow attack, replace: an update puts another picture behind the same name."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        image = page["/Resources"]["/XObject"]["/Im0"]
        reference = page["/Resources"]["/XObject"].raw_get("/Im0").reference
        other = generic.StreamObject(
            {key: value for key, value in image.items() if key not in {"/Filter", "/DecodeParms", "/Length"}},
            stream_data=bytes(image["/Width"] * image["/Height"] * 3),
        )
        writer.objects[(reference.generation, reference.idnum)] = other

    return _updated(signed, target, change)


def content_hidden(signed: Path, target: Path) -> Path:
    """Shadow attack, hide: an update empties the content that lay over something."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        reference = page.raw_get("/Contents").reference
        writer.objects[(reference.generation, reference.idnum)] = generic.StreamObject(stream_data=b"q Q")

    return _updated(signed, target, change)


def other_catalogue(signed: Path, target: Path) -> Path:
    """Shadow attack, hide and replace: the trailer points to another document that was in the file all along."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Page"),
                pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 300))),
                pdf_name("/Resources"): generic.DictionaryObject(),
            }
        )
        tree = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Pages"),
                pdf_name("/Kids"): generic.ArrayObject([writer.add_object(page)]),
                pdf_name("/Count"): generic.NumberObject(1),
            }
        )
        reference = writer.add_object(tree)
        page["/Parent"] = reference
        writer.root["/Pages"] = reference
        writer.update_root()

    return _updated(signed, target, change)


def bytes_appended(signed: Path, target: Path) -> Path:
    target.write_bytes(signed.read_bytes() + b"\n% something behind the end\n")
    return target


def signature_wrapped(signed: Path, target: Path) -> Path:
    """The second signed range is moved behind new bytes (SWA): the digest still fits, the document is another."""
    data = signed.read_bytes()
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]", data)
    assert found
    first, length, start, tail = map(int, found.groups())
    injected = b"\n9999 0 obj\n<< /Evil true >>\nendobj\n" + b" " * 64
    moved = start + len(injected)
    new = b"/ByteRange [%d %d %d %d]" % (first, length, moved, tail)
    old = found.group(0)
    assert len(new) <= len(old) + 8
    # The range itself is inside the signed bytes: the forger keeps it and must offer another in the dictionary.
    wrapped = data[:start] + injected + data[start:]
    wrapped = wrapped.replace(
        old, new[: len(old) - 1].ljust(len(old) - 1) + b"]" if len(new) > len(old) else new.ljust(len(old)), 1
    )
    target.write_bytes(wrapped)
    return target


def range_shortened(signed: Path, target: Path) -> Path:
    """A signature that covers all but the end of its revision."""
    data = signed.read_bytes()
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)(\s*)\]", data)
    assert found
    tail = int(found[4]) - 30
    new = b"/ByteRange [%s %s %s %d%s]" % (found[1], found[2], found[3], tail, found[5])
    target.write_bytes(data.replace(found.group(0), new.ljust(len(found.group(0))), 1))
    return target


def signature_field_hidden(signed: Path, target: Path) -> Path:
    """The form is dropped from the catalogue, so that the file looks as if it had never been signed."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/AcroForm"]
        writer.update_root()

    return _updated(signed, target, change)


CHANGED = (
    page_rotated,
    text_added,
    annotation_added,
    page_added,
    image_replaced,
    content_hidden,
    other_catalogue,
)
