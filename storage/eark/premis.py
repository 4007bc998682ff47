"""PREMIS 3 of the files of a representation, and EAD 3 that describes the dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from storage.eark.parts import Package, PackagedFile, element, timestamp
from storage.model import ArchivedRecord, Event

PREMIS = "http://www.loc.gov/premis/v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
EAD = "http://ead3.archivists.org/schema/"

EventsOf = Mapping[str, Sequence[Event]]
"""Document id → what happened to it."""


def premis(files: Sequence[PackagedFile], events: EventsOf) -> etree._Element:
    """Objects with fixity, events with their outcome, agents."""
    root = etree.Element(f"{{{PREMIS}}}premis", nsmap={None: PREMIS, "xsi": XSI}, version="3.0")  # type: ignore[dict-item]
    for file in files:
        _object(root, file)
    agents: dict[str, str] = {}
    for document_id, happened in events.items():
        for number, event in enumerate(happened, 1):
            _event(root, document_id, number, event, [f.href for f in files if document_id in f.href])
            agents[event.agent] = "person" if event.tool is None else "software"
    for name, kind in agents.items():
        agent = element(root, "agent")
        _identifier(agent, "agentIdentifier", "local", name)
        element(agent, "agentName", name)
        element(agent, "agentType", kind)
    return root


def ead(package: Package, records: Sequence[ArchivedRecord]) -> etree._Element:
    """The dossier as a file (*hồ sơ*) with its documents as items."""
    root = etree.Element(f"{{{EAD}}}ead", nsmap={None: EAD})  # type: ignore[dict-item]
    control = element(root, "control")
    element(control, "recordid", package.id)
    description = element(control, "filedesc")
    element(element(description, "titlestmt"), "titleproper", package.title)
    element(control, "maintenancestatus", value="new")
    agency = element(control, "maintenanceagency")
    element(agency, "agencyname", package.creator)
    history = element(element(control, "maintenancehistory"), "maintenanceevent")
    element(history, "eventtype", value="created")
    element(history, "eventdatetime", timestamp(package.created))
    element(history, "agenttype", value="machine")
    element(history, "agent", package.software)
    unit = element(root, "archdesc", level="file")
    top = element(unit, "did")
    element(top, "unitid", package.id)
    element(top, "unittitle", package.title)
    items = element(unit, "dsc")
    for record in records:
        item = element(element(items, "c", level="item"), "did")
        element(item, "unitid", record.id)
        fields = record.record.fields
        named = [str(fields[name].value) for name in ("kind", "number", "excerpt", "title") if name in fields]
        element(item, "unittitle", " ".join(named) or record.type)
        date = next((fields[n].value for n in ("issue_date", "registration_date") if n in fields), None)
        if date:
            element(item, "unitdate", str(date))
    return root


def _object(root: etree._Element, file: PackagedFile) -> None:
    made = element(root, "object")
    made.set(f"{{{XSI}}}type", "file")
    _identifier(made, "objectIdentifier", "filepath", file.href)
    about = element(made, "objectCharacteristics")
    fixity = element(about, "fixity")
    element(fixity, "messageDigestAlgorithm", "SHA-256")
    element(fixity, "messageDigest", file.sha256)
    element(about, "size", str(file.size))
    named = element(element(about, "format"), "formatDesignation")
    element(named, "formatName", file.media_type)
    if file.original_name is not None:
        element(made, "originalName", file.original_name)


def _event(root: etree._Element, document_id: str, number: int, event: Event, hrefs: Sequence[str]) -> None:
    made = element(root, "event")
    _identifier(made, "eventIdentifier", "local", f"{document_id}/{number}")
    element(made, "eventType", event.type)
    element(made, "eventDateTime", timestamp(event.at))
    tool = " ".join(part for part in (event.tool, event.version) if part)
    settings = ", ".join(f"{name}={value}" for name, value in event.settings.items())
    detail = "; ".join(part for part in (event.reason, tool, settings) if part)
    if detail:
        element(element(made, "eventDetailInformation"), "eventDetail", detail)
    element(element(made, "eventOutcomeInformation"), "eventOutcome", event.outcome)
    _identifier(made, "linkingAgentIdentifier", "local", event.agent)
    for href in hrefs:
        _identifier(made, "linkingObjectIdentifier", "filepath", href)


def _identifier(parent: etree._Element, tag: str, kind: str, value: str) -> None:
    made = element(parent, tag)
    element(made, f"{tag}Type", kind)
    element(made, f"{tag}Value", value)
