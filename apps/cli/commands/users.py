"""``sohoa users``: the officers of a station with a local store of users."""

from __future__ import annotations

import getpass
import secrets
import sys

import click

from apps.cli.output import console, escape, notes, print_json
from schemas.errors import UsageError

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of passwords that are made: none that is taken for another one on paper. Sixteen of 31 are 79 bits."""


@click.group()
def users() -> None:
    """Officers who may sign in at the station."""


@users.command()
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    metavar="ROLE",
    help="clerk, reviewer, signer, auditor, administrator.",
)
@click.option("--full-name", default="", metavar="TEXT", help="As it stands on receipts.")
@click.option("--password-stdin", is_flag=True, help="Take the password from the first line of stdin.")
@click.option("--generate", is_flag=True, help="Make a password, and print it alone on stdout.")
def add(name: str, roles: tuple[str, ...], full_name: str, password_stdin: bool, generate: bool) -> None:
    """Add an officer; the password is asked for."""
    from flows.desk.accounts import add_user
    from flows.services import Services
    from flows.settings import load_settings

    chosen = _password(stdin=password_stdin, generate=generate)
    user = add_user(Services(load_settings()).accounts, name, chosen, roles, full_name)
    _done(f"{user.name} [dim]{', '.join(user.roles)}[/]", chosen if generate else None)


@users.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per user.")
def list_users(as_json: bool) -> None:
    """All officers."""
    from flows.services import Services
    from flows.settings import load_settings

    for user in Services(load_settings()).accounts.list():
        if as_json:
            told = {
                "name": user.name,
                "full_name": user.full_name,
                "roles": list(user.roles),
                "active": user.active,
            }
            print_json(told)
        else:
            off = "" if user.active else " [red]disabled[/]"
            console().print(f"{user.name} [dim]{escape(user.full_name)} · {', '.join(user.roles)}[/]{off}")


@users.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let the officer in again.")
def disable(name: str, undo: bool) -> None:
    """Keep an officer out, at once."""
    from flows.services import Services
    from flows.settings import load_settings

    if not Services(load_settings()).accounts.set_active(name, active=undo):
        raise UsageError(f"no user {name}")
    console().print(f"[green]✓[/] {name} [dim]{'enabled' if undo else 'disabled'}[/]")


@users.command()
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Take the password from the first line of stdin.")
@click.option("--generate", is_flag=True, help="Make a password, and print it alone on stdout.")
def password(name: str, password_stdin: bool, generate: bool) -> None:
    """Set a new password; sessions of the officer end."""
    from flows.desk.accounts import hashed
    from flows.services import Services
    from flows.settings import load_settings

    chosen = _password(stdin=password_stdin, generate=generate)
    if not Services(load_settings()).accounts.set_password(name, hashed(chosen)):
        raise UsageError(f"no user {name}")
    _done(name, chosen if generate else None)


def _done(told: str, made: str | None) -> None:
    """A password that was made stands alone on stdout, to be handed over; whatever else is said goes to stderr then."""
    if made is None:
        console().print(f"[green]✓[/] {told}")
        return
    notes().print(f"[green]✓[/] {told}")
    click.echo(made)


def _password(*, stdin: bool, generate: bool) -> str:
    if stdin and generate:
        raise UsageError("either --password-stdin or --generate")
    if generate:
        return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError("no terminal to ask for the password; use --generate or --password-stdin")
    first = getpass.getpass("Password (mật khẩu): ")
    if getpass.getpass("Again (nhập lại): ") != first:
        raise UsageError("the two passwords differ")
    return first
