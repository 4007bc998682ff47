"""Who asks, and what the roles of the one who asks allow.

A ``Caller`` is made once, at the door of the process (command line, API, station, flow), and handed down. Nobody further
down asks the environment who it is.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from enum import StrEnum

from schemas.policies import Policy

AGENT = "sohoa"
"""Who did what no person decided: the machine itself, as the provenance of a paper says it."""


class Role(StrEnum):
    """What somebody is here for. ``agency`` is another agency that asks through the API, within its policy."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    SIGNER = "signer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    AGENCY = "agency"


class Act(StrEnum):
    """What can be done with records; the word stands in the audit log."""

    FIND = "find"
    OPEN = "view"
    PART = "get"
    VERIFY = "verify"
    EXPORT = "export"
    REUSE = "reuse"
    DIGITIZE = "digitize"
    CONFIRM = "confirm"
    CORRECT = "correct"
    REOPEN = "reopen"
    REGROUP = "regroup"
    SIGN = "sign"
    SUPERSEDE = "supersede"
    REVOKE = "revoke"
    LINK = "link"
    UNLINK = "unlink"
    RENEW = "renew"
    ERASE = "erase"
    RESTRICT = "restrict"
    ACCEPT_LOSS = "accept loss"
    HAND_OVER = "hand over"
    CITIZEN = "citizen asks"


_OFFICERS = frozenset({Role.CLERK, Role.REVIEWER, Role.SIGNER, Role.ADMINISTRATOR})
_EVERYBODY = _OFFICERS | {Role.AUDITOR, Role.AGENCY}
_DECIDERS = frozenset({Role.REVIEWER, Role.SIGNER, Role.ADMINISTRATOR})

ALLOWED: dict[Act, frozenset[Role]] = {
    Act.FIND: _EVERYBODY,
    Act.OPEN: _EVERYBODY,
    Act.PART: _EVERYBODY,
    Act.VERIFY: _EVERYBODY,
    Act.EXPORT: frozenset({Role.ADMINISTRATOR}),
    Act.REUSE: _OFFICERS | {Role.AGENCY},
    Act.DIGITIZE: _OFFICERS,
    Act.CONFIRM: _OFFICERS,
    Act.CORRECT: _OFFICERS,
    Act.REOPEN: _OFFICERS,
    Act.REGROUP: _OFFICERS,
    Act.SIGN: frozenset({Role.SIGNER, Role.REVIEWER, Role.CLERK, Role.ADMINISTRATOR}),
    Act.SUPERSEDE: _DECIDERS,
    Act.REVOKE: _DECIDERS,
    Act.LINK: _OFFICERS,
    Act.UNLINK: _OFFICERS,
    Act.RENEW: frozenset({Role.ADMINISTRATOR}),
    Act.ERASE: frozenset({Role.ADMINISTRATOR}),
    Act.RESTRICT: _DECIDERS,
    Act.ACCEPT_LOSS: frozenset({Role.ADMINISTRATOR}),
    Act.HAND_OVER: _OFFICERS,
    Act.CITIZEN: frozenset({Role.AGENCY}),
}
"""Act → the roles of which one is needed. An act that is missing here is allowed to nobody."""


ROLE = "role"
"""Name in an event's settings: in which role an officer acted."""

TYPED_BLIND = "typed_blind"
"""Name in an event's settings: the fields that were typed without seeing what was read, separated by spaces."""

_HIGHEST_FIRST = (Role.SIGNER, Role.REVIEWER, Role.CLERK, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the account, where from (account@machine, address), for what purpose, in which roles.

    ``policy`` is that of the agency that asks through the API: it says what it may see, and for what. None for officers.
    """

    actor: str
    origin: str
    purpose: str = ""
    roles: frozenset[Role] = frozenset()
    policy: Policy | None = None

    def may(self, act: Act) -> bool:
        """Whether one of the roles allows the act."""
        return not self.roles.isdisjoint(ALLOWED.get(act, frozenset()))

    @property
    def acting_as(self) -> Role:
        """The role that a confirmation is told with: the highest; who has all of them runs the machine."""
        if self.roles >= set(_HIGHEST_FIRST):
            return Role.ADMINISTRATOR
        return next((role for role in _HIGHEST_FIRST if role in self.roles), Role.CLERK)


def local_caller(purpose: str = "", *, actor: str | None = None) -> Caller:
    """Whoever runs this process: the account that has the archive's files may do everything.

    ``actor`` is another officer in whose name it acts; the account of the system stands in the origin in any case.
    """
    account = this_account()
    return Caller(actor or account, f"{account}@{_machine()}", purpose, frozenset(Role))


def this_account() -> str:
    """The account that the system knows us by; names in the environment can be anything."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's account without a name
        return str(os.getuid())


def _machine() -> str:
    """This machine, and the address that its session came from where it came over SSH."""
    client = os.environ.get("SSH_CONNECTION", "").split(" ")[0]
    return f"{socket.gethostname()} {client}".strip()
