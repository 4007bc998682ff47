"""The files in ``deploy/`` start commands that there are, with options that they take."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from apps.cli.main import cli

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSED = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
STARTED = sorted(
    {one["command"] for one in COMPOSED.values() if "command" in one}
    | {
        re.sub(r"^\S*/", "", command)
        for unit in (DEPLOY / "systemd").glob("*.service")
        for command in re.findall(r"^ExecStart=(.*)$", unit.read_text("utf-8"), re.MULTILINE)
    }
)


def _parsed(arguments: list[str]) -> click.Context:
    """As the command line takes them, without doing anything; raises click.UsageError."""
    above = cli.make_context("sohoa", arguments[:1], resilient_parsing=True)
    name, command, _ = cli.resolve_command(above, arguments[:1])
    assert command is not None
    return command.make_context(name, arguments[1:], parent=above)


@pytest.mark.parametrize("started", [one for one in STARTED if one.startswith("sohoa ")])
def test_a_service_starts_a_command_that_there_is(started: str) -> None:
    _parsed(shlex.split(started)[1:])


def test_the_station_is_reached_on_the_port_that_it_listens_on() -> None:
    listens = _parsed(shlex.split(COMPOSED["station"]["command"])[1:]).params["port"]
    (mapped,) = COMPOSED["station"]["ports"]
    assert mapped.rpartition(":")[2] == str(listens)
