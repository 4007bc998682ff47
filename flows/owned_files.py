"""Files that decide what this program does (settings, modules of tokens, trusted roots): nobody else may write them.

As OpenSSH demands of its files: the file and every folder above it belong to the account that runs this or to root, and neither
others nor a group with other members may write there (a folder with the sticky bit, such as ``/tmp``, lets nobody replace the files of
another).
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from schemas.errors import UsageError


def demand_own(path: Path, setting: str) -> Path:
    """The path; raises UsageError, with the reason, when somebody else may write the file or put another in its place.

    A file that is not there is the affair of whoever opens it. ``setting`` says in messages what names the file.
    """
    try:
        real = path.resolve(strict=True)
    except OSError:
        return path
    for step in (real, *real.parents):
        try:
            found = step.stat()
        except OSError:
            return path
        if (reason := _written_by_others(found)) is not None:
            which = "it" if step == real else f"the folder {step}"
            raise UsageError(f"{setting}: {path} is not read: {which} {reason}")
    return path


def _written_by_others(found: os.stat_result) -> str | None:
    if found.st_uid not in {0, os.geteuid()}:
        return "belongs to another account"
    if stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX:
        return None
    if found.st_mode & stat.S_IWOTH:
        return "may be written by everybody"
    if found.st_mode & stat.S_IWGRP and not _own_group(found.st_gid):
        return "may be written by its group"
    return None


def _own_group(number: int) -> bool:
    """Whether a group is root's, or has this account as its only member."""
    import grp
    import pwd

    if number == 0:
        return True
    try:
        account, group = pwd.getpwuid(os.geteuid()), grp.getgrgid(number)
    except KeyError:
        return False
    others = any(other.pw_gid == number and other.pw_uid != account.pw_uid for other in pwd.getpwall())
    return account.pw_gid == number and set(group.gr_mem) <= {account.pw_name} and not others
