"""Fixity: walk the whole store, hash every byte again, say what is damaged, mend it from a second copy.

The walk goes shard by shard (the first three hex digits of the layout) and notes each finished shard in a small
file, so that a check that was stopped goes on where it was. Signatures and PDF/A marks of a sample are checked by a
function that the caller gives.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from schemas.errors import (
    Corrupt,
    KeyUnavailable,
    NotFoundInArchive,
    SohoaError,
    StoreDenied,
    StoreUnreachable,
)
from storage import authenticity
from storage.archive import Archive
from storage.audit import AuditLog
from storage.audit_days import listed
from storage.check_notes import CheckNote, end_note, read_note, write_note
from storage.gravestones import genuine_gravestone, gravestones
from storage.model import Part, document_of
from storage.objects import LOG
from storage.ocfl import inventory as inv
from storage.ocfl.layout import OBJECT_DECLARATION, ROOT_FILES, id_of, object_of, object_path
from storage.ocfl.pieces import complete, decided, newest_decided, unwritten
from storage.ocfl.verify import broken_versions, rotten, verify
from storage.repair import bring_gravestone, repair
from storage.seals import version_digests
from storage.stores.protocol import MissingKey, Stat, Store
from storage.strays import begun, beside, in_object, lost_writers

GRACE = timedelta(days=1)
"""Age at which content that no version names was surely left by a writer that died."""

NOBODYS = "no version lists it"

PUT_IN = "this archive did not make it, and it was never the newest (keep its folder as evidence, and take it away)"

NO_KEY_IN_COPIES = "copies of the archive hold no keys: bring back the keys' folder from its own back-up"

Validate = Callable[[str, bytes], list[str]]
"""Document id and its PDF → what is wrong with its signatures and PDF/A marks."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One fault: the object's id or path, what is wrong, whether it was mended, and ``how``, or why not."""

    object: str
    fault: str
    repaired: bool = False
    how: str = ""


@dataclass(slots=True)
class Report:
    """What a check found; ``objects`` and ``bytes`` count what was looked at.

    ``adopted`` are objects from before there were seals that the log notes from now on, ``noted`` versions that their writer
    could not note before it was killed, ``erased`` objects that were destroyed by order; ``losses`` tells what an administrator accepted as
    lost, however long ago.
    """

    objects: int = 0
    files: int = 0
    bytes: int = 0
    sampled: int = 0
    completed: int = 0
    swept: int = 0
    adopted: int = 0
    noted: int = 0
    erased: int = 0
    losses: list[str] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Nothing is damaged, or all that was is mended."""
        return all(damage.repaired for damage in self.damages)


@dataclass(frozen=True, slots=True)
class Checking:
    """How to check.

    ``sample``: of how many documents one PDF is validated, 0 for none; ``repair_from``: copies of the archive to mend
    from; ``log``: the audit log, which knows what should be there.
    """

    workers: int = 4
    resume: Path | None = None
    repair_from: Sequence[Store] = ()
    log: AuditLog | None = None
    validate: Validate | None = None
    sample: int = 100
    progress: Callable[[int], None] | None = None


def check(archive: Archive, how: Checking = Checking()) -> Report:
    """Check everything; resumes from ``how.resume`` when that file is there, and removes it at the end."""
    note = read_note(how.resume, archive, how.log)
    report, strangers = _resumed(note)
    known = authenticity.known(how.log) if how.log is not None else None
    seen: set[str] = set()
    found = _objects(archive, note.shard, report)
    shards = itertools.groupby(found, key=lambda one: one[0].partition("/")[0])
    with ThreadPoolExecutor(how.workers) as pool:
        for shard, objects in shards:
            for outcome in pool.map(lambda one: _check_object(archive, one[0], one[1], how, known), objects):
                report.objects += outcome.objects
                report.files += outcome.files
                report.bytes += outcome.bytes
                report.sampled += outcome.sampled
                report.completed += outcome.completed
                report.swept += outcome.swept
                report.noted += outcome.noted
                report.damages += outcome.damages
                seen |= outcome.seen
                strangers += outcome.strangers
                if how.progress:
                    how.progress(1)
            told = {"report": asdict(report), "strangers": strangers}
            write_note(how.resume, replace(note, shard=shard, told=told), archive)
    if known is not None:
        report.losses = [str(loss) for loss in known.losses]
        _conclude(archive, known, seen, strangers, how, report)
    report.damages += [Damage(name, fault) for name, fault in authenticity.risen(archive)]
    report.damages += _root_files(archive)
    report.erased = sum(stone.genuine(archive.signing_key) for stone in gravestones(archive.root.store))
    end_note(how.resume, note, how.log, f"{report.objects} objects, {len(report.damages)} damages")
    return report


def _root_files(archive: Archive) -> Iterator[Damage]:
    """What says how the archive is laid out, and is not there: it is written again, where nothing stands in its place."""
    for key, content in ROOT_FILES:
        if archive.root.store.stat(key) is None:
            try:
                mended = archive.root.store.put_new(key, content)
            except StoreUnreachable:
                mended = False
            yield Damage(key, "missing", mended)


def _conclude(
    archive: Archive,
    known: authenticity.Known,
    seen: set[str],
    strangers: list[str],
    how: Checking,
    report: Report,
) -> None:
    """What only the whole archive tells: objects that are gone, and those that nobody knows."""
    if archive.objects.sealing is not None:
        for object_id in authenticity.unmarked(archive, known):
            mended, why = bring_gravestone(archive, object_id, how.repair_from)
            report.damages.append(Damage(object_id, authenticity.UNMARKED, mended, why))
        authenticity.note_gravestones(archive, known)
    for object_id in authenticity.missing(archive, known, seen):
        mended, why = repair(archive, object_path(object_id), how.repair_from, known)
        report.damages.append(
            Damage(object_id, "gone, though the log knows it and it was not erased", mended, why)
        )
    for day in listed(archive):
        if not archive.objects.has(LOG + day.name):
            mended, why = repair(archive, object_path(LOG + day.name), how.repair_from, known)
            fault = (
                f"the day of the audit log, which {day.key} names, is gone (sohoa verify --audit says more)"
            )
            report.damages.append(Damage(LOG + day.name, fault, mended, why))
    if archive.objects.sealing is not None and not known.complete:
        report.adopted = authenticity.adopt(known.log, map(archive.root.inventory, strangers))


def _objects(archive: Archive, after: str, report: Report) -> Iterator[tuple[str, dict[str, Stat]]]:
    """All that lies where objects lie, object by object: path, and its files by path relative to it.

    What lies beside them and does not belong there goes into the report.
    """
    stats = archive.root.store.list(after=f"{after}/\U0010ffff" if after else "")
    inside = ((object_of(stat.key), stat) for stat in stats)
    for path, group in itertools.groupby(inside, key=lambda pair: pair[0]):
        if path is not None:
            yield path, {stat.key[len(path) + 1 :]: stat for _, stat in group}
            continue
        for _, stat in group:
            fault = beside(archive, stat)
            damage = Damage(stat.key, fault or "")
            if fault and damage not in report.damages:  # a check that goes on sees some of them again
                report.damages.append(damage)


@dataclass(slots=True)
class _Outcome(Report):
    """What the check of one object found; ``strangers`` is its id, where it has no seal, the log does not know it, and it need not."""

    seen: set[str] = field(default_factory=set)
    strangers: list[str] = field(default_factory=list)


def _check_object(
    archive: Archive, path: str, listing: dict[str, Stat], how: Checking, known: authenticity.Known | None
) -> _Outcome:
    report = _Outcome()
    store, name = archive.root.store, id_of(path) or path
    published, forged = inv.INVENTORY in listing, list[str]()
    if not published and newest_decided(listing) == 0:
        buried = (
            genuine_gravestone(store, name, archive.signing_key) is not None
        )  # nobody begins anything there
        left = {key: stat for key, stat in listing.items() if begun(key, stat, 1) and not buried}
        report.damages += [Damage(name, f"{one}: {NOBODYS}") for one in sorted(set(listing) - set(left))]
        _sweep(store, path, left, report)
        return report
    report.objects = 1
    try:
        altered = _mended_by_publishing(archive, path, listing, known)
        inventory = archive.root.publish(path)
        report.damages += [Damage(name, one, repaired=True) for one in altered]
        report.swept += lost_writers(listing, inventory)
        report.completed = not published or OBJECT_DECLARATION not in listing
        if object_path(inventory.id) != path:
            report.damages.append(Damage(name, "lies at the place of another object"))
            return report
        report.seen.add(inventory.id)
        put_in, strays = _nobodys(listing, inventory)
        report.damages += [Damage(name, f"{one}: {NOBODYS}") for one in strays]
        # first: an inventory that was forged has us read whatever it likes, as often as it likes
        forged = put_in + (_forged(archive, inventory, known) if known is not None else [])
        report.files = len(inventory.manifest)
        report.bytes = sum(stat.size for stat in listing.values())
        damaged = _damaged(archive, inventory, known) if not forged else []
        damaged += broken_versions(store, path, listing, inventory) if not forged else []
    except (Corrupt, NotFoundInArchive) as error:
        damaged = [error.detail]
        report.seen.add(name)
    except MissingKey as error:  # a pipe, a link: listed, and nothing that can be read
        damaged = [str(error)]
        report.seen.add(name)
    except StoreDenied as error:  # it belongs to another account; the others do not
        archive.alone(error)
        report.seen.add(name)
        report.damages.append(Damage(name, f"it cannot be read: {error.detail}"))
        return report
    found = forged or [f"{key.removeprefix(path + '/')}: missing or altered" for key in damaged]
    try:
        if not found and known is not None:
            found = _unauthentic(archive, inventory, known, report)
    except KeyUnavailable as error:
        archive.alone(error)
        report.damages.append(Damage(name, f"its key does not fit: {error.detail}", how=NO_KEY_IN_COPIES))
        return report
    if found:
        mended, why = repair(archive, path, how.repair_from, known)
        report.damages += [Damage(name, fault, mended, why) for fault in found]
    else:
        _sweep_debris(store, path, listing, inventory, report)
        _sample(archive, inventory, how, report)
    return report


def _mended_by_publishing(
    archive: Archive, path: str, listing: dict[str, Stat], known: authenticity.Known | None
) -> list[str]:
    """What is wrong with the files that publishing the newest version writes again."""
    found = [f"{one}: altered" for one in rotten(archive.root.store, path, listing)]
    if known is not None:
        found += _taken_away(id_of(path) or path, listing, known)
        found += filter(None, [_hidden(archive, path, listing, known)])
    return found


def _taken_away(name: str, listing: dict[str, Stat], known: authenticity.Known) -> list[str]:
    """Files of the newest version that publishing writes again, where no killed writer left them out."""
    number = newest_decided(listing)
    gone = unwritten(listing, number) if number and known.was_published(name, number) else []
    return [f"{one}: missing" for one in gone]


def _damaged(archive: Archive, inventory: inv.Inventory, known: authenticity.Known | None) -> list[str]:
    if known is None:
        return verify(archive.root, inventory)
    return authenticity.files_damaged(archive, known.log, inventory)


def _nobodys(listing: dict[str, Stat], inventory: inv.Inventory) -> tuple[list[str], list[str]]:
    """What is wrong with versions that somebody put in after the newest, and all other files that nobody of ours wrote."""
    after = [number for number in decided(listing) if number > inventory.head.number]
    inside = tuple(f"v{number}/" for number in after)
    strays = [one for one in in_object(listing, inventory) if not one.startswith(inside)]
    return [f"version {number}: {PUT_IN}" for number in after], strays


def _forged(archive: Archive, inventory: inv.Inventory, known: authenticity.Known) -> list[str]:
    """Why the inventory is none that the archive wrote."""
    registered = known.newest.get(inventory.id)
    found = authenticity.faults(archive, inventory, registered, known.log)
    if not found and known.complete and authenticity.is_stranger(archive, inventory, registered):
        return [authenticity.NO_SEAL]
    return found


def _unauthentic(
    archive: Archive, inventory: inv.Inventory, known: authenticity.Known, report: _Outcome
) -> list[str]:
    """Whether an object whose bytes are those of a genuine inventory holds the scan that was examined; else the log learns of it."""
    registered = known.newest.get(inventory.id)
    found = authenticity.scan_faults(archive, known.log, inventory.id)
    if not found and authenticity.is_stranger(archive, inventory, registered):
        report.strangers.append(inventory.id)
    elif not found and not inventory.id.startswith(LOG) and archive.objects.sealing is not None:
        head = inventory.head.number
        if registered is None or registered.number < head:  # its writer was killed between archive and log
            known.log.versions.note(inventory.id, head, version_digests(inventory)[-1])
            report.noted += 1
    return found


def _sample(archive: Archive, inventory: inv.Inventory, how: Checking, report: Report) -> None:
    document = document_of(inventory.id)
    if how.validate is None or document is None or how.sample == 0:
        return
    if int(object_path(inventory.id)[:11].replace("/", ""), 16) % how.sample == 0:
        try:
            pdf = archive.get(document, Part.PDF)
        except SohoaError:
            return
        report.sampled = 1
        report.damages += [Damage(document, fault) for fault in how.validate(document, pdf)]


def _hidden(archive: Archive, path: str, listing: dict[str, Stat], known: authenticity.Known) -> str | None:
    """What to say of a root that shows an older version than the log knows as published, while the newer ones lie there.

    No killed writer leaves that: a version is noted when it is published.
    """
    noted = known.newest.get(id_of(path) or "")
    newest = newest_decided(listing)
    if noted is None or inv.INVENTORY not in listing or complete(listing, newest):
        return None
    try:
        shown = inv.parse(archive.root.store.get(f"{path}/{inv.INVENTORY}"), path).head.number
    except (Corrupt, MissingKey):
        return None  # told as that
    if shown >= noted.number or newest < noted.number:
        return None
    return f"version {noted.number}, noted on {noted.at:%Y-%m-%d}, was hidden: the object was put back to version {shown}"


def _sweep(store: Store, path: str, listing: dict[str, Stat], report: Report) -> None:
    """Files of an object that was never decided."""
    for name, stat in listing.items():
        if datetime.now(UTC) - stat.modified > GRACE:
            store.delete(f"{path}/{name}")
            report.swept += 1


def _sweep_debris(
    store: Store, path: str, listing: dict[str, Stat], inventory: inv.Inventory, report: Report
) -> None:
    """Content of a next version that was never decided."""
    number = inventory.head.number + 1
    left = {name: stat for name, stat in listing.items() if begun(name, stat, number)}
    _sweep(store, path, left, report)


def _resumed(note: CheckNote) -> tuple[Report, list[str]]:
    """What was found until the check was stopped, and the ids of objects that the log shall learn of."""
    if not note.told:
        return Report(), []
    told = dict(note.told["report"])
    return Report(**{**told, "damages": [Damage(**one) for one in told["damages"]]}), list(
        note.told["strangers"]
    )
