"""How a camera is, from what every place that shows it says: yes, no, or not known. 摄像机状态"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.watching import Watching
from inventory.record import CameraRecord
from inventory.watch import OwnKind, Result, Subject

# Judged by themselves; every other kind that spoils an intact camera is one of the picture.
_APART: frozenset[OwnKind] = frozenset({"offline", "not-recording", "clock"})


@dataclass(frozen=True, slots=True)
class Condition:
    """None is unknown. `keeps`: its recordings reach back as far as they must."""

    online: bool | None
    picture: bool | None
    recording: bool | None
    clock: bool | None
    keeps: bool | None

    @property
    def intact(self) -> bool | None:
        """Return 完好: on line, picture, recording and clock good; one that fails settles it."""
        parts = (self.online, self.picture, self.recording, self.clock)
        if False in parts:
            return False
        return None if None in parts else True

    @property
    def works(self) -> bool | None:
        """Say whether it is on line with a good picture."""
        if self.online is False or self.picture is False:
            return False
        return None if None in (self.online, self.picture) else True


def condition_of(camera: CameraRecord, results: Mapping[Subject, Result], watching: Watching) -> Condition:
    """Join what is known at its own place and at the recorders that show it.

    On line, recorded and kept long enough it is where one place says so; a picture is bad where any says so.
    """
    subjects = [Subject(one.device_id, one.channel) for one in camera.sights]
    subjects = subjects or [Subject(camera.device_id, camera.channel)]
    shown = [results[one] for one in subjects if one in results]
    own = results.get(Subject(camera.device_id))
    return Condition(
        online=_any_good("offline", [*shown, *([own] if own else [])]),
        picture=_picture(shown, watching),
        recording=_any_good("not-recording", shown),
        clock=_any_good("clock", [own] if own else []),
        keeps=_any_good("retention", shown),
    )


def _any_good(kind: OwnKind, results: Iterable[Result]) -> bool | None:
    found = [kind in one.fine for one in results if kind in (*one.fine, *one.faults)]
    return any(found) if found else None


def _picture(results: Sequence[Result], watching: Watching) -> bool | None:
    kinds = [one for one in watching.kinds.values() if one.intact and one.id not in _APART]
    if any(kind.id in one.faults for one in results for kind in kinds):
        return False
    needed = {kind.id for kind in kinds if kind.needed}
    return True if any(needed <= set(one.fine) for one in results) else None
