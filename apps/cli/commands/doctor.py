"""``sohoa doctor``: what is installed, reachable, missing, and how to mend it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.cli.output import console, escape, print_json
from schemas.errors import ExitStatus, LastTry, SohoaError

if TYPE_CHECKING:
    from flows.incoming.hot_folder import HotFolder
    from flows.services import Services

_INSTALL = "apt-get install "
OK, WARNING, MISSING = "ok", "warning", "missing"
_MARK = {OK: "[green]✓[/]", WARNING: "[yellow]![/]", MISSING: "[red]✗[/]"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: its state, what was found, and how to mend it. ``unreachable`` parts lead to exit status 4."""

    part: str
    state: str
    detail: str
    mend: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object per part.")
def doctor(as_json: bool) -> ExitStatus:
    """Look at every part that Sohoa needs. Exit status 0 when it can work, 4 when something is missing."""
    out = None if as_json else console()
    broken = False
    packages: dict[str, None] = {}
    for finding in examine():
        broken |= finding.state == MISSING
        if finding.mend.startswith(_INSTALL):
            packages |= dict.fromkeys(finding.mend.removeprefix(_INSTALL).split())
        if out is None:
            print_json(
                {"part": finding.part, "state": finding.state, "detail": finding.detail, "mend": finding.mend}
            )
            continue
        out.print(f"{_MARK[finding.state]} [bold]{finding.part:<12}[/] {escape(finding.detail)}")
        if finding.mend:
            out.print(f"  {'':<12} [dim]→ {escape(finding.mend)}[/]")
    if out is not None and packages:
        out.print(f"\n  {_INSTALL}{' '.join(packages)}")
    return ExitStatus.UNREACHABLE if broken else ExitStatus.OK


def examine() -> Iterator[Finding]:
    """Look at every part."""
    from flows.defaults import config_file
    from flows.services import Services
    from flows.settings import load_settings

    yield Finding("python", OK, sys.version.split()[0])
    yield from _recogniser()
    yield _program("pdftoppm", "poppler", "apt-get install poppler-utils")
    yield _fonts()
    try:
        settings = load_settings()
    except SohoaError as error:
        yield Finding("settings", MISSING, error.message, error.hint)
        return
    yield Finding("settings", OK, f"{config_file() or 'defaults'}; home {settings.home}")
    services = Services(settings)
    yield _part("archive", lambda: _archive(services))
    yield _index(services)
    yield from _privacy(services)
    yield from _signers(services)
    yield from _hot_folders(services)
    yield from _machines(services)


def _recogniser() -> Iterator[Finding]:
    mend = "apt-get install tesseract-ocr tesseract-ocr-vie tesseract-ocr-script-viet"
    try:
        version = _output("tesseract", "--version").split()[1]
        languages = set(_output("tesseract", "--list-langs").split())
    except (OSError, subprocess.SubprocessError, IndexError):
        yield Finding("tesseract", MISSING, "not installed", mend)
        return
    yield Finding("tesseract", OK, version)
    if "vie" not in languages:
        yield Finding("languages", MISSING, "missing: vie", mend)
    elif not {"Vietnamese", "script/Vietnamese"} & languages:
        yield Finding("languages", WARNING, "vie; no second reader for doubtful fields", mend)
    else:
        yield Finding("languages", OK, "vie, Vietnamese")


def _program(name: str, part: str, mend: str) -> Finding:
    path = shutil.which(name)
    return Finding(part, OK, path) if path else Finding(part, MISSING, f"no {name}", mend)


def _fonts() -> Finding:
    from pipeline.typeface import font_files

    if found := font_files():
        return Finding("fonts", OK, found[0].stem)
    return Finding(
        "fonts",
        MISSING,
        "no font with all Vietnamese letters: copies cannot be marked, nor evidence drawn",
        "apt-get install fonts-croscore",
    )


def _archive(services: Services) -> str:
    store = services.archive.root.store
    store.probe()
    where = "embedded, " if services.embedded else ""
    return f"{where}{store.name}"


def _index(services: Services) -> Finding:
    found = _part("index", lambda: f"{services.index.count()} documents")
    if found.state == OK and services.index.stale():
        return Finding("index", WARNING, f"{found.detail}, from before an update", "sohoa archive reindex")
    return found


def _privacy(services: Services) -> Iterator[Finding]:
    """What other accounts of this machine could read, and what lies in plain beside an encrypted archive."""
    chosen, home = services.settings.archive, services.home
    places = [home, *sorted(home.glob("*")), *([chosen.folder] if chosen.folder else [])]
    secrets = [chosen.master_key, chosen.seal_key, chosen.s3.credentials_file if chosen.s3 else None]
    for key in (services.settings.signer, services.settings.seal):
        secrets += [key.secret_file, key.file]
    places += [secret for secret in secrets if secret]
    open_to_others = [place for place in places if place.exists() and place.stat().st_mode & 0o077]
    if open_to_others:
        names = ", ".join(str(place) for place in open_to_others[:3])
        named = home if home in open_to_others else " ".join(map(str, open_to_others[:3]))
        mend = f"chmod -R go= {named}"
        yield Finding("privacy", WARNING, f"other accounts may read {names}", mend)
    else:
        yield Finding("privacy", OK, "nobody else may read the home")
    if services.encrypted:
        yield _beside_encryption(services)
    if not services.embedded and chosen.seal_key is None:
        detail = "the key that seals versions is in this home only"
        yield Finding(
            "seals", WARNING, detail, "several machines on one archive: share it (archive.seal_key)"
        )


def _beside_encryption(services: Services) -> Finding:
    """What the index beside an encrypted archive tells who has no key."""
    if services.settings.index.full_text:
        detail = "the archive is encrypted; the index (ids, numbers, names, full text) is not"
        mend = "an encrypted disk, or index.full_text = false and sohoa archive reindex"
        return Finding("privacy", WARNING, detail, mend)
    try:
        tells = services.index.tells()
    except SohoaError as error:
        return Finding("privacy", WARNING, error.message, error.hint)
    if tells:
        detail = "the index still holds ids, numbers or titles in plain, from before index.full_text = false"
        return Finding("privacy", WARNING, detail, "sohoa archive reindex")
    return Finding(
        "privacy", OK, "archive encrypted; in the index ids and numbers are keyed digests, no words"
    )


def _signers(services: Services) -> Iterator[Finding]:
    try:
        signatories = services.signatories
    except SohoaError as error:
        yield Finding("signer", MISSING, error.message, error.hint)
        return
    if not signatories:
        yield Finding("signer", WARNING, "nobody signs", "set signer.kind")
    level = services.sign_options.level
    for one in signatories:
        when = ", on confirmation" if one.when == "confirmation" else ""
        if one.signer.demo:
            mend = "for real papers set signer.kind to pkcs12, pkcs11 or csc"
            yield Finding(one.role, WARNING, f"demo key, {level}{when}: no legal value", mend)
        else:
            yield Finding(one.role, OK, f"{one.signer.name}, {level}{when}")
    for chosen in (services.settings.signer, services.settings.seal):
        if chosen.kind == "pkcs11" and chosen.module is not None:
            yield _token(chosen.module, chosen.token, chosen.slot)


def _hot_folders(services: Services) -> Iterator[Finding]:
    """Whether the shares of the scanners' folders are mounted; nothing is written there."""
    from flows.incoming.hot_folder import HotFolder

    for folder in services.settings.watch.folders:
        hot = HotFolder(services, folder, services.settings.watch.settle)
        if not hot.adopted:
            state, mend = (OK, "") if folder.is_dir() else (MISSING, "make the folder, or mount its share")
            yield Finding("hot folder", state, f"{folder}: not watched yet", mend)
            continue
        yield _part("hot folder", partial(_watched, hot))


def _machines(services: Services) -> Iterator[Finding]:
    from apps.cli.commands import doctor_machines

    if services.settings.index.url is not None:
        try:
            fine, detail, mend = doctor_machines.clock(services)
            yield Finding("clock", OK if fine else WARNING, detail, mend)
        except SohoaError as error:
            yield Finding("clock", WARNING, "the database does not tell its own", error.hint)
    for fine, detail, mend in doctor_machines.prefect():
        yield Finding("prefect", OK if fine else MISSING, detail, mend)


def _watched(hot: HotFolder) -> str:
    hot.require()
    return str(hot.path)


def _token(module: Path, label: str | None, slot: int | None) -> Finding:
    """Whether the token is there; its PIN is not tried."""
    from pipeline.sign import PinState, tokens

    try:
        here = tokens(module)
    except SohoaError as error:
        return Finding("token", MISSING, error.message, error.hint)
    found = [token for token in here if label in {None, token.label} and slot in {None, token.slot}]
    name = label or "token"
    if not found:
        return Finding("token", MISSING, f"{name} is not there", "plug it in; copies wait until then")
    states = {token.pin for token in found}
    if PinState.LOCKED in states:
        return Finding("token", MISSING, f"{name} is locked", "have its issuer unlock it")
    if PinState.LAST in states:
        return Finding(
            "token", MISSING, f"{name} has only one PIN attempt left, which is not used", LastTry.hint
        )
    if PinState.LOW in states:
        mend = "if it was not you, find out who; the next login with the right PIN clears this"
        return Finding("token", WARNING, f"{name}: a wrong PIN was entered since the last login", mend)
    return Finding("token", OK, ", ".join(f"{token.label} ({token.model})" for token in found))


def _part(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, OK, look())
    except SohoaError as error:
        return Finding(name, MISSING, error.message, error.hint)


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout
