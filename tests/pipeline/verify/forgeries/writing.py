"""How forgers write: incremental updates by pyHanko's writer, objects for them, places to put them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

Writer = IncrementalPdfFileWriter
Change = Callable[[Writer], object]
"""What is done with the writer of an incremental update; a reader by the book follows it."""

Forgery = Callable[[Path], bytes]
"""From a signed file to the bytes of a forged one."""

Made = TypeVar("Made", bound=Callable[..., object])


def registered(where: dict[str, Made]) -> Callable[[Made], Made]:
    """A decorator that puts functions into a dictionary by their names."""

    def put(made: Made) -> Made:
        where[made.__name__] = made
        return made

    return put


def updated(signed: Path, change: Change) -> bytes:
    """The file with one incremental update."""
    writer = Writer(io.BytesIO(signed.read_bytes()), strict=False)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


def dictionary(**entries: Any) -> generic.DictionaryObject:
    return generic.DictionaryObject({n(f"/{key}"): value for key, value in entries.items()})


def stream(data: bytes, **entries: Any) -> generic.StreamObject:
    return generic.StreamObject(dictionary(**entries), stream_data=data)


def page_of(w: Writer, number: int = 0) -> Any:
    page = w.root["/Pages"]["/Kids"][number]
    w.update_container(page)
    return page


def behind_its_number(w: Writer, holder: Any, key: str, new: generic.PdfObject) -> None:
    """Put another object behind the same number."""
    reference = holder.raw_get(key).reference
    w.objects[(reference.generation, reference.idnum)] = new


def field_of(w: Writer, name: str) -> Any:
    found = next(f.get_object() for f in w.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == name)
    w.update_container(found)
    return found


def drawn(w: Writer, data: bytes, box: tuple[float, ...] = (0, 0, 300, 40)) -> Any:
    form = stream(data, Type=n("/XObject"), Subtype=n("/Form"), BBox=numbers(*box))
    form["/Resources"] = dictionary(Font=dictionary(F=page_of(w)["/Resources"]["/Font"].raw_get("/F")))
    return w.add_object(form)


EVIL = b"BT /F 24 Tf 72 700 Td (Granted to Evil Eve) Tj ET"
PAID = b"BT /F 30 Tf 72 300 Td (Paid) Tj ET"
COVER = b"1 1 1 rg 0 0 300 40 re f 0 g BT /F 24 Tf 2 10 Td (Granted to Evil Eve) Tj ET"


def widget_of(w: Writer, rect: tuple[float, ...] = (72, 690, 372, 730), **entries: Any) -> Any:
    note = dictionary(
        Type=n("/Annot"),
        Rect=numbers(*rect),
        F=generic.NumberObject(4),
        P=w.root["/Pages"]["/Kids"].raw_get(0),
    )
    note["/AP"] = dictionary(N=drawn(w, COVER))
    for key, value in entries.items():
        note[n(f"/{key}")] = value
    return w.add_object(note)


def annotate(w: Writer, reference: Any) -> None:
    page = page_of(w)
    page["/Annots"] = generic.ArrayObject([*page["/Annots"], reference])


def add_to_form(w: Writer, reference: Any) -> None:
    form = w.root["/AcroForm"]
    form["/Fields"] = generic.ArrayObject([*form["/Fields"], reference])
    w.update_container(form)
    annotate(w, reference)


def signed_field(w: Writer) -> Any:
    fields = (field.get_object() for field in w.root["/AcroForm"]["/Fields"])
    found = next(field for field in fields if field["/FT"] == "/Sig" and "/V" in field)
    w.update_container(found)
    return found


def in_the_catalogue(key: str, value: Callable[[Writer], generic.PdfObject]) -> Change:
    def change(w: Writer) -> None:
        w.root[n(key)] = value(w)
        w.update_root()

    return change
