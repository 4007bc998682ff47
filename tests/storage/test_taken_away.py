"""What is taken away, or brought back in part, is told, also where the check, or the next reader, puts it right by itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from storage.audit_days import listed
from storage.authenticity import document_faults
from storage.losing import accept_loss
from storage.model import document_object
from storage.objects import LOG
from storage.ocfl import inventory as inv
from storage.ocfl.layout import OBJECT_DECLARATION, object_path
from tests.storage.office import Office


@pytest.mark.parametrize(
    "names",
    [
        (inv.INVENTORY,),
        (inv.SIDECAR,),
        (inv.INVENTORY, inv.SIDECAR),
        (OBJECT_DECLARATION,),
        (f"v3/{inv.SIDECAR}",),
        (f"v3/{inv.INVENTORY}", f"v3/{inv.SIDECAR}"),
    ],
    ids=str,
)
def test_what_publishing_writes_again_is_told(office: Office, names: tuple[str, ...]) -> None:
    for name in names:
        (office.path(office.ids[1]) / name).unlink()
    report = office.check()
    assert {damage.object for damage in report.damages} == {document_object(office.ids[1])}
    assert report.sound
    assert office.check().damages == []


def test_also_of_a_day_of_the_log(office: Office) -> None:
    object_id = LOG + listed(office.archive)[0].name
    (office.folder / "archive" / object_path(object_id) / inv.SIDECAR).unlink()
    assert [damage.object for damage in office.check().damages] == [object_id]


def _all(office: Office) -> None:
    shutil.rmtree(office.path(office.ids[1]))


def _two(office: Office) -> None:
    office.roll_back(office.ids[1], 1)


@pytest.mark.parametrize("lose", [_all, _two])
def test_an_older_version_after_an_accepted_loss_is_no_new_one(
    office: Office, lose: Callable[[Office], None]
) -> None:
    """Who took all versions away waits for the loss to be accepted, and puts back the one that suits him."""
    id = office.ids[1]
    shutil.copytree(office.path(id), office.folder / "kept")
    lose(office)
    accept_loss(office.archive, office.log, document_object(id), by="admin", reason="đĩa hỏng")
    shutil.rmtree(office.path(id), ignore_errors=True)
    shutil.copytree(office.folder / "kept", office.path(id))
    if lose is _all:
        office.roll_back(id, 2)
    report = office.check()
    assert [damage.object for damage in report.damages] == [document_object(id)]
    assert not report.sound
    assert document_faults(office.archive, office.log, id)
