"""Whether a simulated device runs: one that reboots drops every connection and takes none for a while."""

from __future__ import annotations

import asyncio

from probe.sim.model import Device, Marks

_DOWN_S = 15.0  # a real recorder needs one to three minutes


class Power:
    """The switch of one device. It goes off once, after so many requests."""

    def __init__(self, device: Device, marks: Marks) -> None:
        self._after = device.quirks.reboots_after
        self._marks = marks
        self._back_at = 0.0
        self._has_rebooted = False
        self.connections: set[asyncio.Task[None]] = set()

    @property
    def is_off(self) -> bool:
        return asyncio.get_running_loop().time() < self._back_at

    def fail_if_due(self) -> None:
        """Go off when the request that just came is one too many. Raise ConnectionError then."""
        if self._after and not self._has_rebooted and self._marks.requests >= self._after:
            self._has_rebooted = True
            self._back_at = asyncio.get_running_loop().time() + _DOWN_S
            for task in self.connections - {asyncio.current_task()}:
                task.cancel()
        if self.is_off:
            raise ConnectionAbortedError("the device is rebooting")
