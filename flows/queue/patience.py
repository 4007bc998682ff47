"""How a run waits: until it is told to end, and for what is away."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from time import monotonic, time

from flows.outcome import Fault
from schemas.errors import Unreachable

logger = logging.getLogger("sohoa")

PATIENCE = 1800.0
"""Seconds that a part may be away before a run gives up; the jobs wait on in the ledger."""
_PAUSE = 2.0
_LONGEST_PAUSE = 10.0
_REMIND = 300.0


@dataclass
class Stop:
    """How a run is told to end: after the files in hand, and from ``at`` (Unix seconds) on by itself.

    ``interrupted`` says that a person, or the system, asked for it.
    """

    at: float | None = None
    interrupted: bool = False
    _asked: threading.Event = field(default_factory=threading.Event)
    _woken: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> None:
        """Begin nothing more."""
        self._asked.set()
        self._woken.set()

    def wake(self) -> None:
        """Let who waits for work look again: there is some."""
        self._woken.set()

    @property
    def asked(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._asked.is_set() or (self.at is not None and time() >= self.at)

    def wait(self, seconds: float) -> None:
        """Wait so long, or until the run is told to end."""
        self._asked.wait(seconds)

    def wait_for_work(self, seconds: float) -> None:
        """As above, or until woken."""
        if not self.asked:
            self._woken.wait(seconds)
            self._woken.clear()


class StillAway(Unreachable):
    """A part was away for longer than a run waits."""

    code = "still_away"
    message_vi = "Một phần của hệ thống không kết nối được quá lâu; phần việc còn lại vẫn được giữ nguyên."
    message_en = "A part was away for too long; the rest of the work waits in the ledger."
    hint = "Mend it (sohoa doctor names it), then run the same command with --resume."
    hint_vi = "Khắc phục phần bị thiếu (sohoa doctor chỉ ra), rồi chạy lại lệnh với --resume."


class Patience:
    """How long something has been away, and until when to wait before the next try. Tells the operator what it waits for."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._since: float | None = None
        self._until = 0.0
        self._pause = _PAUSE
        self._last: Unreachable | Fault | None = None
        self._told = ("", 0.0)

    def lose(self, away: Unreachable | Fault) -> float:
        """Something did not answer; how many seconds to wait."""
        now = monotonic()
        if self._since is None:
            self._since, self._pause, self._told = now, _PAUSE, ("", 0.0)
        code, when = self._told
        if code != away.code or now - when > _REMIND:
            self._told = away.code, now
            facts = {"waiting_for": away.code, "seconds": round(now - self._since)}
            logger.warning(
                "Waiting: %s %s",
                away.message,
                away.hint,
                extra={"facts": facts, "vi": f"Đang chờ: {away.message_vi}"},
            )
        if now >= self._until:
            self._until = now + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self._last = away
        if self.exhausted:
            self._stop.ask()
        return max(self._until - now, 0.1)

    def found(self) -> None:
        """All answers again."""
        if self._since is not None:
            waited = max(round(monotonic() - self._since), 1)
            logger.warning(
                "Going on after %s s.",
                waited,
                extra={"facts": {"waited": waited}, "vi": f"Đã chờ {waited} giây; công việc lại tiếp tục."},
            )
        self._since, self._last = None, None

    @property
    def pausing(self) -> bool:
        """Whether to wait before the next try."""
        return monotonic() < self._until

    @property
    def exhausted(self) -> bool:
        """Whether it has been too long."""
        return self._since is not None and monotonic() - self._since > PATIENCE

    def end(self) -> None:
        """Raise what was away for too long."""
        if self.exhausted and self._last is not None:
            raise StillAway(self._last.message) from None
