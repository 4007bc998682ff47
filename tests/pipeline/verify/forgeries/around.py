"""Layers, actions, what viewers show around the pages; and validation data as a cover for any of it."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.generic import pdf_string

from tests.pipeline.verify.forgeries.shadow import replace_a_picture
from tests.pipeline.verify.forgeries.writing import (
    PAID,
    Change,
    Writer,
    annotate,
    dictionary,
    in_the_catalogue,
    page_of,
    registered,
    stream,
    widget_of,
)

UPDATES: dict[str, Change] = {}
_update = registered(UPDATES)


@_update
def layer_switched(w: Writer) -> None:
    layers = w.root["/OCProperties"]
    layers["/D"]["/ON"] = layers["/D"]["/OFF"]
    layers["/D"]["/OFF"] = generic.ArrayObject()
    w.update_container(layers)


@_update
def layer_for_a_picture(w: Writer) -> None:
    page = page_of(w)
    old = page["/Resources"]["/XObject"]["/Im"]
    old["/OC"] = page["/Resources"]["/Properties"].raw_get("/L")
    w.update_container(old)


@_update
def layers_removed(w: Writer) -> None:
    del w.root["/OCProperties"]
    w.update_root()


_SCRIPT = dictionary(S=n("/JavaScript"), JS=pdf_string("app.alert(1)"))
UPDATES["script_at_opening"] = in_the_catalogue("/OpenAction", lambda _: _SCRIPT)
UPDATES["script_by_name"] = in_the_catalogue(
    "/Names",
    lambda _: dictionary(JavaScript=dictionary(Names=generic.ArrayObject([pdf_string("a"), _SCRIPT]))),
)
UPDATES["script_at_closing"] = in_the_catalogue("/AA", lambda _: dictionary(WC=_SCRIPT))
UPDATES["attachment_added"] = in_the_catalogue(
    "/Names",
    lambda w: dictionary(
        EmbeddedFiles=dictionary(
            Names=generic.ArrayObject(
                [
                    pdf_string("a"),
                    dictionary(
                        Type=n("/Filespec"), F=pdf_string("a"), EF=dictionary(F=w.add_object(stream(b"x")))
                    ),
                ]
            )
        )
    ),
)
UPDATES["portfolio"] = in_the_catalogue(
    "/Collection", lambda _: dictionary(Type=n("/Collection"), View=n("/D"))
)
UPDATES["outline_added"] = in_the_catalogue(
    "/Outlines", lambda _: dictionary(Type=n("/Outlines"), Count=generic.NumberObject(0))
)
UPDATES["page_labels_changed"] = in_the_catalogue(
    "/PageLabels",
    lambda _: dictionary(Nums=generic.ArrayObject([generic.NumberObject(0), dictionary(P=pdf_string("9"))])),
)
UPDATES["viewer_preferences"] = in_the_catalogue(
    "/ViewerPreferences", lambda _: dictionary(HideToolbar=generic.BooleanObject(True))
)
UPDATES["permissions_forged"] = in_the_catalogue(
    "/Perms", lambda _: dictionary(UR3=dictionary(Type=n("/Sig")))
)
UPDATES["structure_added"] = in_the_catalogue(
    "/StructTreeRoot", lambda _: dictionary(Type=n("/StructTreeRoot"))
)


@_update
def title_changed(w: Writer) -> None:
    info = w.trailer["/Info"]
    info["/Title"] = pdf_string("Refusal")
    w.update_container(info)


@_update
def metadata_changed(w: Writer) -> None:
    old = w.root["/Metadata"].data
    w.root["/Metadata"] = w.add_object(
        stream(old.replace(b"Decision", b"Refusals"), Type=n("/Metadata"), Subtype=n("/XML"))
    )
    w.update_root()


# Validation data as a cover


def _store(w: Writer, reference: Any) -> None:
    """The security store as it was, with something else besides."""
    old = {key: w.root["/DSS"].raw_get(key) for key in w.root["/DSS"]} if "/DSS" in w.root else {}
    w.root["/DSS"] = w.add_object(
        generic.DictionaryObject({**old, n("/Extra"): generic.ArrayObject([reference])})
    )
    w.update_root()


@_update
def store_that_brings_content(w: Writer) -> None:
    page = page_of(w)
    reference = page["/Contents"].raw_get(1)
    w.objects[(reference.generation, reference.idnum)] = stream(PAID)
    _store(w, reference)


@_update
def store_that_brings_a_note(w: Writer) -> None:
    note = widget_of(w, Subtype=n("/Stamp"))
    _store(w, note)
    annotate(w, note)


@_update
def store_that_brings_a_picture(w: Writer) -> None:
    images = page_of(w)["/Resources"]["/XObject"]
    replace_a_picture(w)
    _store(w, images.raw_get("/Im"))
