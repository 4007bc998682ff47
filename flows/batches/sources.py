"""What a backlog is made of: a folder, a bucket below a prefix, or a manifest. Listed as a stream, one entry per file."""

from __future__ import annotations

import csv
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from flows.dossiers.codes import checked
from flows.request import Request
from flows.services import Services
from flows.settings.storing import SourceSettings
from schemas.documents import document_types
from schemas.errors import LinkOutside, NotAFile, NotFound, SourceAway, Unreadable, UsageError
from schemas.plain import is_harmless
from storage.stores.protocol import MissingKey, blocks

_IGNORED = {"thumbs.db", "desktop.ini", "ehthumbs.db"}
"""What Windows leaves in folders, in lower case; what others leave begins with a dot or with ``~$``."""

_COLUMNS = {"file", "dossier", "subject", "type", "procedure", "due"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file.

    ``source`` is its name for a person, ``place`` where a worker finds it, ``below`` its folder inside the source,
    ``stamp`` which state of the file it is; ``refused`` the code of why it cannot be taken, if it cannot.
    """

    source: str
    place: str
    below: str
    stamp: str
    request: Request
    refused: str | None = None


def identity(source: str) -> str:
    """A source by one name, however it was written."""
    return source.rstrip("/") if source.startswith("s3://") else os.path.realpath(source)


def check(source: str, services: Services) -> None:
    """Raise NotFound or UsageError where there is nothing that could be listed."""
    if source.startswith("s3://"):
        _bucket(source, services)
        return
    path = Path(source)
    if not path.exists():
        raise NotFound(source)
    if path.is_dir():
        if not os.access(path, os.R_OK | os.X_OK):
            raise Unreadable(source)
        return
    if path.suffix.lower() != ".csv":
        raise UsageError(
            f"{source} is no folder, bucket (s3://…) or manifest (.csv); for single files: sohoa digitize"
        )
    with _rows(path) as rows:
        next(rows, None)


def entries(source: str, request: Request, services: Services, *, force: bool = False) -> Iterator[Entry]:
    """Everything that is to be digitized, in a fixed order. Raises NotFound, UsageError, an Unreachable."""
    if source.startswith("s3://"):
        return _objects(source, request, services)
    path = Path(source)
    return _listed(path, request, force=force) if path.is_file() else _files(path, request, services)


def is_scan(name: str) -> bool:
    """Whether a file's name says that it is meant: hidden files and the debris of file managers are not."""
    return not name.startswith((".", "~$")) and name.lower() not in _IGNORED


def root_of(source: str) -> list[Any]:
    """What tells a source that is there from the empty place where its share was mounted: its folder and its inode."""
    place = os.path.abspath(source)  # noqa: PTH100 - links stay as they are
    folder = place if Path(place).is_dir() else str(Path(place).parent)
    return [folder, Path(folder).stat().st_ino]


def is_away(root: Any) -> bool:
    """Whether the folder of a source is not there now: its share is not mounted, or this machine does not have it."""
    if not root:
        return False
    try:
        return bool(Path(root[0]).stat().st_ino != root[1])
    except OSError:
        return True


def _files(folder: Path, request: Request, services: Services) -> Iterator[Entry]:
    """A folder and all below it. Links are told, and not followed."""
    root = Path(os.path.realpath(folder))
    quarantine = services.settings.quarantine
    ours = {str(services.home), *([os.path.realpath(quarantine)] if quarantine else [])}

    def gone(error: OSError) -> None:
        if isinstance(error, PermissionError):
            return  # told as an entry of its own below
        raise SourceAway(str(folder)) from error

    for parent, folders, names in os.walk(root, onerror=gone):
        folders[:] = sorted(
            f
            for f in folders
            if not f.startswith(".") and os.path.join(parent, f) not in ours  # noqa: PTH118
        )
        below = os.path.relpath(parent, root)
        below = "" if below == "." else below
        closed = [f for f in folders if not os.access(os.path.join(parent, f), os.R_OK | os.X_OK)]  # noqa: PTH118
        linked = [f for f in folders if os.path.islink(os.path.join(parent, f))]  # noqa: PTH118, PTH114
        for name in sorted(filter(is_scan, {*names, *closed, *linked})):
            path = Path(parent, name)
            yield _entry(path, str(folder / below / name), below, request, closed=name in closed)


def _entry(path: Path, source: str, below: str, request: Request, *, closed: bool = False) -> Entry:
    try:
        found = path.lstat()
    except OSError:
        return Entry(source, str(path), below, "", request)
    refused = Unreadable.code if closed else None
    if stat.S_ISLNK(found.st_mode):
        refused = LinkOutside.code
    elif not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        refused = NotAFile.code
    return Entry(source, str(path), below, f"{found.st_size}.{found.st_mtime_ns}", request, refused)


def _objects(source: str, request: Request, services: Services) -> Iterator[Entry]:
    """Objects of a bucket below a prefix."""
    store, bucket, prefix = _bucket(source, services)
    for found in store.list(prefix):
        inside = PurePosixPath(found.key[len(prefix) :].lstrip("/") or PurePosixPath(found.key).name)
        if found.key.endswith("/") or not all(is_scan(part) for part in inside.parts):
            continue
        below = "" if str(inside.parent) == "." else str(inside.parent)
        place = f"s3://{bucket}/{found.key}"
        yield Entry(place, place, below, f"{found.size}.{found.modified.timestamp()}", request)


def _bucket(source: str, services: Services) -> tuple[Any, str, str]:
    """The store, the bucket and the prefix of an ``s3://`` address.

    Server and keys are those of ``source``, else of ``archive.s3``.
    """
    from storage.stores.s3 import S3Store
    from storage.stores.s3_options import Protection, S3Options

    bucket, _, prefix = source.removeprefix("s3://").partition("/")
    chosen = services.settings.source or services.settings.archive.s3
    if chosen is None:
        raise UsageError("source.endpoint: which server is s3://? Set it, or archive.s3")
    if not bucket:
        raise UsageError(f"{source}: s3://BUCKET/PREFIX")
    shared = {name: getattr(chosen, name) for name in SourceSettings.model_fields}
    return S3Store(S3Options(**shared, bucket=bucket, protection=Protection.PLAIN)), bucket, prefix


def _listed(manifest: Path, request: Request, *, force: bool) -> Iterator[Entry]:
    """The files that a manifest names, each with what it says of them; a row that says nonsense is refused."""
    folder = Path(os.path.realpath(manifest.parent))
    types = document_types()
    named: set[str] = set()
    with _rows(manifest) as rows:
        for number, row in rows:
            name = row.pop("file")
            said = {column: value for column, value in row.items() if value}
            path = folder / name
            source = f"{manifest}:{number}: {name}"
            unknown = "type" in said and said["type"] not in types
            if not name or unknown or not is_harmless("".join(row.values()) + name):
                yield Entry(source, str(path), "", "", request, "manifest")
                continue
            inside = PurePosixPath(name).parent if not Path(name).is_absolute() else PurePosixPath()
            below = "" if str(inside) == "." or ".." in inside.parts else str(inside)
            try:
                asked = checked(replace(request, **said), force=force)
            except UsageError:
                yield Entry(source, str(path), "", "", request, "manifest_code")
                continue
            whole = os.path.normpath(path)
            if whole in named:  # a file is one job of the ledger: the later row would hide the first
                yield Entry(source, str(path), "", "", request, "manifest_twice")
                continue
            named.add(whole)
            yield _entry(path, str(manifest.parent / name), below, asked)


@contextmanager
def _rows(manifest: Path) -> Iterator[Iterator[tuple[int, dict[str, str]]]]:
    """Line number and cells of each row; commas, semicolons or tabs. Raises UsageError."""
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            delimiter = max(";,\t", key=first.count)
            names = [cell.strip().lower() for cell in next(csv.reader([first], delimiter=delimiter), [])]
            if "file" not in names or not set(names) <= _COLUMNS:
                raise UsageError(
                    f"{manifest}: its first line names the columns: {', '.join(sorted(_COLUMNS))}"
                )
            yield _cells(csv.reader(file, delimiter=delimiter), names)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{manifest}: save it as CSV in UTF-8") from error


def _cells(rows: Iterator[Sequence[str]], names: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            cells = [cell.strip() for cell in row] + [""] * len(names)
            yield number, dict(zip(names, cells, strict=False))


@contextmanager
def fetched(payload: Mapping[str, Any], services: Services) -> Iterator[Path]:
    """The file of a job on this machine's disk. Raises SourceAway while its share or bucket is not there, NotFound."""
    place = str(payload["place"])
    if not place.startswith("s3://"):
        yield _present(Path(place), payload.get("root"))
        return
    store, _, key = _bucket(place, services)
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        path = Path(folder) / PurePosixPath(key).name
        try:
            with store.open(key) as source, path.open("wb") as copy:
                copy.writelines(blocks(source))
        except MissingKey:
            raise NotFound(place) from None
        yield path


def _present(path: Path, root: Any) -> Path:
    """The path; one that is missing, while its source is there, is gone, and intake says so."""
    try:
        path.lstat()
    except PermissionError:
        return path
    except (FileNotFoundError, NotADirectoryError):
        if is_away(root):
            raise SourceAway(str(root[0])) from None
    except OSError as error:  # a stale handle, a server that does not answer
        raise SourceAway(str(path.parent)) from error
    return path
