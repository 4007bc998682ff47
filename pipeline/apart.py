"""Work on foreign files apart: in a process of its own, which has limits and whose end harms nobody.

The process is a fork, so it costs some milliseconds, and what this one has imported and loaded is there.
"""

from __future__ import annotations

import gc
import os
import pickle  # nosec B403
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from pipeline.limits import death, expendable, in_memory, logger, make_expendable
from schemas.errors import TakesTooLong, TooLarge

_PR_SET_PDEATHSIG = 1

P = ParamSpec("P")
T = TypeVar("T")


def apart(memory: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function gives for these arguments, worked out in a process with so many bytes of memory.

    It must change nothing in this process. Raises what it raises; TooLarge where memory does not suffice; TooLarge, TakesTooLong,
    WorkerDied where it was ended. In a process that works for another one already (a worker) the function is called there.
    """
    if expendable():
        with in_memory():
            return function(*args, **kwargs)
    sys.stdout.flush()
    sys.stderr.flush()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work(writer, memory, function, args, kwargs)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as answers:
            answer = answers.read()
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    _, status, usage = os.wait4(child, 0)
    if not answer:
        raise _ended(status, usage.ru_maxrss * 1024, memory)
    done, value = pickle.loads(answer)  # our own child wrote it  # noqa: S301  # nosec B301
    if done:
        return value  # type: ignore[no-any-return]
    raise value


def _work(writer: int, memory: int, function: Callable[..., Any], args: Any, kwargs: Any) -> None:
    """The life of the child; it never returns, and runs nothing that its parent has registered for its own end."""
    status = 1
    # What the parent let go of is not ours to end: the database's part of it waits for a lock that a thread held which is not here.
    gc.freeze()
    try:
        _end_with_parent()
        make_expendable(memory)
        try:
            with in_memory():
                answer = True, function(*args, **kwargs)
        except Exception as error:
            logger.debug("%s", traceback.format_exc())
            answer = False, error
        with os.fdopen(writer, "wb") as answers:
            answers.write(_pickled(answer))
        status = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _end_with_parent() -> None:
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _pickled(answer: tuple[bool, Any]) -> bytes:
    try:
        return pickle.dumps(answer)
    except Exception:
        return pickle.dumps((False, RuntimeError(type(answer[1]).__name__)))


def _ended(status: int, used: int, memory: int) -> Exception:
    """Why a child ended without an answer."""
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGPROF:
        return TakesTooLong()
    if code in {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGKILL, -signal.SIGBUS} and used > memory / 2:
        return TooLarge(f"the work took {used:,} bytes of memory; the limit is {memory:,}")
    return death()
