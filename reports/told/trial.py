"""The one message that a test of a channel sends."""

from __future__ import annotations

from datetime import datetime

from config.notices import Notice
from reports.told.digest import school_name
from reports.told.message import Message, Part, Row
from reports.told.wording import say


def compose(school: str, channel: Notice, now: datetime) -> Message:
    """Return a message that says what this channel will be told, and that nothing is wrong."""
    which = say("told.comma").join(say(f"notice_which.{which}") for which in channel.which)
    lines = [say("told.test_line", name=channel.name), say("told.test_which", which=which)]
    return Message(
        kind="test",
        school=school,
        made=now,
        title=say("told.test", school=school_name(school)),
        parts=(Part("", tuple(Row(line) for line in lines)),),
        marks=(),
        rest=say("told.rest", count="{count}"),
        facts={},
    )
