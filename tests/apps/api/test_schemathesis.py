"""schemathesis asks a live server: no 5xx, no answer that the contract does not describe."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.apps.api.live import serving
from tests.storage.conftest import postgresql  # noqa: F401 - a fixture

CONFIG = Path(__file__).parent / "schemathesis.toml"


@pytest.mark.slow
@pytest.mark.server
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_no_fault_and_no_answer_beyond_the_contract(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    settings = {}
    if database == "postgresql":
        settings["SOHOA_INDEX__URL"] = request.getfixturevalue("postgresql")
    with serving(tmp_path, **settings) as live, live.officer() as officer:
        config = shutil.copy(CONFIG, tmp_path)
        (tmp_path / "papers.txt").write_text(f'"{live.paper}"\n')
        told = {
            "SOHOA_TEST_SESSION": officer.cookies["sohoa_session"],
            "SOHOA_TEST_CSRF": officer.headers["X-CSRF-Token"],
        }
        command = [Path(sys.executable).with_name("st"), "--config-file", config, "run"]
        asked = [f"{live.address}/api/v1/openapi.json", "--phases", "coverage,fuzzing"]
        found = tmp_path / "found.txt"
        with found.open("wb") as out:
            done = subprocess.run(
                [*command, *asked],
                check=False,
                cwd=tmp_path,
                env={**os.environ, **told},
                stdout=out,
                stderr=out,
                timeout=3000,
            )
    assert done.returncode == 0, found.read_text("utf-8")[-20000:]
