"""The light look: does each known device still answer? One connection, no login, no picture. 在线检查"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from config.settings import Rtsp
from probe.errors import DeviceError, Unreachable, Unsupported
from probe.rtsp.dialog import Dialog
from probe.rtsp.find import server_name
from probe.transport.login import Login

Why = Literal["", "no-connection", "no-answer"]

_TRIES = 3
_PAUSE_S = 5.0
_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Door:
    """Where a device was last met, and the ports that were open there."""

    address: str
    ports: tuple[int, ...]


async def look(doors: Mapping[str, Door], login: Login, settings: Rtsp) -> Mapping[str, Why]:
    """Return by name why a device did not answer, or nothing where it did. A lost packet costs a second try.

    `login` is never shown: OPTIONS is answered to anybody.
    """
    said: dict[str, Why] = {}
    left = dict(doors)
    for attempt in range(_TRIES):
        if attempt and left:
            await asyncio.sleep(_PAUSE_S)
        said |= await _look_once(left, login, settings)
        left = {name: doors[name] for name in left if said[name]}
    return said


async def _look_once(doors: Mapping[str, Door], login: Login, settings: Rtsp) -> dict[str, Why]:
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(door: Door) -> Why:
        async with places:
            return await _knock(door, login, settings)

    async with asyncio.TaskGroup() as group:
        asked = {name: group.create_task(one(door)) for name, door in doors.items()}
    return {name: task.result() for name, task in asked.items()}


async def _knock(door: Door, login: Login, settings: Rtsp) -> Why:
    """Ask at the RTSP port, where a device that hangs is told from one that works; else at any other."""
    why: Why = "no-connection"
    for port in sorted(door.ports or settings.ports, key=lambda port: (port not in settings.ports, port)):
        try:
            if port in settings.ports:
                await server_name(door.address, port, login, settings)
            else:
                await _connect(door.address, port, login, settings)
        except Unsupported:  # no RTSP, but an answer
            return ""
        except Unreachable:
            continue
        except DeviceError:
            # The system goes on to accept connections for a program that hangs, at its web port too.
            return "no-answer"
        return ""
    return why


async def _connect(address: str, port: int, login: Login, settings: Rtsp) -> None:
    dialog = Dialog(address, port, login, settings, None)
    await dialog.open()
    await dialog.close()
