"""``sohoa deploy`` on a real server: repeated without harm, brought up to date, its runs started with parameters."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.flows.conftest import prefect_server

__all__ = ["prefect_server"]
pytestmark = [pytest.mark.server, pytest.mark.slow]


def _changed(server: str, *more: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-m", "apps.cli", "deploy", "--json", *more],
        check=True, capture_output=True, text=True, timeout=300, env={**os.environ, "PREFECT_API_URL": server},
    )  # fmt: skip
    lines = map(json.loads, done.stdout.splitlines())
    return {line["name"] for line in lines if line["changed"]}


def test_set_up_repeated_and_brought_up_to_date(prefect_server: str) -> None:
    assert {"sohoa", "backlog", "fixity"} <= _changed(prefect_server)
    assert _changed(prefect_server) == set()
    night = ("--nightly", "/srv/scans", "--machines", "3")
    assert _changed(prefect_server, *night) == {"backlog"}
    assert _changed(prefect_server, *night) == set()
    assert _changed(prefect_server) == set(), "what was set for the night stays"
    from prefect import get_client
    from prefect.client.schemas.actions import DeploymentUpdate
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.deploy import UPKEEP, _automations, missing

    there = {PREFECT_API_URL: prefect_server}  # Prefect may have read the environment for another test
    with temporary_settings(there), get_client(sync_client=True) as client:
        backlog = client.read_deployment_by_name("backlog/backlog")
        assert backlog.parameters["folder"] == "/srv/scans"
        assert backlog.parameters["helpers"] == 2
        run = client.create_flow_run_from_deployment(
            backlog.id, parameters={"folder": "/srv/other", "workers": 1}
        )
        assert run.parameters["folder"] == "/srv/other"
        fixity = client.read_deployment_by_name("fixity/fixity")
        client.update_deployment(
            fixity.id, DeploymentUpdate(work_pool_name="sohoa", work_queue_name="default")
        )
        one = next(one for one in _automations(client) if "crashed" in one["name"])
        client.request("PATCH", "/automations/{id}", path_params={"id": one["id"]}, json={"enabled": False})
    assert _changed(prefect_server) == {"fixity", one["name"]}
    assert _changed(prefect_server) == set()
    with temporary_settings(there), get_client(sync_client=True) as client:
        fixity = client.read_deployment_by_name("fixity/fixity")
        assert (fixity.work_pool_name, fixity.work_queue_name) == ("sohoa", UPKEEP)
    with temporary_settings(there):
        assert missing() == []
