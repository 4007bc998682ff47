"""What the files of a package have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lxml import etree

from storage.stores.protocol import digests

MEDIA_TYPES: Mapping[str, str] = {
    ".pdf": "application/pdf",
    ".xml": "application/xml",
    ".json": "application/json",
    ".tif": "image/tiff",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".png": "image/png",
    ".txt": "text/plain",
}


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A file of the package: its path relative to the METS.xml that lists it, size in bytes, SHA-256, media type."""

    href: str
    size: int
    sha256: str
    media_type: str
    created: datetime
    original_name: str | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """What the package is: its id (also the name of its folder), a title, who hands it over, when it was made."""

    id: str
    title: str
    creator: str
    created: datetime
    software: str


def describe(path: Path, base: Path, created: datetime, original_name: str | None = None) -> PackagedFile:
    """What METS and PREMIS say of a file."""
    (sha256,) = digests(path, ("sha256",))
    media_type = MEDIA_TYPES.get(path.suffix, "application/octet-stream")
    href = path.relative_to(base).as_posix()
    return PackagedFile(href, path.stat().st_size, sha256, media_type, created, original_name)


def element(
    parent: etree._Element | None, tag: str, text: str | None = None, /, **attributes: str
) -> etree._Element:
    """An element below ``parent``, in its namespace unless the tag names one."""
    if parent is not None and not tag.startswith("{"):
        namespace = etree.QName(parent).namespace
        tag = f"{{{namespace}}}{tag}"
    made = etree.Element(tag) if parent is None else etree.SubElement(parent, tag)
    for name, value in attributes.items():
        made.set(name, value)
    made.text = text
    return made


def write(root: etree._Element, path: Path) -> None:
    """Write the document, indented."""
    path.parent.mkdir(parents=True, exist_ok=True)
    etree.indent(root)
    path.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def timestamp(moment: datetime) -> str:
    """xs:dateTime."""
    return moment.isoformat(timespec="seconds")
