"""What changes how content looks, prints or is read aloud: fonts, colours, the page beside its content, states, layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.generic import pdf_string

from tests.pipeline.verify.forgeries.writing import (
    EVIL,
    Change,
    Writer,
    behind_its_number,
    dictionary,
    field_of,
    in_the_catalogue,
    numbers,
    page_of,
    registered,
    stream,
)

UPDATES: dict[str, Change] = {}
_update = registered(UPDATES)


# Fonts and colours


@_update
def widths_of_a_font(w: Writer) -> None:
    font = page_of(w)["/Resources"]["/Font"]["/F"]
    font["/FirstChar"], font["/Widths"] = generic.NumberObject(32), numbers(*[10] * 90)
    w.update_container(font)


@_update
def what_letters_are_copied_as(w: Writer) -> None:
    """Nothing shows; who copies the text, or has it read aloud, gets another."""
    font = page_of(w)["/Resources"]["/Font"]["/F"]
    font["/ToUnicode"] = w.add_object(stream(b"1 beginbfchar <4D> <0045> endbfchar"))
    w.update_container(font)


@_update
def all_colours(w: Writer) -> None:
    resources = page_of(w)["/Resources"]
    resources["/ColorSpace"] = dictionary(
        DefaultGray=generic.ArrayObject(
            [n("/Indexed"), n("/DeviceRGB"), generic.NumberObject(0), pdf_string("xyz")]
        )
    )
    w.update_container(resources)


def _image(key: str, value: Callable[[Writer], generic.PdfObject]) -> Change:
    def change(w: Writer) -> None:
        image = page_of(w)["/Resources"]["/XObject"]["/Im"]
        image[n(key)] = value(w)
        w.update_container(image)

    return change


UPDATES["picture_inverted"] = _image("/Decode", lambda _: numbers(1, 0, 1, 0, 1, 0))
UPDATES["picture_with_a_mask"] = _image("/Mask", lambda _: numbers(0, 255, 0, 255, 0, 255))
UPDATES["picture_with_another_for_print"] = _image(
    "/Alternates",
    lambda w: generic.ArrayObject(
        [dictionary(Image=w.add_object(stream(b"x")), DefaultForPrinting=generic.BooleanObject(True))]
    ),
)


# The page beside its content


def _on_the_page(key: str, value: Callable[[Writer], generic.PdfObject]) -> Change:
    def change(w: Writer) -> None:
        page_of(w)[n(key)] = value(w)

    return change


UPDATES["page_script"] = _on_the_page(
    "/AA", lambda _: dictionary(O=dictionary(S=n("/JavaScript"), JS=pdf_string("x")))
)
UPDATES["page_thumbnail"] = _on_the_page("/Thumb", lambda w: w.add_object(stream(b"x")))
UPDATES["page_group"] = _on_the_page(
    "/Group", lambda _: dictionary(S=n("/Transparency"), I=generic.BooleanObject(True))
)
UPDATES["page_data_of_a_program"] = _on_the_page(
    "/PieceInfo", lambda _: dictionary(X=dictionary(Private=pdf_string("x")))
)
UPDATES["page_measured"] = _on_the_page(
    "/VP", lambda _: generic.ArrayObject([dictionary(BBox=numbers(0, 0, 9, 9))])
)
UPDATES["contents_in_another_order"] = _on_the_page(
    "/Contents", lambda w: generic.ArrayObject(reversed(w.root["/Pages"]["/Kids"][0]["/Contents"]))
)


# Forms, states, layers


@_update
def order_of_calculation(w: Writer) -> None:
    form = w.root["/AcroForm"]
    form["/CO"] = generic.ArrayObject([form["/Fields"].raw_get(0)])
    w.update_container(form)


@_update
def field_that_calculates(w: Writer) -> None:
    field_of(w, "amount")["/AA"] = dictionary(
        C=dictionary(S=n("/JavaScript"), JS=pdf_string("event.value = 9e9"))
    )


@_update
def value_in_another_encoding(w: Writer) -> None:
    """Another value whose UTF-16 looks like the old one in a careless reader."""
    field_of(w, "amount")["/V"] = generic.ByteStringObject("100 đồng".encode("utf-16"))


@_update
def note_unseen(w: Writer) -> None:
    note = w.root["/Pages"]["/Kids"][0]["/Annots"][2]
    note["/F"] = generic.NumberObject(2)
    w.update_container(note)


@_update
def state_of_a_field(w: Writer) -> None:
    field = field_of(w, "amount")
    field["/AP"] = dictionary(N=dictionary(On=w.add_object(stream(EVIL)), Off=w.add_object(stream(b" "))))
    field["/AS"] = n("/On")


@_update
def field_not_for_reading_any_more(w: Writer) -> None:
    field_of(w, "amount")["/Ff"] = generic.NumberObject(0)


def _layers(change: Callable[[Any], None]) -> Change:
    def act(w: Writer) -> None:
        layers = w.root["/OCProperties"]
        change(layers)
        w.update_container(layers)

    return act


UPDATES["layers_all_on"] = _layers(
    lambda o: o["/D"].__setitem__(n("/BaseState"), n("/ON")) or o["/D"].__delitem__("/OFF")
)
UPDATES["layers_by_event"] = _layers(
    lambda o: o["/D"].__setitem__(
        n("/AS"),
        generic.ArrayObject(
            [dictionary(Event=n("/Print"), OCGs=o["/OCGs"], Category=generic.ArrayObject([n("/Print")]))]
        ),
    )
)
UPDATES["layers_by_a_second_view"] = _layers(
    lambda o: o.__setitem__(n("/Configs"), generic.ArrayObject([dictionary(BaseState=n("/OFF"))]))
)


@_update
def layer_that_prints_otherwise(w: Writer) -> None:
    layer = w.root["/OCProperties"]["/OCGs"][0]
    layer["/Usage"] = dictionary(Print=dictionary(PrintState=n("/ON")))
    w.update_container(layer)


UPDATES["another_language"] = in_the_catalogue("/Lang", lambda _: pdf_string("en"))
UPDATES["opens_on_page_2"] = in_the_catalogue(
    "/OpenAction", lambda w: generic.ArrayObject([w.root["/Pages"]["/Kids"].raw_get(1), n("/Fit")])
)
UPDATES["reader_requirements"] = in_the_catalogue(
    "/Requirements", lambda _: generic.ArrayObject([dictionary(S=n("/EnableJavaScripts"))])
)
UPDATES["output_intent"] = in_the_catalogue(
    "/OutputIntents",
    lambda _: generic.ArrayObject([dictionary(S=n("/GTS_PDFA1"), OutputConditionIdentifier=pdf_string("x"))]),
)
UPDATES["attachment_of_the_catalogue"] = in_the_catalogue(
    "/AF",
    lambda w: generic.ArrayObject(
        [dictionary(Type=n("/Filespec"), EF=dictionary(F=w.add_object(stream(b"x"))))]
    ),
)


@_update
def content_behind_its_number(w: Writer) -> None:
    behind_its_number(w, page_of(w)["/Contents"], 0, stream(EVIL))  # type: ignore[arg-type]
