"""Killed at every act: what was there stays, what was written is whole or absent, a repeat completes it."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import ocfl  # type: ignore[import-untyped]
import pytest

from schemas.errors import NotFoundInArchive, Unreachable
from schemas.records import State
from storage import corrections
from storage.archive import Archive
from storage.index.index import Index
from storage.stores.opening import open_store
from storage.stores.s3_options import Protection, S3Options
from tests.storage.conftest import fetch
from tests.storage.samples import deposit, record
from tests.storage.servers import Ceph

pytestmark = pytest.mark.server
ROOT = Path(__file__).parents[2]


def worker(place: Path | S3Options, what: str, acts: int, *numbers: int) -> subprocess.Popen[str]:
    given = str(place) if isinstance(place, Path) else dataclasses.asdict(place)
    arguments = [json.dumps(given), what, str(acts), *map(str, numbers)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.storage.killed", *arguments],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def killed_at(place: Path | S3Options, what: str, acts: int) -> bool:
    process = worker(place, what, acts, acts)
    _, problems = process.communicate(timeout=60)
    assert process.returncode in (0, 9), problems
    return process.returncode == 9


def every_act(place: Path | S3Options, what: str) -> int:
    """Kill a fresh process at each of its acts, two at a time, until one gets through; how many were killed."""
    acts = 1
    while True:
        pair = [worker(place, what, n, n) for n in (acts, acts + 1)]
        for process in pair:
            _, problems = process.communicate(timeout=60)
            assert process.returncode in (0, 9), problems
        if pair[-1].returncode == 0:
            return acts - (pair[0].returncode == 0)
        acts += 2


@pytest.mark.slow
def test_put_killed_at_every_act(place: Path | S3Options, tmp_path: Path) -> None:
    archive = Archive(open_store(place), create=True)
    acts = every_act(place, "put")
    assert acts >= 8
    if isinstance(place, Path):  # whole or absent at any moment, for any reader
        assert ocfl.StorageRoot(root=str(place)).validate()
    for number in range(1, acts + 1):
        given = deposit(number)
        try:
            assert archive.get(given.id, "scan") == given.scan
            assert archive.get(given.id, "pdf") == given.pdf
        except NotFoundInArchive:
            pass
        receipt = archive.put(given)
        assert archive.get(receipt.id, "scan") == given.scan
        assert archive.record(receipt.id) == receipt.record
        assert receipt.version == 1
    assert ocfl.StorageRoot(root=str(fetch(archive.root.store, tmp_path / "copy"))).validate()


@pytest.mark.slow
def test_change_killed_at_every_act(place: Path | S3Options, tmp_path: Path) -> None:
    archive = Archive(open_store(place), create=True)
    for number in range(1, 61):
        archive.put(deposit(number))
    acts = every_act(place, "confirm")
    assert 5 <= acts < 60
    for number in range(1, acts + 1):
        id = deposit(number).id
        before = archive.record(id)
        assert before.state in (State.UNCONFIRMED, State.CONFIRMED)
        receipt = corrections.confirm(archive, id, record(number, excerpt="Về việc khác hẳn"), by="officer")
        assert receipt.version == 2
        assert archive.record(id).state is State.CONFIRMED
        assert archive.record(id, 1).state is State.UNCONFIRMED
    assert ocfl.StorageRoot(root=str(fetch(archive.root.store, tmp_path / "copy"))).validate()


@pytest.mark.parametrize("acts", [3, 9, 14, 19])
def test_put_killed(tmp_path: Path, acts: int) -> None:
    """A few of the acts above on a folder, for every day."""
    place = tmp_path / "store"
    place.mkdir()
    archive = Archive(open_store(place), create=True)
    archive.put(deposit(100))
    assert killed_at(place, "put", acts)
    assert ocfl.StorageRoot(root=str(place)).validate()
    archive.put(deposit(acts))
    assert archive.get(deposit(acts).id, "scan") == deposit(acts).scan
    assert ocfl.StorageRoot(root=str(place)).validate()


@pytest.mark.parametrize("acts", [4, 8, 10])
def test_put_killed_on_a_versioned_bucket(ceph: Ceph, tmp_path: Path, acts: int) -> None:
    place = ceph.bucket(Protection.VERSIONED)
    archive = Archive(open_store(place), create=True)
    assert killed_at(place, "put", acts)
    receipt = archive.put(deposit(acts))
    assert archive.get(receipt.id, "scan") == deposit(acts).scan
    assert ocfl.StorageRoot(root=str(fetch(archive.root.store, tmp_path / "copy"))).validate()


def test_server_killed_in_the_middle(ceph: Ceph, tmp_path: Path) -> None:
    """kill -9 of the gateway while documents come in: an error or a wait, and everything is there afterwards."""
    place = dataclasses.replace(ceph.bucket(Protection.PLAIN), retries=1)
    archive = Archive(open_store(place), create=True)
    killer = threading.Timer(0.4, ceph.kill_gateway)
    killer.start()
    archived, failed = [], []
    for number in range(40):
        try:
            archived.append(archive.put(deposit(number)).id)
        except Unreachable:
            failed.append(number)
            break
        time.sleep(0.02)
    killer.join()
    assert failed
    ceph.start_gateway()
    for number in range(40):
        archive.put(deposit(number))
    assert set(archived) < set(archive.ids())
    assert len(list(archive.ids())) == 40
    assert ocfl.StorageRoot(root=str(fetch(archive.root.store, tmp_path / "copy"))).validate()


def test_a_short_cut_of_the_server_is_waited_out(ceph: Ceph) -> None:
    archive = Archive(
        open_store(dataclasses.replace(ceph.bucket(Protection.VERSIONED), retries=7)), create=True
    )
    archive.put(deposit(1))
    ceph.kill_gateway()
    again = threading.Timer(0.5, ceph.start_gateway)
    again.start()
    assert archive.put(deposit(2)).created
    again.join()
    assert archive.get(deposit(1).id, "scan") == deposit(1).scan


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_a_thousand_documents_and_a_hundred_kills(kind: str, ceph: Ceph, tmp_path: Path) -> None:
    """1 000 documents, 100 kills of the process at random moments, 10 cuts of the server."""
    chance = random.Random(5)
    (tmp_path / "store").mkdir()
    place = tmp_path / "store" if kind == "folder" else ceph.bucket(Protection.VERSIONED)
    Archive(open_store(place), create=True)
    todo, kills, cuts, returned = list(range(1000)), 0, 0, set()
    while todo:
        acts = chance.randint(1, 260) if kills < 100 else 10**9
        process = worker(place, "put", acts, *todo)
        cut = kind == "s3" and cuts < 10 and chance.random() < 0.12
        if cut:
            time.sleep(chance.uniform(1.0, 2.5))
            ceph.kill_gateway()
            ceph.start_gateway()
            cuts += 1
        output, _ = process.communicate(timeout=600)
        kills += process.returncode == 9
        returned |= set(output.split())
        todo = [n for n in todo if deposit(n).id not in returned]
        if process.returncode == 9 and kills < 100:  # what was returned is done again now and then
            todo = [chance.randrange(1000), *todo]
    assert kills >= 100
    archive, live = Archive(open_store(place)), Index(tmp_path / "live.sqlite")
    for number in range(1000):
        receipt = archive.put(deposit(number))
        assert not receipt.created
        live.add(receipt.record, receipt.version)
    assert sorted(archive.ids()) == sorted(deposit(n).id for n in range(1000))
    rebuilt = Index(tmp_path / "rebuilt.sqlite")
    rebuilt.rebuild(archive)
    assert list(rebuilt.entries()) == list(live.entries())
    assert ocfl.StorageRoot(root=str(fetch(archive.root.store, tmp_path / "copy"))).validate()
    assert cuts == (10 if kind == "s3" else 0)
