"""``sohoa agencies``: who may ask through the API, with which key, and how much each may see."""

from __future__ import annotations

from pathlib import Path

import click

from apps.cli.output import console, escape, print_json
from apps.cli.places import Place
from schemas.errors import UsageError

_FILE = Place(dir_okay=False)


@click.group()
def agencies() -> None:
    """Agencies that ask through the API."""


@agencies.command()
@click.argument("id")
@click.option("--name", required=True, metavar="TEXT", help="As it stands in the audit log's reports.")
@click.option("--key", "key", type=_FILE, required=True, metavar="FILE", help="Its public key: PEM or JWK.")
@click.option(
    "--policy", type=_FILE, required=True, metavar="FILE", help="What it may see (YAML, see docs/api.md)."
)
def add(id: str, name: str, key: Path, policy: Path) -> None:
    """Add an agency."""
    from flows.agencies.clients import key_of
    from flows.services import Services
    from flows.settings import load_settings
    from storage.agencies import Agency

    if not id.replace("-", "").replace(".", "").isalnum() or not id.isascii() or len(id) > 35:
        raise UsageError("an agency's id has at most 35 of letters, digits, - and . (as H48 or G15.000)")
    made = Agency(id, name, (key_of(key),), _policy(policy, id), active=True)
    Services(load_settings()).agencies.add(made)
    console().print(f"[green]✓[/] {id} [dim]key {made.keys[0]['kid']}[/]")


@agencies.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per agency.")
def list_agencies(as_json: bool) -> None:
    """All agencies."""
    from flows.agencies.clients import policy_of
    from flows.services import Services
    from flows.settings import load_settings

    for one in Services(load_settings()).agencies.list():
        policy = policy_of(one)
        keys = [str(key["kid"]) for key in one.keys]
        if as_json:
            print_json(
                {
                    "id": one.id,
                    "name": one.name,
                    "active": one.active,
                    "keys": keys,
                    "policy_version": policy.version,
                    "purposes": list(policy.purposes),
                    "types": {type: sorted(fields) for type, fields in policy.types.items()},
                }
            )
        else:
            off = "" if one.active else " [red]disabled[/]"
            told = f"policy {policy.version} · {', '.join(policy.types)} · keys {', '.join(keys)}"
            console().print(f"{one.id} {escape(one.name)} [dim]{told}[/]{off}")


@agencies.command()
@click.argument("id")
@click.option("--key", type=_FILE, metavar="FILE", help="A further public key; of three the oldest goes.")
@click.option("--policy", type=_FILE, metavar="FILE", help="A newer policy; its version must be higher.")
@click.option("--disable", is_flag=True, help="Let it ask no more, at once.")
@click.option("--enable", is_flag=True, help="Let it ask again.")
@click.option("--events", metavar="URL", help="Where it is told what happened to records; - ends it.")
def rotate(
    id: str, key: Path | None, policy: Path | None, disable: bool, enable: bool, events: str | None
) -> None:
    """Change the keys, the policy or the standing of an agency; its tokens end."""
    from dataclasses import replace

    from flows.agencies.clients import key_of, policy_of, with_key
    from flows.agencies.events import check_address
    from flows.services import Services
    from flows.settings import load_settings
    from schemas.policies import read_policy

    if not (key or policy or disable or enable or events) or (disable and enable):
        raise UsageError("name --key, --policy, --events, --disable or --enable")
    services = Services(load_settings())
    kept = services.agencies
    agency = kept.get(id)
    if agency is None:
        raise UsageError(f"no agency {id}")
    if key is not None:
        agency = with_key(agency, key_of(key))
    if policy is not None:
        text = _policy(policy, id)
        if read_policy(text, id).version <= policy_of(agency).version:
            raise UsageError("the version of the new policy must be higher")
        agency = replace(agency, policy=text)
    if disable or enable:
        agency = replace(agency, active=enable)
    if events == "-":
        services.outbox.unsubscribe(id)
    elif events is not None:
        services.outbox.subscribe(id, check_address(events))
    if key or policy or disable or enable:
        kept.replace(agency)
    console().print(f"[green]✓[/] {id} [dim]keys {', '.join(str(one['kid']) for one in agency.keys)}[/]")


def _policy(file: Path, agency: str) -> str:
    from schemas.policies import read_policy

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{file} cannot be read") from error
    read_policy(text, agency)
    return text
