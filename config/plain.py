"""What the system or a JSON reader complains of, in plain words of the reader's language."""

from __future__ import annotations

import errno
import json
import socket
from collections.abc import Mapping

from config.words import say

_WORDS: Mapping[int, str] = {
    errno.ENOENT: "system.absent",
    errno.EACCES: "system.denied",
    errno.EPERM: "system.denied",
    errno.EBUSY: "system.busy",
    errno.EEXIST: "system.exists",
    errno.EISDIR: "system.is_folder",
    errno.ENOTDIR: "system.no_folder",
    errno.ENOSPC: "system.full",
    errno.EDQUOT: "system.full",
    errno.EROFS: "system.read_only",
    errno.EIO: "system.disk",
    errno.ENAMETOOLONG: "system.long_name",
    errno.EMFILE: "system.many_files",
    errno.ENFILE: "system.many_files",
    errno.ENOLCK: "system.no_locks",
    errno.EADDRINUSE: "system.taken",
    errno.EADDRNOTAVAIL: "system.foreign_address",
    errno.ECONNREFUSED: "system.refused",
    errno.ECONNRESET: "system.reset",
    errno.ENETUNREACH: "system.no_network",
    errno.EHOSTUNREACH: "system.no_way",
    errno.ETIMEDOUT: "system.timeout",
}


def system_words(error: BaseException) -> str:
    """Say what the system refused, and why. What we have no words for is quoted as the system's."""
    if isinstance(error, socket.gaierror):
        return say("system.no_name")
    number = error.errno if isinstance(error, OSError) else None
    if number is not None and number in _WORDS:
        return say(_WORDS[number])
    if isinstance(error, TimeoutError):
        return say("system.timeout")
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return say("system.other", said=said)


def json_words(error: ValueError | RecursionError) -> str:
    """Say where a JSON text breaks off, or that it is none at all."""
    match error:
        case json.JSONDecodeError():
            return say("system.json", row=error.lineno, column=error.colno)
        case UnicodeDecodeError():
            return say("system.no_text")
        case _:
            return say("system.deep")
