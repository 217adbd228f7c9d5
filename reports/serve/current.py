"""The workspace as its camcensus.toml stands now; while that is broken, as it stood last."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from config.errors import UsageError
from config.plain import system_words
from config.site import FILE
from config.words import say
from reports.workspace import Workspace, open_workspace

_Stamp = tuple[int, int] | None


@dataclass(slots=True)
class Current:
    """`wrong` is what is wrong with the settings, or empty. Safe between threads."""

    place: Workspace
    wrong: str = ""
    _stamp: _Stamp = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._stamp = _stamp(self.place.folder)

    def renew(self) -> None:
        """Read the settings again where the file was changed, or could not be read the last time."""
        with self._lock:
            self._renew()

    def _renew(self) -> None:
        stamp = _stamp(self.place.folder)
        if stamp == self._stamp and not self.wrong:
            return
        if stamp is None:  # somebody is replacing it, or it was taken away: no school is without its networks
            self.wrong = say("serve.settings_gone", path=self.place.folder / FILE)
            return
        try:
            self.place = open_workspace(self.place.folder)
        except UsageError as error:
            self.wrong = str(error)
        except OSError as error:
            self.wrong = say("serve.settings_unread", path=self.place.folder / FILE, why=system_words(error))
        else:
            self._stamp, self.wrong = stamp, ""


def _stamp(folder: Path) -> _Stamp:
    try:
        state = (folder / FILE).stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size
