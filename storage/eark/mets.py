"""METS.xml of a package and of each of its representations, by the CSIP profile."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from lxml import etree

from storage.eark.parts import Package, PackagedFile, element, timestamp

METS = "http://www.loc.gov/METS/"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PROFILE = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"

Groups = Mapping[str, Sequence[PackagedFile]]
"""Label of a file group (``Documentation``, ``Schemas``, ``Data``, ``Representations/scans``) → its files."""


def mets(
    package: Package,
    object_id: str,
    descriptive: Sequence[PackagedFile],
    preservation: Sequence[PackagedFile],
    groups: Groups,
) -> etree._Element:
    """The METS document; a group ``Representations/X`` holds the METS.xml of that representation."""
    spaces = {None: METS, "csip": CSIP, "xlink": XLINK, "xsi": XSI}
    root = etree.Element(f"{{{METS}}}mets", nsmap=spaces)  # type: ignore[arg-type]
    root.set("OBJID", object_id)
    root.set("LABEL", package.title)
    root.set("TYPE", "Mixed")
    root.set("PROFILE", PROFILE)
    root.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "MIXED")
    _header(root, package)
    metadata = [_reference(root, "dmdSec", "dmd", "EAD", one) for one in descriptive]
    if preservation:
        section = element(root, "amdSec", ID=_id("amd"))
        metadata += [_reference(section, "digiprovMD", "digiprov", "PREMIS", p) for p in preservation]
    ids = _files(root, groups)
    _structure(root, object_id, metadata, groups, ids)
    return root


def _header(root: etree._Element, package: Package) -> None:
    header = element(root, "metsHdr", CREATEDATE=timestamp(package.created), RECORDSTATUS="NEW")
    header.set(f"{{{CSIP}}}OAISPACKAGETYPE", "SIP")
    agent = element(header, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    name, _, version = package.software.rpartition(" ")
    element(agent, "name", name)
    element(agent, "note", version).set(f"{{{CSIP}}}NOTETYPE", "SOFTWARE VERSION")
    agent = element(header, "agent", ROLE="CREATOR", TYPE="ORGANIZATION")
    element(agent, "name", package.creator)


def _reference(parent: etree._Element, tag: str, prefix: str, kind: str, file: PackagedFile) -> str:
    """A metadata section that points to a file."""
    section = element(parent, tag, ID=_id(prefix), STATUS="CURRENT")
    if tag == "dmdSec":
        section.set("CREATED", timestamp(file.created))
    pointer = element(section, "mdRef", LOCTYPE="URL", MDTYPE=kind)
    _locate(pointer, file.href)
    pointer.set("MIMETYPE", file.media_type)
    _fixity(pointer, file)
    return section.get("ID", "")


def _files(root: etree._Element, groups: Groups) -> dict[str, str]:
    """The file section; gives the id of each group."""
    section = element(root, "fileSec", ID=_id("files"))
    ids = {}
    for label, files in groups.items():
        group = element(section, "fileGrp", ID=_id("group"), USE=label)
        if label.startswith("Representations/"):
            group.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "MIXED")
        for one in files:
            file = element(group, "file", ID=_id("file"), MIMETYPE=one.media_type)
            _fixity(file, one)
            _locate(element(file, "FLocat", LOCTYPE="URL"), one.href)
        ids[label] = group.get("ID", "")
    return ids


def _structure(
    root: etree._Element, object_id: str, metadata: Sequence[str], groups: Groups, ids: Mapping[str, str]
) -> None:
    structure = element(root, "structMap", ID=_id("structure"), TYPE="PHYSICAL", LABEL="CSIP")
    top = element(structure, "div", ID=_id("div"), LABEL=object_id)
    about = element(top, "div", ID=_id("div"), LABEL="Metadata")
    descriptive = [one for one in metadata if one.startswith("dmd")]
    preservation = [one for one in metadata if not one.startswith("dmd")]
    if descriptive:
        about.set("DMDID", " ".join(descriptive))
    if preservation:
        about.set("ADMID", " ".join(preservation))
    for label, files in groups.items():
        div = element(top, "div", ID=_id("div"), LABEL=label)
        if label.startswith("Representations/"):
            pointer = element(div, "mptr", LOCTYPE="URL")
            _locate(pointer, files[0].href)
            pointer.set(f"{{{XLINK}}}title", ids[label])
        else:
            element(div, "fptr", FILEID=ids[label])


def _fixity(node: etree._Element, file: PackagedFile) -> None:
    node.set("SIZE", str(file.size))
    node.set("CREATED", timestamp(file.created))
    node.set("CHECKSUM", file.sha256)
    node.set("CHECKSUMTYPE", "SHA-256")


def _locate(node: etree._Element, href: str) -> None:
    node.set(f"{{{XLINK}}}type", "simple")
    node.set(f"{{{XLINK}}}href", href)


def _id(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4()}"
