"""How much of the network one run may take: bytes a second, streams at once, fewer while it is slow. 限速

One `Pace` serves a whole run. What it is told comes from the RTSP connections: bytes as they arrive, and
how long each connection took. Reading late is what slows a sender: TCP holds it back.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from statistics import median

from config.settings import Run

_STREAM_MBIT = 4.0  # an ordinary main stream
_PAYLOAD = 0.95  # of what goes over the wire; the rest is headers of TCP and IP
_BURST_S = 0.1  # so much of the limit may come at once
_WINDOW = 8  # connections whose median is the round trip
_FLOOR_S = 0.03  # a round trip below this is never slow
_LEAST_READ = 4096
_MOST_READ = 1 << 18
_SLOW_MOST_S = 1.0  # how long one connection that takes very long may count


class Pace:
    """Use `stream` around each stream; tell `note` and `connected` what its connections do."""

    def __init__(self, limits: Run, clock: Callable[[], float] | None = None) -> None:
        self._bytes_per_s = limits.mbit_per_s * 1e6 / 8 * _PAYLOAD
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._free_at = 0.0  # when all that came so far will have been allowed
        most = limits.streams_at_once
        if self._bytes_per_s:
            most = min(most, max(1, int(limits.mbit_per_s / _STREAM_MBIT)))
        self.places = Places(most)
        self._subnets: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(limits.streams_per_subnet)
        )
        self._slow_factor = limits.slow_factor
        self._first: list[float] = []
        self._recent: deque[float] = deque(maxlen=_WINDOW)

    @property
    def read_bytes(self) -> int:
        """How much may be read from a connection at once."""
        if not self._bytes_per_s:
            return _MOST_READ
        return int(min(_MOST_READ, max(_LEAST_READ, self._bytes_per_s * _BURST_S / 4)))

    @property
    def is_limited(self) -> bool:
        return self._bytes_per_s > 0

    @asynccontextmanager
    async def stream(self, address: str) -> AsyncIterator[None]:
        """Wait for a place: one of its subnet's first, so that nobody else's is held meanwhile."""
        async with self._subnets[subnet_of(address)], self.places:
            await self.turn()
            yield

    async def turn(self) -> float:
        """Wait until more may be read. Return the seconds waited."""
        wait = self.note(0)
        if wait > 0:
            await asyncio.sleep(wait)
        return wait

    def note(self, count: int) -> float:
        """Note so many bytes that arrived; return how long reading must wait for them."""
        if not self._bytes_per_s:
            return 0.0
        now = self._clock()
        self._free_at = max(self._free_at, now - _BURST_S) + count / self._bytes_per_s
        return max(0.0, self._free_at - now)

    def connected(self, seconds: float) -> None:
        """Note how long a connection took; where the network has become slow, there are fewer places."""
        taken = min(seconds, _SLOW_MOST_S)
        if len(self._first) < _WINDOW:
            self._first.append(taken)
            return
        self._recent.append(taken)
        if len(self._recent) < _WINDOW:
            return
        usual = max(median(self._first), _FLOOR_S / self._slow_factor)
        if median(self._recent) > usual * self._slow_factor:
            self.places.fewer()
        else:
            self.places.more()
        self._recent.clear()


class Places:
    """A semaphore whose size halves and grows again; who is inside stays."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.open = most
        self._inside = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        while self._inside >= self.open:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn in self._waiting:
                    self._waiting.remove(turn)
                else:
                    self._wake()  # the turn was given already: to the next one
                raise
        self._inside += 1

    async def __aexit__(self, *_: object) -> None:
        self._inside -= 1
        self._wake()

    def fewer(self) -> None:
        self.open = max(1, self.open // 2)

    def more(self) -> None:
        self.open = min(self.most, self.open + 1)
        self._wake()

    def _wake(self) -> None:
        for _ in range(self.open - self._inside):
            if not self._waiting:
                return
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)


def subnet_of(address: str) -> str:
    """Return the neighbourhood that an address shares a line with: its /24, or for IPv6 its /64."""
    one = ip_address(address.partition("%")[0])
    kept = 3 if one.version == 4 else 8
    return one.packed[:kept].hex()
