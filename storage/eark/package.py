"""Writing the package of a dossier: a folder with two representations, the scans as they came and the signed copies.

::

    ID/METS.xml
    ID/metadata/descriptive/ead.xml          what is in it
    ID/metadata/preservation/premis.xml      what happened to it
    ID/schemas/sohoa-record-1.schema.json    the form of record.json
    ID/schemas/sohoa-TYPE.schema.json        the values of one type of paper, by field
    ID/documentation/README.txt
    ID/representations/scans/data/DOCUMENT/scan.pdf …
    ID/representations/copies/data/DOCUMENT/{document.pdf, text.alto.xml, record.json}
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from schemas.documents import document_type
from schemas.errors import NotFoundInArchive, UsageError
from schemas.json_schema import json_schema
from schemas.records import UNKNOWN
from storage.archive import Archive
from storage.eark.mets import mets
from storage.eark.parts import Package, PackagedFile, describe, write
from storage.eark.premis import EventsOf, ead, premis
from storage.model import FILES, ArchivedRecord, Part, scan_name

README = """\
This is an E-ARK CSIP package. Start with METS.xml: it lists every file with its SHA-256.

representations/scans    the papers as they were scanned, byte for byte
representations/copies   for each paper the signed searchable copy (document.pdf, PDF/A),
                         its text with positions (text.alto.xml, ALTO 4) and
                         what it says (record.json, schemas/sohoa-record-1.schema.json;
                         the values of each type of paper: schemas/sohoa-<type>.schema.json)
metadata                 ead.xml describes the dossier, premis.xml tells what was done, by whom and when
"""


def export(archive: Archive, document_ids: Sequence[str], package: Package, folder: Path) -> Path:
    """Write the package of these documents into ``folder``; gives the package's own folder, there whole or not."""
    target = folder / package.id
    if not document_ids or target.exists():
        raise UsageError(f"no documents, or {package.id} is there already")
    work = folder / f".{package.id}.part"
    shutil.rmtree(work, ignore_errors=True)
    records = [archive.record(document_id) for document_id in document_ids]
    events = {record.id: archive.provenance(record.id) for record in records}
    _text(work / "documentation" / "README.txt", README)
    schemas = {"record-1": ArchivedRecord.model_json_schema()} | {
        type: json_schema(document_type(type)) for type in sorted({each.type for each in records} - {UNKNOWN})
    }
    for name, schema in schemas.items():
        _text(
            work / "schemas" / f"sohoa-{name}.schema.json", json.dumps(schema, indent=1, ensure_ascii=False)
        )
    groups = {
        "Documentation": [describe(work / "documentation" / "README.txt", work, package.created)],
        "Schemas": [describe(file, work, package.created) for file in sorted((work / "schemas").iterdir())],
    }
    everything: list[PackagedFile] = []
    for name, parts in (("scans", (Part.SCAN,)), ("copies", (Part.PDF, Part.ALTO, Part.RECORD))):
        base = work / "representations" / name
        for record in records:
            _extract(archive, record, parts, base / "data" / record.id)
        files = _described(base, records, package.created)
        everything += [_below(file, f"representations/{name}") for file in files]
        _representation(base, name, package, files, events)
        groups[f"Representations/{name}"] = [describe(base / "METS.xml", work, package.created)]
    write(ead(package, records), work / "metadata" / "descriptive" / "ead.xml")
    write(premis(everything, events), work / "metadata" / "preservation" / "premis.xml")
    descriptive = [describe(work / "metadata" / "descriptive" / "ead.xml", work, package.created)]
    preservation = [describe(work / "metadata" / "preservation" / "premis.xml", work, package.created)]
    write(mets(package, package.id, descriptive, preservation, groups), work / "METS.xml")
    work.rename(target)
    return target


def _text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _extract(archive: Archive, record: ArchivedRecord, parts: Sequence[Part], folder: Path) -> None:
    folder.mkdir(parents=True)
    for part in parts:
        name = scan_name(record.scan.media_type) if part is Part.SCAN else FILES[part]
        try:
            (folder / name).write_bytes(archive.get(record.id, part))
        except NotFoundInArchive:
            if part is not Part.PDF:  # a document may still wait for its signed copy
                raise


def _described(base: Path, records: Sequence[ArchivedRecord], created: datetime) -> list[PackagedFile]:
    original = {record.id: record.scan.name for record in records}
    return [
        describe(path, base, created, original[path.parent.name] if path.stem == "scan" else None)
        for path in sorted((base / "data").rglob("*"))
        if path.is_file()
    ]


def _below(file: PackagedFile, prefix: str) -> PackagedFile:
    return PackagedFile(
        f"{prefix}/{file.href}", file.size, file.sha256, file.media_type, file.created, file.original_name
    )


def _representation(
    base: Path, name: str, package: Package, files: Sequence[PackagedFile], events: EventsOf
) -> None:
    path = base / "metadata" / "preservation" / "premis.xml"
    write(premis(files, events), path)
    preservation = [describe(path, base, package.created)]
    write(mets(package, name, [], preservation, {"Data": files}), base / "METS.xml")
