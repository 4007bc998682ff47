"""How every look and every change is done: allowed? → log → do it → index, in this order.

``flows.records`` has the acts themselves, one function each. Flows that change records on the way (signing, renewal, links
between scans of one paper) use ``perform`` as well, so that nothing happens unlogged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from flows.caller import Act, Caller
from flows.services import Services
from schemas.errors import Claimed, NotAllowed, NotFoundInArchive, OutsidePolicy
from schemas.plain import one_line
from storage.audit_lines import Access
from storage.model import Receipt, document_object


def look(services: Services, caller: Caller, act: Act, *objects: str) -> None:
    """Check that the caller may look at these objects (ids, ``id/part``), and log it. Raises NotAllowed."""
    permit(services, caller, act, *objects)
    log(services, caller, act, *objects)


def perform(
    services: Services,
    caller: Caller,
    act: Act,
    ids: Sequence[str],
    change: Callable[[], Receipt | Iterable[Receipt]],
) -> tuple[Receipt, ...]:
    """Change documents of the archive; the receipts of the new versions, which the index knows by then.

    The line of the log is written before the change: a change that fails leaves a line too many, never one too few.
    Raises NotAllowed, Claimed, and what ``change`` raises.
    """
    permit(services, caller, act, *ids)
    refuse_claimed(services, caller, act, *ids)
    log(services, caller, act, *ids)
    done = change()
    receipts = (done,) if isinstance(done, Receipt) else tuple(done)
    services.index.add_many((receipt.record, receipt.version) for receipt in receipts)
    return receipts


def permit(services: Services, caller: Caller, act: Act, *objects: str) -> None:
    """Raise NotAllowed, and log the refusal, where no role of the caller, or not the agency's policy, allows the act."""
    if not caller.may(act):
        refuse(services, caller, act, *objects)
    if caller.policy is not None:
        if caller.purpose not in caller.policy.purposes:
            refuse(services, caller, act, *objects, why="purpose")
        if services.agencies.count_look(caller.policy.agency) > caller.policy.looks:
            refuse(services, caller, act, *objects, why="looks of today")


WAITS = frozenset({Act.CONFIRM, Act.CORRECT, Act.REOPEN, Act.REGROUP, Act.SUPERSEDE, Act.REVOKE, Act.UNLINK})
"""What an officer does to a paper, and nobody while a colleague works on it. What the law orders does not wait (erase, restrict), nor
does what leaves fields and pages as they are."""


def refuse_claimed(services: Services, caller: Caller, act: Act, *ids: str) -> None:
    """Raise Claimed while another officer has one of these papers open, and the act would change it under her hands."""
    held = services.desk.claims(list(ids)).values() if act in WAITS else ()
    for claim in held:
        if claim.user != caller.actor:
            raise Claimed(claim.user)


def refuse(services: Services, caller: Caller, act: Act, *objects: str, why: str = "") -> NoReturn:
    """Log the refusal, and raise NotAllowed; to an agency, OutsidePolicy."""
    note_refusal(services, caller, act, *objects)
    kind = OutsidePolicy if caller.policy is not None else NotAllowed
    raise kind(f"{act}: {why}" if why else f"{act}")


def note_refusal(services: Services, caller: Caller, act: Act, *objects: str) -> None:
    """Log a refusal that is told in another way than NotAllowed; of what was asked for only what there is, or was."""
    there = [one for one in objects if is_known(services, one)]
    services.audit.append(*_lines(caller, f"refused {act}", there))


def require_known(services: Services, *ids: str) -> None:
    """Raise NotFoundInArchive for an id that is nobody's: what somebody typed must not stand in the log as something that was looked at."""
    for id in ids:
        if not is_known(services, id) and not (":" not in id and services.archive.exists(id)):
            raise NotFoundInArchive(one_line(id, 80))


def is_known(services: Services, object: str) -> bool:
    """Whether an object of the log is there, or was: a document (or part of one), a job, a scan or dossier, a word of ours."""
    name = object.partition("/")[0]
    if object in _WORDS:
        return True
    if name.startswith(_JOB):
        return services.queue.get(name.removeprefix(_JOB)) is not None
    if ":" not in name and services.index.get(name) is not None:
        return True
    whole = name if ":" in name else document_object(name)
    versions = services.audit.versions
    return versions.newest(whole) is not None or bool(versions.losses_of(whole))


_JOB = "job:"
_WORDS = {"audit", "report"}
"""Objects that are no documents."""


def log(services: Services, caller: Caller, act: Act, *objects: str) -> None:
    """Write the line; it is in the log when this returns. Objects are ids, never words that were searched for."""
    services.audit.append(*_lines(caller, str(act), objects))


def _lines(caller: Caller, action: str, objects: Sequence[str]) -> list[Access]:
    """A line, or several where it would be too long to name all objects."""
    runs = [objects[first : first + _TOGETHER] for first in range(0, len(objects), _TOGETHER)]
    return [
        Access(caller.actor, action, " ".join(run), caller.origin, caller.purpose) for run in (runs or [()])
    ]


_TOGETHER = 40
"""Objects of one line: an id with the name of a part takes less than 50 letters, a line holds 2000 (``storage.audit_lines``)."""
