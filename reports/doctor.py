"""What this computer can and cannot do for a scan, and how to mend it. Nothing is sent anywhere."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import av
import psutil
from av.codec import codecs_available

from config.errors import UsageError
from config.load import load_catalogue, load_site
from config.site import FILE
from config.words import say
from inventory.store import open_store
from probe.discover.interfaces import local_interfaces
from probe.discover.neighbours import read_table_limit
from probe.discover.sweep import socket_budget
from probe.transport.vault import system_keyring

State = Literal["good", "limited", "missing"]

_DECODERS = {"h264", "hevc", "mjpeg"}
_MEMORY_WANTED = 1 << 30


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing looked at: what was seen, how good that is, and how to mend it."""

    item: str
    state: State
    seen: str
    mend: str = ""


def examine(folder: Path) -> Iterator[Sign]:
    """Yield every sign, the computer first, then the workspace."""
    yield Sign("camcensus", "good", version("camcensus"))
    yield Sign(say("doctor.system"), "good", f"{platform.system()} {platform.release()}")
    yield Sign(say("doctor.python"), "good", f"{platform.python_version()}")
    yield Sign(say("doctor.zone"), "good", datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"))
    yield Sign(say("doctor.rights"), "good", "", say("doctor.rights_mend"))
    yield _networks()
    yield _sockets()
    yield _neighbours()
    yield _keyring()
    yield _decoders()
    yield _memory()
    yield from _workspace(folder)


def _networks() -> Sign:
    local = [f"{one.name} {one.network}" for one in local_interfaces() if not one.network.is_loopback]
    if not local:
        return Sign(say("doctor.network"), "missing", "", say("doctor.network_mend"))
    return Sign(say("doctor.network"), "good", "；".join(local))


def _sockets() -> Sign:
    wanted = load_catalogue().settings.discover.sockets
    allowed = socket_budget(wanted)
    if allowed < wanted:
        return Sign(say("doctor.sockets"), "limited", f"{allowed} / {wanted}", say("doctor.sockets_mend"))
    return Sign(say("doctor.sockets"), "good", str(allowed))


def _neighbours() -> Sign:
    limit = read_table_limit()
    state: State = "limited" if limit <= 1024 else "good"
    mend = say("doctor.neighbours_mend", limit=limit) if state == "limited" else ""
    return Sign(say("doctor.neighbours"), state, str(limit), mend)


def _keyring() -> Sign:
    if system_keyring() is not None:
        return Sign(say("doctor.keyring"), "good", "")
    return Sign(say("doctor.keyring"), "limited", "", say("doctor.keyring_mend"))


def _decoders() -> Sign:
    missing = _DECODERS - codecs_available
    if missing:
        return Sign(say("doctor.decoder"), "missing", " ".join(sorted(missing)), say("doctor.decoder_mend"))
    return Sign(say("doctor.decoder"), "good", f"PyAV {av.__version__}")


def _memory() -> Sign:
    free = psutil.virtual_memory().available
    seen = f"{free / (1 << 30):.1f} GiB"
    if free < _MEMORY_WANTED:
        return Sign(say("doctor.memory"), "limited", seen, say("doctor.memory_mend"))
    return Sign(say("doctor.memory"), "good", seen)


def _workspace(folder: Path) -> Iterator[Sign]:
    writable = folder.is_dir() and os.access(folder, os.W_OK)
    mend = "" if writable else say("error.read_only" if folder.is_dir() else "error.no_folder", path=folder)
    yield Sign(say("doctor.folder"), "good" if writable else "missing", str(folder.resolve()), mend)

    path = folder / FILE
    if not path.exists():
        yield Sign(say("doctor.settings"), "limited", "", say("doctor.settings_mend"))
    else:
        yield _tried(say("doctor.settings"), lambda: str(load_site(path).school))

    database = folder / "camcensus.db"
    if not database.exists():
        yield Sign(say("doctor.database"), "limited", "", say("doctor.database_mend"))
    else:
        yield _tried(say("doctor.database"), lambda: _counted(database))


def _tried(item: str, look: Callable[[], str]) -> Sign:
    try:
        return Sign(item, "good", look())
    except UsageError as error:
        return Sign(item, "missing", "", str(error))


def _counted(database: Path) -> str:
    with closing(open_store(database, load_catalogue())) as store:
        return say("doctor.cameras", count=len(store.view().cameras))
