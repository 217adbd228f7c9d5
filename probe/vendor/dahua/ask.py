"""Which way a Dahua device tells: by CGI, or by RPC2 where the CGI is off, as on newer firmware. 大华"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from probe.errors import DeviceError, Locked, Malformed, Unsupported
from probe.model import Io
from probe.wire import dahua_device, dahua_inputs
from probe.wire.dahua_table import Table, parse_table

Way = Literal["CGI", "RPC2"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question in both ways. `table`: the config that is asked for; CGI's `path` then ends in it."""

    path: str
    method: str
    params: Mapping[str, object] | None = None
    table: str = ""

    @property
    def name(self) -> str:
        return self.table or self.method.rpartition(".")[2]


SYSTEM_INFO = Question(dahua_device.SYSTEM_INFO, "magicBox.getSystemInfo")
VERSION = Question(dahua_device.VERSION, "magicBox.getSoftwareVersion")
CURRENT_TIME = Question(dahua_device.CURRENT_TIME, "global.getCurrentTime")
STORAGE = Question(dahua_device.STORAGE, "storage.getDeviceAllInfo")

CAMERA_STATES = Question(
    dahua_inputs.CAMERA_STATES, "LogicDeviceManager.getCameraState", {"uniqueChannels": [-1]}
)


def config(name: str) -> Question:
    return Question(dahua_device.CONFIG.format(name), "configManager.getConfig", {"name": name}, name)


async def fetch_way(io: Io) -> Way:
    """Return which way it answers. Raise what the CGI said where neither does."""
    return await io.once("dahua.way", lambda: _find_way(io))


async def fetch_table(io: Io, asked: Question, *, fresh: bool = False) -> Table:
    """Return the answer in the CGI's words, whichever way it came; `fresh`: asked anew."""
    if await fetch_way(io) == "CGI":
        return parse_table(await io.get(asked.path, fresh=fresh), asked.name)

    async def ask() -> Table:
        return (await io.rpc(asked.method, asked.params, table=asked.table)).table

    return await ask() if fresh else await io.once(f"dahua.rpc {asked.method} {asked.table}", ask)


async def _find_way(io: Io) -> Way:
    try:
        parse_table(await io.get(SYSTEM_INFO.path), SYSTEM_INFO.name)
    except (Unsupported, Malformed) as refused:
        try:
            await io.rpc(SYSTEM_INFO.method)
        except Locked:
            raise
        except DeviceError:
            raise refused from None  # no RPC2 either: perhaps no Dahua at all
        return "RPC2"
    return "CGI"
