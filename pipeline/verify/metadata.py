"""Whether two XMP packets (ISO 16684-1) tell the same, however they are written down.

Programs that sign write the whole packet anew, with other prefixes, and with their own date and name.
"""

from __future__ import annotations

from lxml import etree

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_WRITER = {
    f"{_XMP}ModifyDate",
    f"{_XMP}MetadataDate",
    "{http://ns.adobe.com/pdf/1.3/}Producer",
    "{http://ns.adobe.com/xap/1.0/mm/}InstanceID",
}
"""What tells of the last writing, not of the document."""

LIMIT = 1 << 20
"""Bytes of a packet; a larger one must stay as it is, to the byte."""

Facts = frozenset[tuple[str, ...]]


def same_metadata(old: bytes, new: bytes) -> bool:
    """The same properties with the same values, dates of writing and the writing program aside."""
    if old == new:
        return True
    if max(len(old), len(new)) > LIMIT:
        return False
    before, after = _facts(old), _facts(new)
    return before is not None and before == after


def _facts(packet: bytes) -> Facts | None:
    """The properties of all descriptions, each value with the path that leads to it; None for what is no XMP."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(packet, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.getroottree().docinfo.internalDTD is not None:
        return None
    found: set[tuple[str, ...]] = set()
    for rdf in root.iter(f"{_RDF}RDF"):
        for description in rdf.iterchildren(f"{_RDF}Description"):
            found |= _values(description, ())
    return frozenset(found)


def _values(element: etree._Element, path: tuple[str, ...]) -> set[tuple[str, ...]]:
    found = {
        (*path, str(name), str(value))
        for name, value in element.attrib.items()
        if name not in _WRITER and name != f"{_RDF}about"
    }
    kids = [kid for kid in element if isinstance(kid.tag, str) and kid.tag not in _WRITER]
    for number, kid in enumerate(kids):
        in_order = (str(number),) if kid.tag == f"{_RDF}li" else ()
        found |= _values(kid, (*path, kid.tag, *in_order))
    if not kids and (text := (element.text or "").strip()):
        found.add((*path, text))
    return found
