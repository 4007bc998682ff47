"""What ``sohoa deploy`` sets up on a Prefect server, and repeats without harm.

A work pool, a deployment for each flow with its schedule, and two automations: a run that says no more that it lives is
marked and started again, and so is one that crashed. Everything is found by name and brought up to date; nothing is made
twice, and nothing that others made is touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from prefect import Flow, get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    DeploymentScheduleUpdate,
    DeploymentUpdate,
    WorkPoolCreate,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.utilities.callables import parameter_schema

from flows import backlog, upkeep
from schemas.errors import Unreachable, UsageError

POOL = "sohoa"
UPKEEP = "upkeep"
"""The queue of the pool for the care of the archive: a night of digitizing does not hold it up."""
ZONE = "Asia/Ho_Chi_Minh"
DEAD_AFTER = timedelta(seconds=90)
"""Three heartbeats of 30 s (``deploy/prefect.env``)."""


class PrefectUnreachable(Unreachable):
    """Prefect's server does not answer."""

    code = "prefect_unreachable"
    message_vi = "Không kết nối được với máy chủ điều phối; hồ sơ vẫn còn nguyên."
    message_en = "Prefect's server does not answer."
    hint = (
        "Start it (systemctl start sohoa-prefect) and check PREFECT_API_URL; sohoa backlog works without it."
    )
    hint_vi = "Khởi động máy chủ (systemctl start sohoa-prefect) và kiểm tra PREFECT_API_URL; sohoa backlog vẫn chạy được khi không có nó."


@dataclass(frozen=True, slots=True)
class Planned:
    """A deployment: its flow, when it runs by itself (cron, Vietnam time), and how."""

    flow: Flow[..., Any]
    description: str
    cron: str | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    at_once: int | None = 1


PLAN = (
    Planned(backlog.backlog, "Digitize everything in a folder; started again, it goes on.", at_once=None),
    Planned(backlog.work, "Lease from the ledger: one more worker for a batch, or for all.", at_once=None),
    *(
        Planned(part.flow, part.description, part.cron)
        for part in upkeep.PARTS
    ),
)  # fmt: skip


DIGITIZING = (backlog.backlog, backlog.work)


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that is in place now; ``changed`` says whether it was made or brought up to date just now."""

    what: str
    name: str
    changed: bool


def deploy(nightly: str | None = None, until: str = "06:00", machines: int = 1) -> Iterator[Done]:
    """Set everything up. With ``nightly``, a folder, the backlog runs on it every evening until ``until``, on so many machines.

    Raises UsageError without ``PREFECT_API_URL``, PrefectUnreachable.
    """
    if not os.environ.get("PREFECT_API_URL"):
        raise UsageError("PREFECT_API_URL names no server (docs/deploy.md)")
    try:
        with get_client(sync_client=True) as client:
            yield _pool(client)
            for planned in PLAN:
                night = nightly if planned.flow is backlog.backlog else None
                yield _deployment(client, planned, night, until, machines)
            for automation in AUTOMATIONS:
                yield _automation(client, automation)
    except (httpx.TransportError, PrefectHTTPStatusError) as error:
        raise PrefectUnreachable(type(error).__name__) from error


def missing() -> list[str]:
    """What is not in place on the server; raises PrefectUnreachable."""
    absent = []
    try:
        with get_client(sync_client=True) as client:
            try:
                client.read_work_pool(POOL)
            except ObjectNotFound:
                absent.append(f"work pool {POOL}")
            for planned in PLAN:
                try:
                    client.read_deployment_by_name(f"{planned.flow.name}/{planned.flow.name}")
                except ObjectNotFound:
                    absent.append(f"deployment {planned.flow.name}")
            found = {one["name"] for one in _automations(client)}
            absent += [f"automation {one.name}" for one in AUTOMATIONS if one.name not in found]
    except (httpx.TransportError, PrefectHTTPStatusError) as error:
        raise PrefectUnreachable(type(error).__name__) from error
    return absent


def _pool(client: SyncPrefectClient) -> Done:
    try:
        client.read_work_pool(POOL)
    except ObjectNotFound:
        client.create_work_pool(
            WorkPoolCreate(name=POOL, type="process", description="Machines that digitize.")
        )
        return Done("work pool", POOL, changed=True)
    return Done("work pool", POOL, changed=False)


def _deployment(
    client: SyncPrefectClient, planned: Planned, nightly: str | None, until: str, machines: int
) -> Done:
    flow = planned.flow
    name = flow.name
    cron, parameters = planned.cron, planned.parameters
    if nightly is not None:
        cron, parameters = (
            "0 19 * * *",
            {"folder": nightly, "resume": True, "until_clock": until, "helpers": machines - 1},
        )
    schedules = [DeploymentScheduleCreate(schedule=CronSchedule(cron=cron, timezone=ZONE))] if cron else []
    wanted: dict[str, Any] = {
        "entrypoint": f"{flow.fn.__module__}.{flow.fn.__name__}",
        "work_pool_name": POOL,
        "schedules": schedules,
        "parameters": parameters,
        "description": planned.description,
        "concurrency_limit": planned.at_once,
        "work_queue_name": "default" if planned.flow in DIGITIZING else UPKEEP,
        "parameter_openapi_schema": parameter_schema(flow).model_dump_for_openapi(),
        "enforce_parameter_schema": True,  # a folder that is misspelt as folde is told at once
    }
    try:
        before = client.read_deployment_by_name(f"{name}/{name}")
    except ObjectNotFound:
        client.create_deployment(flow_id=client.create_flow(flow), name=name, **wanted)
        return Done("deployment", name, changed=True)
    if nightly is None and planned.cron is None:  # what was set for the night stays
        del wanted["schedules"], wanted["parameters"]
    changed = {key: value for key, value in wanted.items() if value != _present(before, key)}
    if changed:
        if {"work_pool_name", "work_queue_name"} & set(
            changed
        ):  # a queue without its pool is one of another pool
            changed |= {name: wanted[name] for name in ("work_pool_name", "work_queue_name")}
        if "schedules" in changed:
            changed["schedules"] = [DeploymentScheduleUpdate(schedule=one.schedule) for one in schedules]
        client.update_deployment(before.id, DeploymentUpdate(**changed))
    return Done("deployment", name, changed=bool(changed))


def _present(deployment: DeploymentResponse, key: str) -> Any:
    """What a deployment says of a thing, in the form in which it is asked for."""
    if key == "schedules":
        return [DeploymentScheduleCreate(schedule=one.schedule) for one in deployment.schedules if one.active]
    if key == "concurrency_limit":
        limit = deployment.global_concurrency_limit
        return limit.limit if limit else None
    return getattr(deployment, key)


# Heartbeats name pool and flow of their run, but not its deployment: to match that by name matches none of them.
_OUR_RUNS = {"prefect.resource.role": "work-pool", "prefect.resource.name": POOL}

AUTOMATIONS = (
    AutomationCore(
        name="sohoa: dead runs are started again",
        description="A run that has not said for 90 s that it lives crashed. The ledger's fence keeps it from writing, should it live.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.*"},
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            match_related=_OUR_RUNS,  # type: ignore[arg-type]
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=DEAD_AFTER,
        ),
        actions=[
            # Without force: the last sign of life of a quick run may come in after its end, and Prefect lets no run
            # crash that has ended.
            ChangeFlowRunState(
                state=StateType.CRASHED, name="Crashed", force=False, message="no sign of life"
            )
        ],
    ),
    AutomationCore(
        name="sohoa: crashed runs are started again",
        description="Prefect retries what failed, never what crashed.",
        trigger=EventTrigger(
            expect={"prefect.flow-run.Crashed"},
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            match_related=_OUR_RUNS,  # type: ignore[arg-type]
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[
            ChangeFlowRunState(state=StateType.SCHEDULED, name="AwaitingRetry", force=True, message="crashed")
        ],
    ),
)


def _automations(client: SyncPrefectClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.request("POST", "/automations/filter", json={}).json()
    return found


def _automation(client: SyncPrefectClient, wanted: AutomationCore) -> Done:
    before = next((one for one in _automations(client) if one["name"] == wanted.name), None)
    body = wanted.model_dump(mode="json", exclude={"owner_resource"})
    if before is None:
        client.request("POST", "/automations/", json=body)
        return Done("automation", wanted.name, changed=True)
    same = _says(before, body)
    if not same:
        client.request("PUT", "/automations/{id}", path_params={"id": before["id"]}, json=body)
    return Done("automation", wanted.name, changed=not same)


def _says(present: Any, wanted: Any) -> bool:
    """Whether what the server has says all that is wanted; it may say more (ids)."""
    if isinstance(wanted, dict):
        return isinstance(present, dict) and all(
            _says(present.get(key), value) for key, value in wanted.items()
        )
    if isinstance(wanted, list) and isinstance(present, list):
        return len(present) == len(wanted) and all(
            map(_says, sorted(present, key=str), sorted(wanted, key=str))
        )
    return bool(present == wanted)
