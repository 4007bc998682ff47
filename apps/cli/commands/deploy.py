"""``sohoa deploy``: what Prefect's server needs to know, set up and repeated without harm."""

from __future__ import annotations

import click

from apps.cli.output import console, print_json
from schemas.errors import ExitStatus


@click.command()
@click.option(
    "--nightly", metavar="FOLDER", help="Digitize this folder every evening from 19:00 (Vietnam time)."
)
@click.option(
    "--until", default="06:00", metavar="HH:MM", help="Until when the nightly run begins new files."
)
@click.option(
    "--machines", type=click.IntRange(1), default=1, help="How many machines share the nightly run."
)
@click.option("--rescue", is_flag=True, help="Stay, and start dead runs again (a service: deploy/systemd).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per thing.")
def deploy(nightly: str | None, until: str, machines: int, rescue: bool, as_json: bool) -> ExitStatus:
    """Work pool, deployments, schedules and automations on the Prefect server that PREFECT_API_URL names.

    May be repeated at any time; what is in place stays. A worker on each machine does the rest:
    prefect worker start --pool sohoa
    """
    from flows.deploy import deploy as run
    from flows.queue.whole_batch import until as moment

    moment(until)
    for done in run(nightly, until, machines):
        if as_json:
            print_json({"what": done.what, "name": done.name, "changed": done.changed})
        else:
            mark = "[green]✓[/]" if done.changed else "[dim]=[/]"
            console().print(f"{mark} {done.what} [bold]{done.name}[/]")
    if rescue:
        from flows.queue.patience import Stop
        from flows.queue.stopping import stopping
        from flows.rescue import rescue as look_after
        from flows.services import Services
        from flows.settings import load_settings

        with stopping(Stop()) as stop:
            look_after(Services(load_settings()), stop)
    return ExitStatus.OK
