"""``prefect.yaml`` says the same as ``sohoa deploy``."""

from __future__ import annotations

from pathlib import Path

import yaml

from flows.deploy import DIGITIZING, PLAN, POOL, UPKEEP, ZONE


def test_the_file_and_the_command_set_up_the_same() -> None:
    told = yaml.safe_load((Path(__file__).parents[2] / "prefect.yaml").read_text(encoding="utf-8"))
    planned = {
        one.flow.name: (
            f"{one.flow.fn.__module__.replace('.', '/')}.py:{one.flow.fn.__name__}",
            one.description,
            [{"cron": one.cron, "timezone": ZONE}] if one.cron else None,
            one.at_once,
            (POOL, None if one.flow in DIGITIZING else UPKEEP),
        )
        for one in PLAN
    }
    written = {
        one["name"]: (
            one["entrypoint"],
            one["description"],
            one.get("schedules"),
            one.get("concurrency_limit"),
            (one["work_pool"]["name"], one["work_pool"].get("work_queue_name")),
        )
        for one in told["deployments"]
    }
    assert written == planned
