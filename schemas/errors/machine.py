"""Faults of the machine that we run on, told from those of the files that we work on."""

from __future__ import annotations

import errno
import os

from schemas.errors.base import SohoaError, Unreachable
from schemas.errors.storing import StoreFull

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_OTHERS = frozenset({errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE})


class ScratchFull(StoreFull):
    """No room for what is being worked on."""

    code = "scratch_full"
    message_vi = "Ổ đĩa tạm của máy đã đầy; hồ sơ vẫn còn nguyên."
    message_en = "This machine's disk for temporary files is full."
    hint = "Make room there, or name a larger folder (TMPDIR); what waits goes on by itself."
    hint_vi = "Dọn chỗ ở đó, hoặc chọn thư mục rộng hơn (TMPDIR); việc đang chờ tự tiếp tục."


class MachineFault(Unreachable):
    """The operating system does not let us work."""

    code = "machine_fault"
    message_vi = "Máy đang gặp sự cố (ổ đĩa hoặc tài nguyên); hồ sơ vẫn còn nguyên."
    message_en = "The operating system does not let us work: a disk that fails or is read-only, or too many open files."
    hint = "Look at the disk of the home and that for temporary files (dmesg, df), and at ulimit -n."
    hint_vi = "Kiểm tra ổ đĩa dữ liệu và ổ đĩa tạm (dmesg, df), và ulimit -n."


def machine_fault(error: BaseException) -> SohoaError | None:
    """The fault of the machine behind an exception of a library; None where there is none.

    Libraries wrap what the system says, or only repeat it, so the whole chain is looked at, and the words as well.
    """
    seen: BaseException | None = error
    while seen is not None:
        number = seen.errno if isinstance(seen, OSError) else None
        if number in _FULL or any(os.strerror(one) in str(seen) for one in _FULL):
            return ScratchFull()
        if number in _OTHERS:
            return MachineFault(os.strerror(number or 0))
        seen = seen.__cause__ or seen.__context__
    return None
