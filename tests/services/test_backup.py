"""Back-up and restore by the very lines of docs/deploy.md, on a real PostgreSQL: everything is there again."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage.index.find import Query
from tests.services.command import demand_each_once, here, sohoa
from tests.services.test_killed import fill
from tests.storage.conftest import postgresql

__all__ = ["postgresql"]
pytestmark = [pytest.mark.server, pytest.mark.slow]
PAGE = Path(__file__).parents[2] / "docs" / "deploy.md"
DOCUMENTS = 4


def _do(name: str, **where: str) -> None:
    """Run the block of the page that begins with this comment."""
    (block,) = re.findall(rf"```sh\n# {name}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    bins = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-euc", block],
        env={**os.environ, **where, "PATH": f"{bins}:{os.environ['PATH']}"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_was_backed_up_is_there_again(
    tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["psql", "-qc", "CREATE DATABASE backed", postgresql], check=True)
    database = postgresql.rpartition("/")[0] + "/backed"
    key, config, archive, home = (tmp_path / name for name in ("seal.pem", "sohoa.toml", "archive", "home"))
    backup = tmp_path / "backup"
    for folder in (archive, backup):
        folder.mkdir()
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(key)], check=True)
    config.write_text(f'[archive]\nfolder = "{archive}"\nseal_key = "{key}"\n[index]\nurl = "{database}"\n')
    for secret in (key, config):
        secret.chmod(0o600)
    monkeypatch.setenv("SOHOA_CONFIG", str(config))
    monkeypatch.setenv("SOHOA_HOME", str(home))
    where = {"BACKUP": str(backup), "DATABASE": database, "SEAL_KEY": str(key), "ARCHIVE": str(archive)}
    inbox = fill(tmp_path / "in", DOCUMENTS, random.Random(9))
    for arguments in (["archive", "init"], ["backlog", str(inbox)]):
        with sohoa(tmp_path, *arguments) as command:
            assert command.end() == 0, command.told.read_text()
    ids = list(here().archive.ids())
    _do("back-up", **where)
    for folder in (archive, home):
        shutil.rmtree(folder)
    subprocess.run(["psql", "-qc", "DROP DATABASE backed WITH (FORCE)", postgresql], check=True)
    subprocess.run(["psql", "-qc", "CREATE DATABASE backed", postgresql], check=True)
    _do("restore", **where)
    demand_each_once(inbox, DOCUMENTS)
    assert list(here().archive.ids()) == ids
    assert len(here().index.find(Query()).rows) == DOCUMENTS
    with sohoa(tmp_path, "verify", "--audit") as command:
        assert command.end() == 3, "no day is over"
        assert "every line stands" in (tmp_path / "verify.out").read_text()
    with sohoa(tmp_path, "backlog", str(inbox), "--resume") as command:
        assert command.end() == 0, command.told.read_text()
    demand_each_once(inbox, DOCUMENTS)
