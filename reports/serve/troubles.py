"""What the service could not do the last times it tried, in words for people."""

from __future__ import annotations

from dataclasses import dataclass, field

_GRAVE = 3  # failures in a row: one may be a locked database that is free a minute later


@dataclass(slots=True)
class Troubles:
    """By chore, how often in a row it failed and why. Each chore is noted by one thread at a time."""

    _open: dict[str, tuple[int, str]] = field(default_factory=dict)

    def note(self, chore: str, why: str) -> None:
        """Note how a chore ended; an empty `why` is a success, and the failures before it are over."""
        if not why:
            self._open.pop(chore, None)
            return
        times, _ = self._open.get(chore, (0, ""))
        self._open[chore] = (times + 1, why)

    @property
    def said(self) -> tuple[str, ...]:
        """Return what goes wrong now, each sentence once."""
        return tuple(dict.fromkeys(why for _, why in tuple(self._open.values())))

    @property
    def is_grave(self) -> bool:
        """Say whether something failed so often in a row that it will not mend itself."""
        return any(times >= _GRAVE for times, _ in tuple(self._open.values()))
