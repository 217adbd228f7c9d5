"""When no notice can be written, as on a full disk, that alone is told, past the outbox. 写不进数据库"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.errors import UsageError
from config.notices import Notice
from inventory.trouble import Busy
from reports.told.digest import school_name
from reports.told.keys import Keys
from reports.told.message import Message, Part, Row
from reports.told.outbox import Delivery
from reports.told.outcome import NotSent
from reports.told.quiet import is_quiet
from reports.told.sender import Send
from reports.told.senders import send
from reports.told.wording import say
from reports.watching import watch_of
from reports.workspace import Workspace

log = logging.getLogger(__name__)

_AGAIN = timedelta(days=1)
_RETRY = timedelta(hours=1)  # after a try that reached nobody


@dataclass(slots=True)
class Straight:
    """Tells each channel once a day that nothing can be kept. `lives`: of a process that goes on, a service.

    When it was last told is the time of an empty file beside the database: a full disk still takes that.
    Where not even that can be kept, only who lives tells: others would each time they are started.
    """

    lives: bool = False
    _tried: dict[str, datetime] = field(default_factory=dict)

    def tell(
        self, place: Workspace, error: UsageError | OSError, now: datetime, *, send: Send = send
    ) -> list[Delivery]:
        """Tell why, unless it may be over in a minute, to those that are told of nights that were missed."""
        if not isinstance(error, UsageError) or isinstance(error, Busy):
            return []
        try:
            keys = Keys.open(place.folder)
        except UsageError as other:
            log.warning("nobody can be told: %s", other)
            return []
        zone = watch_of(place).plan.zone
        done: list[Delivery] = []
        for channel in place.site.notices:
            is_meant = "deadman" in channel.which and not is_quiet(channel.quiet_hours, now, zone)
            if not is_meant or not self._takes_its_turn(place, channel, now):
                continue
            secret, message = keys.secret(channel), compose(place.site.school, str(error), now)
            outcome = secret if isinstance(secret, NotSent) else send(channel, secret, message)
            if isinstance(outcome, NotSent) and not outcome.is_unclear:
                self._note(_mark(place, channel), now - _AGAIN + _RETRY)
            done.append(Delivery(channel.name, message, outcome))
        return done

    def _takes_its_turn(self, place: Workspace, channel: Notice, now: datetime) -> bool:
        mark = _mark(place, channel)
        last = self._tried.get(mark.name) or _time_of(mark)
        if last is not None and abs(now - last) < _AGAIN:
            return False
        return self._note(mark, now) or self.lives

    def _note(self, mark: Path, at: datetime) -> bool:
        self._tried[mark.name] = at
        try:
            mark.touch()
            os.utime(mark, (at.timestamp(), at.timestamp()))
        except OSError as error:
            log.warning("%s cannot be kept: %s", mark, error)
            return False
        return True


def compose(school: str, why: str, now: datetime) -> Message:
    """Return the message that nothing can be kept, and why."""
    lines = [say("told.deadman_why", why=why), say("told.unkept_means")]
    return Message(
        kind="deadman",
        school=school,
        made=now,
        title=say("told.unkept", school=school_name(school)),
        parts=(Part("", tuple(Row(line) for line in lines)),),
        marks=(),
        rest=say("told.rest", count="{count}"),
        facts={"unkept": why},
    )


def _mark(place: Workspace, channel: Notice) -> Path:
    return place.folder / f"camcensus.unkept.{channel.name}"


def _time_of(mark: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(mark.stat().st_mtime, UTC)
    except OSError:
        return None
