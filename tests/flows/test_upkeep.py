"""The nightly flow, with Prefect's server: a part that is away stops no other, and the next night makes up for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.services import Services
from flows.settings import load_settings
from tests.flows.signed_services import Filler, settings_for
from tests.pki.fixtures import _running, copy_pdf, pki
from tests.pki.harness import Pki

__all__ = ["_running", "copy_pdf", "pki"]

NIGHTS = """
import json, os, sys
from pathlib import Path
from flows.upkeep import upkeep
for tsa in sys.argv[1:]:
    os.environ["SOHOA_SIGNER__TSA"] = tsa
    try:
        print(json.dumps(["done", upkeep(sample=1, within=4000)]))
    except Exception as error:
        print(json.dumps([type(error).__name__, Path(os.environ["SOHOA_HOME"], "upkeep").exists()]))
"""


@pytest.mark.slow
def test_two_nights(
    pki: Pki, copy_pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_server: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ids = Filler(copy_pdf, tmp_path).put(settings_for(pki, pki.tsa(1)), 2)
    environment = {
        **os.environ,
        "SOHOA_TRUST__ROOTS": json.dumps([str(pki.root)]),
        "SOHOA_TRUST__FETCH": "true",
        "SOHOA_TRUST__PRIVATE": "true",
        "SOHOA_WORKERS": "1",
        "PREFECT_API_URL": prefect_server,
    }
    nights = ["http://127.0.0.1:9/", pki.tsa("long")]
    done = subprocess.run(
        [sys.executable, "-c", NIGHTS, *nights], check=False, capture_output=True, text=True, env=environment
    )
    first, second = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("["))
    assert first == ["TimeStampUnavailable", True], "the archive was checked all the same"
    assert second[0] == "done", done.stderr[-2000:]
    assert second[1].startswith("2 objects")
    services = Services(load_settings())
    assert [len(services.archive.versions(document_id)) for document_id in ids] == [2, 2]
