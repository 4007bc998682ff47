"""The PIN or password of whoever signs, asked for at a terminal: once, before the work begins, and shown nowhere."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from schemas.errors import UsageError

if TYPE_CHECKING:
    from flows.services import Services
    from flows.settings import KeySettings


def services_for_archiving() -> Services:
    """Services with the secrets of those who sign as a copy is archived."""
    from apps.cli.language import vietnamese
    from flows.keys.signers import SECTIONS
    from flows.logs import start_logging
    from flows.services import Services
    from flows.settings import load_settings

    settings = load_settings()
    start_logging(settings.log, vietnamese=vietnamese)
    due = [section for section in SECTIONS if getattr(settings, section).when == "archiving"]
    return services_with_secrets(Services(settings), due)


def services_with_secrets(services: Services, sections: Iterable[str]) -> Services:
    """Services that have what these signers need, the settings lack and a person can type, where there is a terminal.

    What is typed belongs to the services that this gives, and to nothing else in the process.
    """
    from flows.services import Services
    from flows.settings import with_secret

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return services
    settings = services.settings
    for section in sections:
        if (wanted := _wanted(getattr(settings, section))) is not None:
            setting, prompt = wanted
            settings = with_secret(settings, section, setting, getpass.getpass(f"{prompt}: "))
    return Services(settings, _one_time)


def password_of(account: str, *, stdin: bool) -> str:
    """The password of an account: the first line of stdin, or asked for. Raises UsageError where there is nobody to ask."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError("no terminal to ask for the password; use --password-stdin")
    return getpass.getpass(f"Password of {account} (mật khẩu): ")


def _one_time(whose: str) -> str:
    return getpass.getpass(f"One-time password of {whose} (mã OTP): ")


def _wanted(chosen: KeySettings) -> tuple[str, str] | None:
    """The setting to ask for, and how."""
    from flows.keys.signers import secret_of

    if chosen.kind in {"demo", "elsewhere", "none"} or secret_of(chosen) is not None:
        return None
    if chosen.kind == "pkcs12":
        from pipeline.sign import needs_password

        locked = chosen.file is not None and needs_password(chosen.file)
        return ("password", f"Password of {chosen.file} (mật khẩu)") if locked else None
    if chosen.kind == "csc":
        return "pin", f"PIN of {chosen.credential or chosen.url} (mã PIN)"
    return _wanted_pin(chosen)


def _wanted_pin(chosen: KeySettings) -> tuple[str, str] | None:
    """As above; None also for tokens that ask for themselves, are not there, or take no PIN from us now."""
    from pipeline.sign import PinState, tokens
    from schemas.errors import SohoaError

    try:
        found = tokens(chosen.module) if chosen.module is not None else []
    except SohoaError:
        return None
    useful = [
        token
        for token in found
        if chosen.token in {None, token.label}
        and chosen.slot in {None, token.slot}
        and not token.pin_pad
        and token.pin not in {PinState.LAST, PinState.LOCKED}
    ]
    if not useful:
        return None
    low = any(token.pin is PinState.LOW for token in useful)
    before, truoc = (", a wrong one was entered before", ", đã có lần nhập sai") if low else ("", "")
    return "pin", f"PIN of token {chosen.token or ''}{before} (mã PIN{truoc})"
