"""Many clients at once over plain sockets: the client must not cost more than what it measures."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """How many requests there were, how many in a second, and milliseconds until the answer was there; ``wrong`` answers were no 200."""

    count: int
    rate: float
    median: float
    p99: float
    wrong: int


def load(
    port: int,
    targets: Sequence[str],
    headers: str,
    *,
    clients: int,
    seconds: float,
    rate: float | None = None,
) -> Load:
    """Ask for the targets in turns, with so many clients that each wait for their answer.

    ``rate``: so many requests a second in all, spread evenly; time counts from when a request was due, so that one slow answer
    is not hidden by those that it held up. None: each asks again at once, as fast as it goes.
    """
    return asyncio.run(_load(port, targets, headers, clients, seconds, rate))


async def _load(
    port: int, targets: Sequence[str], headers: str, clients: int, seconds: float, rate: float | None
) -> Load:
    taken: list[float] = []
    wrong = [0]
    begin = time.perf_counter()

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        turn = number
        while (start := time.perf_counter()) < begin + seconds:
            if rate is not None:
                start = begin + turn / rate
                await asyncio.sleep(start - time.perf_counter())
            target = targets[turn % len(targets)]
            turn += clients
            writer.write(f"GET {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            taken.append((time.perf_counter() - start) * 1000)
            wrong[0] += not head.startswith(b"HTTP/1.1 200")
        writer.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    spent = time.perf_counter() - begin
    cut = statistics.quantiles(taken, n=100)
    return Load(len(taken), len(taken) / spent, statistics.median(taken), cut[98], wrong[0])
